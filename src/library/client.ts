/** The client for TypeScript users: everything that src/client has, in one record, with texts and objects for bytes. */
import { type Aliases, alias, aliased, aliases } from '../client/aliases'
import { aliasesIn } from '../client/aliases-in'
import { authenticate, reauthenticate as begin } from '../client/authenticate'
import * as core from '../client/client'
import { expiring, taken } from '../client/expiry'
import { asked, clientId } from '../client/negotiated'
import { publish as publishQos0 } from '../client/publish'
import { publishQos } from '../client/publish-qos'
import { qos1 } from '../client/qos1'
import { qos2 } from '../client/qos2'
import { enqueue, leave, type Queue, queue } from '../client/queue'
import { receive } from '../client/receive'
import { receiveQos2 } from '../client/receive-qos2'
import { session } from '../client/session'
import * as requests from '../client/subscribe'
import type { Link, LinkEvents } from '../hal/contract'
import { writeDisconnect } from '../wire/disconnect'
import { bodyLimit } from '../wire/header'
import {
  block,
  essential,
  IN_DISCONNECT,
  IN_PUBLISH,
  IN_SUBSCRIBE,
  IN_UNSUBSCRIBE,
  MAXIMUM_PACKET_SIZE,
  numberOf,
  RECEIVE_MAXIMUM,
  SESSION_EXPIRY_INTERVAL,
} from '../wire/properties'
import { QOS_1, QOS_2, RETAIN } from '../wire/publish'
import { BAD_FLAGS, BAD_NAME, BAD_PROPERTY, BAD_REASON, OUT_OF_RANGE, refuse, TOO_LONG } from '../wire/refusal'
import { NO_LOCAL, NOT_RETAINED, RETAIN_AS_PUBLISHED, RETAINED_IF_NEW, subscription } from '../wire/subscribe'
import { topicFilter, topicName } from '../wire/topic'
import { prepare } from '../wire/utf8'
import { byteArray, byteString, type Content, contentField } from './bytes'
import { clientEvent, type Listener } from './events'
import { blockOf, type ConnectOptions, connectPacket, keepAliveS } from './options'
import { encodeProperties, type Properties } from './properties'
import { refusalText } from './refusals'

/** A client. `state` is IDLE, DIALING, GREETING or UP; `dropped` counts messages of QoS 0 that had to give way. */
export interface Client extends Queue, Aliases, requests.Subscriber {
  _now: number
  /** DISCONNECT that is to be sent when nothing waits any more, '' for none; from when on, and how long to wait. */
  _ending: string
  _endingSince: number
  _endingMs: number
}

/** Bounds and intervals; every one has a default. */
export interface Limits {
  /** How long a link may take to open, and then CONNACK to come, in milliseconds. 15,000. */
  connectTimeoutMs?: number
  /** The shortest and the longest wait between two attempts, in milliseconds, before jitter. 1,000 and 25,000. */
  reconnectMinMs?: number
  reconnectMaxMs?: number
  /** The largest packet that is taken, in bytes. 1,048,576. In 5.0 Maximum Packet Size says it, where it is given. */
  packetB?: number
  /** What is unacknowledged at QoS 1 and 2: packets (1,000) and bytes (4,194,304) of them. */
  inflight?: number
  inflightB?: number
  /** Bytes of messages of QoS 0 that wait for a session. 65,536. */
  queueB?: number
  /** Which messages of QoS 0 give way when the queue is full. */
  keep?: 'newest' | 'oldest'
}

export interface ClientOptions extends ConnectOptions, Limits {
  /** 5.0: answers the challenges of enhanced authentication; see Authentication Method in `properties`. null gives up. */
  authenticate?: (challenge: Uint8Array) => Content | null
}

/** A message to publish. */
export interface Message {
  topic: string
  payload: Content
  qos?: 0 | 1 | 2
  retain?: boolean
  /** 5.0. With a Topic Alias the topic may be '': what the alias was given for before. */
  properties?: Properties
}

/** A filter to subscribe to. */
export interface Subscription {
  filter: string
  qos?: 0 | 1 | 2
  /** 5.0: not what this client publishes itself. */
  noLocal?: boolean
  /** 5.0: with RETAIN as it was published. */
  retainAsPublished?: boolean
  /** 5.0: retained messages at every subscription (0), only at a new one (1), never (2). */
  retainHandling?: 0 | 1 | 2
}

/**
 * Starts a link, as Board.connect() does; mqtt-mote/node has some. No event comes inside the call, and a refusal of any kind
 * is a closed() in a later turn, never an exception.
 */
export type Dial = (events: LinkEvents) => Link

/**
 * A client, IDLE until open(), driven by tick(). `dial` starts a link to a server; of several, each attempt takes the next, and
 * the one behind a session that was accepted the first again. Throws a TypeError for options that no CONNECT can say, and for
 * no server: the one function that does.
 */
export function createClient(dial: Dial | Dial[], options: ClientOptions, listener: Listener): Client {
  const dials = typeof dial === 'function' ? [dial] : dial
  let next = 0
  if (!dials.length) throw new TypeError('no server is given to dial')
  const connect = connectPacket(options)
  if (!connect) throw new TypeError('these options make no CONNECT: ' + refusalText())
  const call: Dial = events => dials[next++ % dials.length](events)
  const c: Client = core.create(call, connect, keepAliveS(options), (event, a, b) => {
    if (event === core.ON_CONNECT) next = 0
    return listener(clientEvent(c, event, a, b))
  }) as Client
  const limit = <K extends keyof Limits>(name: K, otherwise: number) => {
    const given = options[name] as number | undefined
    return given === undefined ? otherwise : given
  }
  c._now = Number.NaN
  c._ending = ''
  queue(c, limit('queueB', 65536), options.keep === 'oldest', publishQos0, () => c._now)
  // Identifiers are 65,535, and requests need some.
  session(c, Math.min(limit('inflight', 1000), 65000), limit('inflightB', 4194304))
  c._more = () => leave(c)
  aliases(c, false)
  aliasesIn(c)
  expiring(c, () => c._now)
  const wanted = c._v5 ? asked(c) : ''
  const bodyB = bodyLimit(Math.max(numberOf(wanted, MAXIMUM_PACKET_SIZE, limit('packetB', 1048576)), 3))
  const reconnectMinMs = limit('reconnectMinMs', 1000)
  core.tune(c, limit('connectTimeoutMs', 15000), reconnectMinMs, limit('reconnectMaxMs', 25000), bodyB)
  qos1()
  qos2()
  requests.subscriptions(c)
  receive(c)
  receiveQos2(c, numberOf(wanted, RECEIVE_MAXIMUM, 65535))
  const { authenticate: answer } = options
  authenticate(c, challenge => (answer ? dataOf(answer(byteArray(challenge.substr(2)))) : null))
  return c
}

/** Authentication Data as a field(); null for none that can be sent. */
function dataOf(data: Content | null): string | null {
  return data === null ? null : contentField(data) || null
}

/**
 * Publishes, now or as soon as there is a session. At QoS 1 and 2 the packet identifier: the listener hears `publish` with it
 * once. At QoS 0 0: sent, or waiting in the queue. Below zero nothing was sent and nothing waits: REFUSED (refusalText() says
 * why), BUSY (as much waits as may), NOT_OFFERED (not by this server).
 */
export function publish(c: Client, message: Message): number {
  const { qos = 0, retain = false, properties = {} } = message
  const { topicAlias } = properties
  const topic = message.topic === '' && topicAlias ? aliased(c, topicAlias) : topicName(prepare(message.topic))
  if (!c._v5 && message.properties) return refused(BAD_PROPERTY)
  const payload = byteString(message.payload)
  // An alias is the link's: what is kept for another try has the whole topic.
  const bytes = encodeProperties(without(properties, 'topicAlias'))
  if (!topic) return message.topic ? core.REFUSED : refused(BAD_NAME)
  if (bytes === null || (!payload && message.payload.length)) return core.REFUSED
  const checked = block(IN_PUBLISH, bytes)
  if (!checked) return core.REFUSED
  if (qos !== 0 && qos !== 1 && qos !== 2) return refused(BAD_FLAGS)
  if (topicAlias !== undefined && c.state === core.UP && !alias(c, topic, topicAlias)) return refused(OUT_OF_RANGE)
  const flags = [0, QOS_1, QOS_2][qos] | (retain ? RETAIN : 0)
  const properties5 = c._v5 ? checked : ''
  if (qos) {
    const id = publishQos(c, topic, payload, flags, properties5)
    if (id > 0) taken(c, id)
    return id === core.REFUSED ? refused(TOO_LONG) : id
  }
  // Not past those that wait.
  const result = c._waiting.length ? core.BUSY : publishQos0(c, topic, payload, flags, properties5)
  if (result !== core.BUSY && result !== core.NOT_UP) return result
  const waits = enqueue(c, topic, payload, flags, bytes)
  return waits === core.REFUSED ? refused(TOO_LONG) : waits
}

function refused(why: number): number {
  refuse(why)
  return core.REFUSED
}

/** A copy of properties that has not this one. */
function without(properties: Properties, name: keyof Properties): Properties {
  const copy: Properties = {}
  for (const key in properties)
    if (key !== name) (copy as Record<string, unknown>)[key] = properties[key as keyof Properties]
  return copy
}

/**
 * Subscribes, now or as soon as there is a session; what is granted is subscribed to again whenever the server has lost the
 * session. The packet identifier: the listener hears `subscribe` with it. Below zero, as publish(), nothing is sent.
 */
export function subscribe(c: Client, subscriptions: Subscription[], properties?: Properties): number {
  let entries = ''
  for (let i = 0; i < subscriptions.length; i++) {
    const { filter, qos = 0, noLocal, retainAsPublished, retainHandling = 0 } = subscriptions[i]
    const options =
      (qos === 0 || qos === 1 || qos === 2 ? qos : 3) |
      (noLocal ? NO_LOCAL : 0) |
      (retainAsPublished ? RETAIN_AS_PUBLISHED : 0) |
      [0, RETAINED_IF_NEW, NOT_RETAINED, 0x30][retainHandling]
    const entry = subscription(topicFilter(prepare(filter), c._v5 === true), options, c._v5 === true)
    if (!entry) return core.REFUSED
    entries += entry
  }
  const bytes = blockOf(IN_SUBSCRIBE, properties, c._v5 === true)
  return bytes === null ? core.REFUSED : requests.subscribe(c, entries, bytes)
}

/** Unsubscribes, as subscribe(). The listener hears `unsubscribe`. */
export function unsubscribe(c: Client, filters: string[], properties?: Properties): number {
  let list = ''
  for (let i = 0; i < filters.length; i++) {
    const filter = topicFilter(prepare(filters[i]), c._v5 === true)
    if (!filter) return core.REFUSED
    list += filter
  }
  const bytes = blockOf(IN_UNSUBSCRIBE, properties, c._v5 === true)
  return bytes === null ? core.REFUSED : requests.unsubscribe(c, list, bytes)
}

/**
 * Authenticates anew, 5.0 section 4.12.1; `authenticate` of the options answers what the server asks. The listener hears
 * `auth`, or the session ends. 0; below zero nothing is sent: NOT_UP, NOT_OFFERED without an Authentication Method, REFUSED.
 */
export function reauthenticate(c: Client, data: Content | undefined, properties?: Properties): number {
  const bytes = encodeProperties(properties)
  const first = data === undefined ? '' : contentField(data)
  return bytes === null || (data !== undefined && !first) ? core.REFUSED : begin(c, first, bytes)
}

/** How a session is ended. */
export interface Goodbye {
  /** 5.0: 0 makes the server forget the will, 4 publish it. */
  reasonCode?: number
  properties?: Properties
  /** How long messages that wait may take to be sent and acknowledged, in milliseconds. Default 1,000. */
  withinMs?: number
}

/**
 * Ends the session on purpose: what waits is sent and acknowledged where that takes no longer than `withinMs`, then DISCONNECT
 * goes out, then the link is closed and stays so until open(). 0; REFUSED for what DISCONNECT cannot say.
 */
export function disconnect(c: Client, { reasonCode = 0, properties, withinMs = 1000 }: Goodbye = {}): number {
  const isV5 = c._v5 === true
  const bytes = encodeProperties(properties)
  if (bytes === null || !block(IN_DISCONNECT, bytes)) return core.REFUSED
  if (!isV5 && (bytes || reasonCode)) return refused(bytes ? BAD_PROPERTY : BAD_REASON)
  // Section 3.14.2.2.2.
  const raises = isV5 && numberOf(bytes, SESSION_EXPIRY_INTERVAL, 0) > 0
  if (raises && !numberOf(asked(c), SESSION_EXPIRY_INTERVAL, 0)) return refused(BAD_PROPERTY)
  let packet = writeDisconnect(reasonCode, bytes ? block(IN_DISCONNECT, bytes) : '')
  if (isV5 && packet.length > (c._maximumPacketB as number))
    packet = writeDisconnect(reasonCode, block(IN_DISCONNECT, essential(bytes)))
  if (!packet) return core.REFUSED
  c._ending = packet
  c._endingSince = c._now
  c._endingMs = withinMs
  c._wanted = false
  end(c)
  return 0
}

/** Says goodbye if it is time to. */
function end(c: Client) {
  const isLate = c._now - c._endingSince >= c._endingMs
  const waits = c._held || c._owed || c._ids.length || c._waiting.length
  if (c.state === core.UP && waits && !isLate) return
  const goodbye = c._ending
  c._ending = ''
  if (c.state === core.UP) core.send(c, goodbye)
  core.drop(c, 'closed')
}

/** Wants a connection, now and after every loss, until disconnect() or drop(). The next tick() dials. */
export function open(c: Client) {
  c._ending = ''
  core.open(c)
}

/** Time passes; call it a few times a second, or let run() of mqtt-mote/node do it. `now` in milliseconds, never going back. */
export function tick(c: Client, now: number) {
  // What was published before the first tick was taken now.
  if (isNaN(c._now)) {
    c._waiting.forEach(waiting => {
      waiting[3] = now
    })
    for (const id in c._takenAt) c._takenAt[+id] = now
    c._endingSince = now
  }
  c._now = now
  // What reconfigure() asks for is the next connection's.
  if (c.state !== core.UP) c._keepAliveMs = c._askedMs as number
  core.tick(c, now)
  if (c._ending) end(c)
}

/**
 * Other options for the connections to come: a user name that has changed, a session that is to be forgotten. The session
 * stays. 0, or REFUSED.
 */
export function reconfigure(c: Client, options: ConnectOptions): number {
  // The one that the server has chosen stays.
  const connect = connectPacket(options, options.clientId === '' ? clientId(c) : options.clientId)
  if (!connect || (options.version === '5.0') !== (c._v5 === true)) return core.REFUSED
  c._connect = connect
  c._askedMs = keepAliveS(options) * 1000
  return 0
}
