/** A client of src/client with its features, a server at the other end of a fake link, and a clock. */
import { generate, type Packet } from 'mqtt-packet'
import { aliasesIn } from '../../src/client/aliases-in'
import { ON_AUTH } from '../../src/client/authenticate'
import * as core from '../../src/client/client'
import { publish as publishQos0 } from '../../src/client/publish'
import { publishQos } from '../../src/client/publish-qos'
import { qos1 } from '../../src/client/qos1'
import { qos2 } from '../../src/client/qos2'
import { leave, type Queue, queue } from '../../src/client/queue'
import { receive } from '../../src/client/receive'
import { receiveQos2 } from '../../src/client/receive-qos2'
import { type Session, session } from '../../src/client/session'
import * as requests from '../../src/client/subscribe'
import { connectPacket } from '../../src/library/options'
import { encodeProperties, type Properties } from '../../src/library/properties'
import { field } from '../../src/wire/header'
import { block, IN_PUBLISH, IN_SUBSCRIBE, IN_UNSUBSCRIBE } from '../../src/wire/properties'
import { DUP, QOS_1, QOS_2, RETAIN } from '../../src/wire/publish'
import { subscription } from '../../src/wire/subscribe'
import { text } from '../../src/wire/utf8'
import { type Decoded, decode } from '../conformance/runner/decode'
import { fakeDialer } from './fake-link'

export const versions: [string, boolean][] = [
  ['3.1.1', false],
  ['5.0', true],
]

export interface RigOptions {
  v5?: boolean
  clientId?: string
  /** Clean Session; in 5.0 Clean Start, and without it a session that lasts. */
  clean?: boolean
  /** Of CONNECT. */
  properties?: Properties
  keepAliveS?: number
  maxPackets?: number
  maxBytes?: number
  maxReceived?: number
  /** Bytes of a queue for messages of QoS 0; without it there is none. */
  queueB?: number
  keepOldest?: boolean
}

type Qos = 0 | 1 | 2

interface Extra {
  retain?: boolean
  properties?: Properties
}

const flagsOf = (qos: Qos, retain = false) => [0, QOS_1, QOS_2][qos] | (retain ? RETAIN : 0)
const code = (reason: number) => (reason ? ' ' + reason.toString(16) : '')

/** A packet of the client in one line, such as `publish1#7 dup a=x`. */
export function shownPacket(packet: Decoded): string {
  const { packet: name, qos, packetId, dup, retain, topic, payload, filters, reasonCode, properties = {} } = packet
  const parts = [name + (qos === undefined || name === 'connect' ? '' : qos) + (packetId ? '#' + packetId : '')]
  if (dup) parts.push('dup')
  if (retain) parts.push('retain')
  if (packet.clean) parts.push('clean')
  if (name === 'connect') parts.push(packet.clientId as string)
  if (payload) parts.push(topic + '=' + payload.toString('latin1'))
  for (const { filter, qos } of filters ?? []) parts.push(qos === undefined ? filter : filter + ':' + qos)
  if (reasonCode) parts.push(reasonCode.toString(16))
  if (Object.keys(properties).length && name !== 'connect') parts.push(JSON.stringify(properties))
  return parts.join(' ')
}

/** The packets of a byte string of whole packets. */
export function packetsIn(bytes: string): string[] {
  const packets: string[] = []
  while (bytes) {
    let length = 0
    let head = 1
    let digit: number
    do {
      digit = bytes.charCodeAt(head)
      length += (digit & 127) * 128 ** (head++ - 1)
    } while (digit > 127)
    packets.push(bytes.substring(0, head + length))
    bytes = bytes.substring(head + length)
  }
  return packets
}

function shownEvent(c: Session, event: number, a: number, b: number | string): string {
  const codes = () => [...(b as string)].map(character => ' ' + character.charCodeAt(0).toString(16)).join('')
  const ended = () => ['link', 'server', 'limits'][a] + ': ' + (a === core.LINK ? b : b.toString(16))
  switch (event) {
    case core.ON_CONNECT:
      return 'connect ' + a
    case core.ON_DISCONNECT:
      return 'disconnect ' + ended()
    case core.ON_ERROR:
      return 'error ' + ended()
    case core.ON_PUBLISH:
      return 'published ' + a + code(b as number)
    case core.ON_SUBSCRIBE:
      return 'subscribed ' + a + codes()
    case core.ON_UNSUBSCRIBE:
      return 'unsubscribed ' + a + codes()
    case core.ON_MESSAGE:
      return `message${(a >> 1) & 3}${a & DUP ? ' dup' : ''}${a & RETAIN ? ' retain' : ''} ${text(c.topic)}=${b}`
    case ON_AUTH:
      return 'auth ' + b
    default:
      return 'unknown ' + event
  }
}

export function rig(options: RigOptions = {}) {
  const {
    v5 = false,
    clientId = 'id',
    clean = true,
    keepAliveS = 0,
    maxPackets = 10,
    maxBytes = 1000,
    maxReceived = 10,
  } = options
  const protocolVersion = v5 ? 5 : 4
  const properties = v5 && !clean ? { sessionExpiryInterval: 1000, ...options.properties } : options.properties
  const version = v5 ? '5.0' : '3.1.1'
  const connect = connectPacket({ version, clientId, clean, keepAliveS, properties })
  const dialer = fakeDialer()
  const events: string[] = []
  const read = new Map<object, number>()
  let now = 0
  const client = core.create(dialer.dial, connect, keepAliveS, (event, a, b) => {
    events.push(shownEvent(client, event, a, b))
    return r.on(event, a, b)
  }) as Session & Queue
  const { queueB, keepOldest = false } = options
  if (queueB) queue(client, queueB, keepOldest, publishQos0, () => now)
  session(client, maxPackets, maxBytes)
  if (queueB) client._more = () => leave(client)
  qos1()
  qos2()
  requests.subscriptions(client)
  receive(client)
  receiveQos2(client, maxReceived)
  aliasesIn(client)
  const blockOf = (list: string, given?: Properties) => (v5 ? block(list, encodeProperties(given) as string) : '')

  const r = {
    client,
    dialer,
    /** What the owner does when it hears of something. */
    on: (_event: number, _a: number, _b: number | string): unknown => undefined,
    link: () => dialer.links[dialer.links.length - 1],
    now: () => now,
    tick: () => core.tick(client, now),
    /** Time passes in which nobody ticks. */
    pass(ms: number) {
      now += ms
    },
    run(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) {
        now += 100
        r.tick()
      }
    },
    /** The events since this was asked last. */
    heard: () => events.splice(0),
    /** The packets that went out on this link since this was asked last. */
    sent(): string[] {
      const { written } = r.link()
      const from = read.get(r.link()) ?? 0
      read.set(r.link(), written.length)
      return written
        .slice(from)
        .flatMap(packetsIn)
        .map(packet => shownPacket(decode(Buffer.from(packet, 'latin1'), v5)))
    },
    /** Bytes of the server. */
    raw(hex: string) {
      r.link().events.received(Buffer.from(hex.replace(/ /g, ''), 'hex').toString('latin1'))
    },
    bytesOf: (packet: Packet) => generate(packet, { protocolVersion }).toString('latin1'),
    /** A packet of the server. */
    say(packet: Packet) {
      r.link().events.received(r.bytesOf(packet))
    },
    ack(cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', messageId: number, reasonCode = 0) {
      r.say({ cmd, messageId, reasonCode } as Packet)
    },
    suback(messageId: number, ...granted: number[]) {
      r.say({ cmd: 'suback', messageId, granted })
    },
    unsuback(messageId: number, ...granted: number[]) {
      r.say({ cmd: 'unsuback', messageId, granted } as Packet)
    },
    message(qos: Qos, messageId: number, topic: string, payload: string, extra: object = {}) {
      const bytes = Buffer.from(payload, 'latin1')
      r.say({ cmd: 'publish', qos, messageId, topic, payload: bytes, dup: false, retain: false, ...extra } as Packet)
    },
    /** Opens the link, as far as CONNECT. */
    greet() {
      core.open(client)
      do r.run(100)
      while (client.state !== core.DIALING)
      r.link().events.opened()
    },
    connack(sessionPresent = false, properties?: object) {
      r.say({ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent, properties } as Packet)
    },
    /** Up, and nothing of it is left to be asked for. */
    up(sessionPresent = false, properties?: object) {
      r.greet()
      r.sent()
      r.connack(sessionPresent, properties)
      if (client.state !== core.UP) throw new Error('not up: ' + events)
      events.length = 0
    },
    lost() {
      r.link().events.closed('gone')
    },
    publish(qos: Qos, topic: string, payload: string, { retain, properties }: Extra = {}): number {
      const given = blockOf(IN_PUBLISH, properties)
      return qos
        ? publishQos(client, field(topic), payload, flagsOf(qos, retain), given)
        : publishQos0(client, field(topic), payload, flagsOf(0, retain), given)
    },
    subscribe(filters: Record<string, number>, properties?: Properties): number {
      const entries = Object.entries(filters).map(([filter, options]) => subscription(field(filter), options, v5))
      return requests.subscribe(client, entries.join(''), blockOf(IN_SUBSCRIBE, properties))
    },
    unsubscribe(...filters: string[]): number {
      return requests.unsubscribe(client, filters.map(field).join(''), blockOf(IN_UNSUBSCRIBE))
    },
  }
  return r
}

export type Rig = ReturnType<typeof rig>
