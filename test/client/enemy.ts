/** A server, a link and an owner that do to a client whatever they like, and what must hold all the same. */
import fc from 'fast-check'
import { type Packet, parser } from 'mqtt-packet'
import { close, DIALING, drop, GREETING, IDLE, open, UP } from '../../src/client/client'
import { enqueue } from '../../src/client/queue'
import type { Subscriber } from '../../src/client/subscribe'
import { CLEAN_SESSION, flagsAt } from '../../src/wire/connect'
import { field } from '../../src/wire/header'
import { type Decoded, decode } from '../conformance/runner/decode'
import { packetsIn, rig } from './rig'

/** What each of them may do, as often as it stands here. */
const deeds = [
  'publish publish publish publish enqueue enqueue subscribe unsubscribe open open close drop mood mood mood',
  'connack connack connack connack serves serves serves serves serves ack ack ack suback message message message rubbish',
  'up up up flaps opened opened holds holds drained drained dies wait wait wait',
].flatMap(list => list.split(' '))
/** What the owner does inside the callback. */
const moods = ['throws', 'closes', 'drops', 'opens', 'comes back', 'publishes', 'subscribes', 'enqueues', 'flushes']
const acks = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const
const filters = ['a', 'b/+', '#']

export const action = fc.record({
  deed: fc.constantFrom(...deeds),
  id: fc.integer({ min: 1, max: 4 }),
  qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
  flag: fc.boolean(),
  pick: fc.nat(60),
})
export type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

const MAX_PACKETS = 6
const MAX_BYTES = 120
const MAX_RECEIVED = 3
const QUEUE_B = 300
const LIMIT_B = 64

/** The packet of a client as mqtt-packet reads it. */
function byOracle(bytes: string, v5: boolean): Packet[] {
  const packets: Packet[] = []
  const p = parser({ protocolVersion: v5 ? 5 : 4 })
  p.on('packet', packet => packets.push(packet))
  p.on('error', error => {
    throw error
  })
  p.parse(Buffer.from(bytes, 'latin1'))
  return packets
}

export function enemy(v5: boolean, clean: boolean) {
  const r = rig({
    v5,
    clean,
    keepAliveS: 10,
    maxPackets: MAX_PACKETS,
    maxBytes: MAX_BYTES,
    maxReceived: MAX_RECEIVED,
    queueB: QUEUE_B,
  })
  const c = r.client
  const known = () => Object.keys((c as unknown as Subscriber)._subscriptions)
  /** What did not hold: the client survives a callback that throws, so it would swallow them. */
  const faults: string[] = []
  const insist = (holds: boolean, what: string) => {
    if (!holds) faults.push(what)
  }
  c._limit = LIMIT_B
  let serial = 0
  /** What publishQos(), subscribe() and unsubscribe() have promised, by identifier. */
  const promised = new Map<number, string>()
  /** Identifiers of messages of QoS 2 that were handed over and that the server has not released. */
  const handed = new Set<number>()
  /** Messages that the server of this session may have; of QoS 2 those of any session, and those of sessions that are lost. */
  const seen = new Set<number>()
  const doubtful = new Set<number>()
  const spent = new Set<number>()
  let mood = ''
  let answer = 0

  // Of the present link.
  let opened = false
  let greeted = false
  let accepted = false
  let over = false
  let holds = false
  let quota = 0
  let quotaMaximum = 0
  let last = 0
  let lastQueued = 0
  let pings = 0
  /** What waits for an answer of the server. */
  let asked: Decoded[] = []
  const isLive = () => r.dialer.links.length > 0 && opened && !over && !r.link().closed

  function sent(p: Decoded) {
    const { packet: name, packetId: id = 0 } = p
    const number = Number(p.payload)
    insist(name === 'connect' ? !greeted : greeted, name + ' in the place of CONNECT or a second one')
    insist(accepted || name === 'connect', name + ' before CONNACK')
    greeted = true
    if (name === 'pingreq') pings++
    if (name === 'publish' && !id && p.topic === 'q') {
      insist(number >= lastQueued, 'messages of the queue out of order')
      lastQueued = number
    } else if (name === 'publish' && id) {
      insist(number > last, 'messages out of order')
      insist(p.dup === seen.has(number), `DUP is ${p.dup} in message ${number}`)
      insist(!spent.has(number), `message ${number} of QoS 2 goes out in a second session`)
      insist(!asked.some(({ packetId }) => packetId === id), `identifier ${id} is in flight`)
      insist(!v5 || quota-- > 0, 'beyond Receive Maximum')
      last = number
      seen.add(number)
      if (p.qos === 2) doubtful.add(number)
      asked.push(p)
    } else if (name === 'pubrel') {
      // Not one that answers a PUBREC out of the blue.
      const known = c._packets[c._ids.indexOf(id)]?.[0] === '\x62'
      if (known && !asked.some(({ packetId }) => packetId === id)) asked.push(p)
    } else if (/subscribe/.test(name)) asked.push(p)
  }

  r.dialer.watch = (bytes, link) => {
    insist(link === r.dialer.links.length - 1 && isLive(), 'a write on a link that is over')
    for (const packet of packetsIn(bytes)) {
      try {
        const p = decode(Buffer.from(packet, 'latin1'), v5)
        insist(byOracle(packet, v5).length === 1, 'not a packet to mqtt-packet')
        insist(!holds || /pingreq|disconnect/.test(p.packet), p.packet + ' while the runtime holds something')
        sent(p)
      } catch (error) {
        faults.push((error as Error).message)
      }
    }
    if (r.dialer.answer > 0) holds = true
  }

  function promise(id: number, what: string) {
    if (id <= 0) return
    insist(!promised.has(id), `identifier ${id} is promised twice`)
    promised.set(id, what)
  }

  function publish(qos: 1 | 2) {
    promise(r.publish(qos, 'a', String(++serial)), 'published')
  }

  function owner(what: string) {
    if (what === 'throws') throw new Error('the owner fails')
    if (what === 'closes') close(c, '')
    if (what === 'drops') drop(c, 'dropped')
    if (what === 'opens') open(c)
    if (what === 'publishes') publish(1)
    if (what === 'subscribes') promise(r.subscribe({ a: 1 }), 'subscribed')
    if (what === 'enqueues') enqueue(c, field('q'), String(++serial), 0, '')
    if (what === 'comes back') {
      drop(c, 'dropped')
      open(c)
      tick()
    }
  }

  r.on = () => {
    const [event] = r.heard()
    const [what, id] = event.split(' ')
    if (/^published|^(un)?subscribed/.test(event) && (what !== 'subscribed' || promised.has(+id))) {
      insist(promised.get(+id) === what, `'${event}' was not promised, or is told again`)
      promised.delete(+id)
    }
    if (what === 'message2') {
      insist(!handed.has(c.id), `message ${c.id} of QoS 2 is handed over twice`)
      handed.add(c.id)
    }
    const now = mood
    mood = ''
    owner(now)
  }

  function tick() {
    const before = r.dialer.links.length
    r.tick()
    if (r.dialer.links.length === before) return
    opened = greeted = accepted = over = holds = false
    last = pings = 0
    asked = []
    r.dialer.answer = answer
  }

  /** The server's bytes, in two pieces. */
  function say(packet: Packet, cut: number) {
    const bytes = r.bytesOf(packet)
    const link = r.link()
    link.events.received(bytes.substring(0, cut % bytes.length))
    if (link === r.link() && isLive()) link.events.received(bytes.substring(cut % bytes.length))
  }

  /** What it means is worked out first: the client may answer at once. */
  function acknowledge(cmd: (typeof acks)[number], messageId: number, isFailed: boolean, cut: number) {
    const at = asked.findIndex(({ packetId }) => packetId === messageId)
    const waits = at < 0 ? '' : asked[at].packet + (asked[at].qos ?? '')
    const fails = v5 && isFailed
    const ends = { puback: 'publish1', pubrec: fails ? 'publish2' : '-', pubrel: '-', pubcomp: 'pubrel' }[cmd]
    if (c.state === UP && cmd === 'pubrec' && !fails && waits === 'publish2')
      asked[at] = { ...asked[at], packet: 'pubrel', qos: undefined }
    if (c.state === UP && waits === ends) {
      asked.splice(at, 1)
      quota = Math.min(quota + 1, quotaMaximum)
    }
    if (c.state === UP && cmd === 'pubrel') handed.delete(messageId)
    const reasonCode = fails ? (cmd === 'puback' || cmd === 'pubrec' ? 0x97 : 0x92) : 0
    say({ cmd, messageId, reasonCode } as Packet, cut)
  }

  function connack(present: boolean, code: number, receiveMaximum: number, cut: number) {
    if (c.state === GREETING && !code) {
      const asksClean = c._connect.charCodeAt(flagsAt(c._connect)) & CLEAN_SESSION
      accepted = !present || (!asksClean && (!v5 || c._kept))
      if (accepted && !present) handed.clear()
      if (accepted && (v5 ? !present : clean)) {
        for (const number of doubtful) spent.add(number)
        seen.clear()
      }
      quota = quotaMaximum = receiveMaximum
      // Who answers CONNECT has got it.
      holds = false
    }
    const properties = v5 && !code ? { receiveMaximum } : undefined
    const packet = { cmd: 'connack', returnCode: code, reasonCode: code, sessionPresent: present && !code, properties }
    say(packet as Packet, cut)
  }

  /** Answers the oldest packets as a server should. */
  function serve(count: number, cut: number) {
    for (; pings && isLive(); pings--) say({ cmd: 'pingresp' }, 0)
    for (let i = 0; i < count && asked.length && isLive() && c.state === UP; i++) {
      const [{ packet, packetId: messageId = 0, qos, filters = [] }] = asked
      if (/subscribe/.test(packet)) {
        asked.shift()
        const cmd = packet === 'subscribe' ? 'suback' : 'unsuback'
        say({ cmd, messageId, granted: filters.map(() => 0) } as Packet, cut)
      } else acknowledge(packet === 'pubrel' ? 'pubcomp' : qos === 1 ? 'puback' : 'pubrec', messageId, false, cut)
    }
  }

  function wait(ms: number) {
    for (let passed = 0; passed < ms; passed += 500) {
      r.pass(500)
      tick()
    }
  }

  function die() {
    if (!r.dialer.links.length || over || r.link().closed) return
    over = true
    r.link().events.closed('died')
  }

  function establish() {
    if (c.state !== DIALING || opened) return
    opened = true
    r.link().events.opened()
  }

  function comeUp(present: boolean, receiveMaximum: number, cut: number) {
    open(c)
    for (let i = 0; i < 100 && c.state === IDLE; i++) wait(500)
    establish()
    if (isLive() && c.state === GREETING) connack(present, 0, receiveMaximum, cut)
  }

  function act({ deed, id, qos, flag, pick }: Action) {
    const live = isLive()
    if (deed === 'publish' && qos) publish(qos)
    if (deed === 'publish' && !qos) r.publish(0, 'b', '')
    if (deed === 'enqueue') owner('enqueues')
    if (deed === 'subscribe') promise(r.subscribe({ [filters[pick % 3]]: qos }), 'subscribed')
    if (deed === 'unsubscribe') promise(r.unsubscribe(filters[pick % 3]), 'unsubscribed')
    if (deed === 'open') owner('opens')
    if (deed === 'close') owner('closes')
    if (deed === 'drop') owner('drops')
    if (deed === 'mood') mood = moods[pick % moods.length]
    if (deed === 'wait') wait([500, 2000, 2000, 30000][pick % 4])
    if (deed === 'opened') establish()
    if (deed === 'dies') die()
    if (deed === 'up') comeUp(flag, id, pick)
    for (let i = 0; deed === 'flaps' && i < 10; i++) {
      die()
      comeUp(flag, id, pick)
    }
    if (deed === 'holds' && !holds) r.dialer.answer = answer = [0, 0, 1, 1, -1][pick % 5]
    if (deed === 'drained' && live) {
      holds = false
      r.link().events.drained()
    }
    if (deed === 'connack' && live) connack(flag, pick % 9 ? 0 : v5 ? 0x87 : 5, id, pick)
    if (deed === 'serves' && live) serve(id, pick)
    if (deed === 'ack' && live) acknowledge(acks[pick % 4], id, flag, pick)
    if (deed === 'suback' && live) say({ cmd: 'suback', messageId: id, granted: flag ? [qos] : [qos, 0x80] }, pick)
    if (deed === 'rubbish' && live) r.link().events.received(String.fromCharCode(pick * 4, id - 1, pick))
    if (deed === 'message' && live) {
      const payload = 'x'.repeat(pick % 10 ? 1 : LIMIT_B)
      say({ cmd: 'publish', topic: 'm', payload, qos, dup: flag && qos > 0, retain: false, messageId: id }, pick)
    }
    bounded()
  }

  function bounded() {
    insist(new Set(c._ids).size === c._ids.length && c._ids.length === c._packets.length, 'identifiers are not unique')
    insist(c._ids.length <= MAX_PACKETS + 8 + filters.length, `${c._ids.length} packets`)
    insist(c._bytes === c._packets.join('').length, `${c._bytes} bytes are ${c._packets.join('').length}`)
    insist(c._owed.length < 2010, `${c._owed.length} bytes of answers`)
    insist(c._received.length <= MAX_RECEIVED, `${c._received.length} messages that are not released`)
    insist(known().length <= filters.length, `${known().length} subscriptions`)
    insist(c._queuedB <= QUEUE_B + 110 && c._waiting.length <= QUEUE_B / 100 + 1, `${c._queuedB} bytes in the queue`)
    insist(c._carried.length <= LIMIT_B + 5, `${c._carried.length} bytes of a packet`)
    if (faults.length) throw new Error(faults.join('\n'))
  }

  /** From now on all is well: whatever was promised must come. */
  function atLast() {
    mood = ''
    r.dialer.answer = answer = 0
    die()
    open(c)
    while (c.state !== DIALING) wait(500)
    establish()
    connack(false, 0, 2, 0)
    for (let i = 0; i < 100 && (asked.length || c._waiting.length); i++) serve(1, 0)
    insist(r.client.state === UP, 'not up')
    insist(!promised.size, `never told: ${[...promised].join(' ')}`)
    insist(!c._ids.length, `${c._ids.length} packets are left`)
    insist(!c._waiting.length, `${c._waiting.length} messages are left in the queue`)
    bounded()
  }

  return { act, atLast }
}
