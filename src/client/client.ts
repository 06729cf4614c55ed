/**
 * MQTT as a conversation: one flat record, free functions over it, one callback. The client owns no timer, time is an
 * argument of tick(); it knows packets and their order, not Wi-Fi, pins or topics.
 */
import type { Link, LinkEvents } from '../hal/contract'
import { readConnack } from '../wire/connect'
import { writeDisconnect } from '../wire/disconnect'
import type { Packet } from '../wire/packet'
import { readPingresp, writePingreq } from '../wire/ping'
import { PROTOCOL_ERROR } from '../wire/reason'
import { type Splitter, split, type Taker, type Takers } from '../wire/splitter'
import { V5 } from '../wire/v5'
import { granted, readGoodbye } from './granted'

/** No connection, and none under way. */
export const IDLE = 0
/** Waiting for the link to open. */
export const DIALING = 1
/** CONNECT is out, CONNACK is not in. */
export const GREETING = 2
/** Accepted: packets may flow. */
export const UP = 3

/** Events. The session is accepted. a: 1 when the server kept a session (Session Present), else 0. */
export const ON_CONNECT = 1
/** A session that was accepted has ended. a: whose fault; b: why. */
export const ON_DISCONNECT = 2
/**
 * The outcome of a message of QoS 1 or 2, once. a: what publishQos() answered; b: 0, the server has it; else the reason
 * code (5.0 section 2.4) why it has not and will not.
 */
export const ON_PUBLISH = 3
/**
 * The outcome of a SUBSCRIBE. a: what subscribe() answered, or another for a subscription that was restored; b: a byte
 * string with a code for each filter, in their order: 0 to 2 is the QoS granted, from 0x80 on it failed.
 */
export const ON_SUBSCRIBE = 4
/** The outcome of an UNSUBSCRIBE. a: what unsubscribe() answered; b: in 5.0 a code for each filter as above, else ''. */
export const ON_UNSUBSCRIBE = 5
/**
 * A message has come. a: its flags, DUP, QoS and RETAIN of src/wire/publish.ts; b: the payload, a byte string, the
 * callback's to keep. The topic is in `topic` of the client, a field(), in 5.0 the properties in `properties`: both stand
 * until the callback returns.
 */
export const ON_MESSAGE = 6
/** An attempt to connect has failed, or, with LIMIT, a packet was not taken and the session goes on. a: whose fault; b: why. */
export const ON_ERROR = 7

/** Whose fault. The link's, or whoever ended it by drop() or close(): b says why in words. */
export const LINK = 0
/**
 * The server refused (b: return code 1 to 5, MQTT 3.1.1 section 3.2.2.3), broke the protocol, or sent more than tune()
 * allows (b: reason code from 0x80 on).
 */
export const PEER = 1
/** Our own limits'. b: reason code. */
export const LIMIT = 2

/** Answers below zero: nothing was sent. The session is not UP. */
export const NOT_UP = -1
/** The runtime still holds an earlier packet, or as much is in flight as may be: call again later. */
export const BUSY = -2
/** The link failed under the write; it is ended and the callback has heard of it. */
export const LINK_FAILED = -3
/** What was given makes no legal packet; `refusal` in src/wire/refusal.ts says why. */
export const REFUSED = -4
/** The server of this session has said that it does not take such a packet (5.0 section 3.2.2.3). */
export const NOT_OFFERED = -5

/** A session that stood as long as this was a good one: the back-off starts anew. */
const STABLE_MS = 30000

/**
 * Hears of everything, in integers and short words; may throw, the client goes on. What `a` and `b` are stands at each
 * event. What it returns counts for a message of QoS 1 or 2 in 5.0: from 0x80 on it is the reason code of the answer.
 */
export type Callback = (event: number, a: number, b: number | string) => unknown

export interface Client extends Splitter<Client>, LinkEvents {
  /** IDLE, DIALING, GREETING or UP. To be read, not written. */
  state: number

  // Survives the link.
  _dial: (events: LinkEvents) => Link
  /** The whole CONNECT packet. */
  _connect: string
  _keepAliveMs: number
  _dialMs: number
  _minMs: number
  _maxMs: number
  _on: Callback
  /** Whether the owner wants a connection. */
  _wanted: boolean
  /** How long IDLE lasts before the next attempt. */
  _waitMs: number
  /** The wait after the next failure, before jitter and cap; 0 = the first. */
  _backOffMs: number
  /** Whether CONNECT is one of 5.0, and the keep alive that stands in it. */
  _v5?: boolean
  _askedMs?: number
  /** The packet that goes out for a PUBLISH, of the same meaning on this link: with a topic alias. 5.0. */
  _rewrite?: (c: Client, packet: string) => string
  /** When tick() first saw the state; -1 until then. Never a time from before a call that may have blocked. */
  _since: number

  // Dies with the link.
  _link: Link | null
  /** What the link answered to the last write: > 0 while the runtime still holds bytes of ours. */
  _held: number
  /** The tick that first saw the last bytes come in, go out; -1 until then. */
  _heardAt: number
  _spokeAt: number
  /** When PINGREQ went out; -1 while no PINGRESP is owed. */
  _pingAt: number
  /** What the server of this session takes, 5.0 section 3.2.2.3: the flags of a PUBLISH, and bytes of a packet. */
  _allowed?: number
  _maximumPacketB?: number
  /** How many topic aliases it takes. */
  _topicAliasMaximum?: number
}

/** A taker of a feature, whose clients are more than this. */
export type TakesClient = Taker<Client>

/** What is taken: without a session nothing, then its CONNACK (MQTT 3.1.1 section 3.2), then what features put in. */
const nobody: Takers<Client> = {}
export const greeting: Takers<Client> = V5 ? { ' ': connack, '\xe0': goodbye } : { ' ': connack }
export const handlers: Takers<Client> = V5 ? { '\xd0': pingresp, '\xe0': goodbye } : { '\xd0': pingresp }

/** The one place where the state changes. IDLE -> DIALING -> GREETING -> UP, and from each back to IDLE. */
export function enter(c: Client, state: number, takers: Takers<Client>) {
  c.state = state
  c._takers = takers
  c._since = c._heardAt = c._spokeAt = c._pingAt = -1
}

export function tell(c: Client, event: number, a: number, b: number | string) {
  try {
    c._on(event, a, b)
  } catch (_e) {
    // The callback is the owner's; its faults must not cut a packet in half.
  }
}

/** Ends the link without DISCONNECT and plans the next attempt. */
export function lose(c: Client, whose: number, why: number | string) {
  const was = c.state
  const link = c._link
  if (was === IDLE) return
  c._link = null
  c._held = 0
  // Half to all of the wait: boards that lost the same broker must not come back in step.
  c._backOffMs = Math.min(c._backOffMs * 2 || c._minMs, c._maxMs)
  c._waitMs = c._backOffMs * (0.5 + Math.random() / 2)
  enter(c, IDLE, nobody)
  if (link) link.close()
  tell(c, was === UP ? ON_DISCONNECT : ON_ERROR, whose, why)
}

/** Sends a whole packet on an open link. 0, or LINK_FAILED and the link is gone. */
export function send(c: Client, packet: string): number {
  c._held = (c._link as Link).write(packet)
  c._spokeAt = -1
  if (c._held >= 0) return 0
  lose(c, LINK, 'write failed')
  return LINK_FAILED
}

function connack(c: Client, packet: string, at: number): number {
  const code = readConnack(c as Client & Packet, packet, at, V5 && c._v5 === true)
  if (code) return code < 0 ? code : -code
  if (V5 && c._v5) granted(c)
  enter(c, UP, handlers)
  tell(c, ON_CONNECT, packet.charCodeAt(at), 0)
  return 0
}

function pingresp(c: Client, packet: string, at: number): number {
  c._pingAt = -1
  return readPingresp(packet, at)
}

/** DISCONNECT of a server of 5.0, section 3.14. */
function goodbye(c: Client, packet: string, at: number): number {
  // In 3.1.1 no server sends it.
  const reason = c._v5 ? readGoodbye(c, packet, at) : -PROTOCOL_ERROR
  if (reason < 0) return reason
  lose(c, PEER, reason)
  return 0
}

/** Something has come; what split() says of it. */
export function heed(c: Client, fault: number) {
  c._heardAt = -1
  // A taker may have ended the link already; while DIALING nothing is heard, so that is the next attempt.
  if (fault && c.state > DIALING) {
    // In 5.0 the server is told why (section 4.13.2).
    if (!V5 || !c._v5 || c.state !== UP || !send(c, writeDisconnect(-fault, ''))) lose(c, PEER, -fault)
  }
}

// The record is its own LinkEvents: a board calls them as methods, so no closure is made for a client or a link.
function opened(this: Client) {
  this._carried = ''
  this._need = 0
  enter(this, GREETING, greeting)
  send(this, this._connect)
}

function received(this: Client, bytes: string) {
  heed(this, split(this, bytes))
}

function drained(this: Client) {
  this._held = 0
}

function closed(this: Client, reason: string) {
  lose(this, LINK, reason)
}

/**
 * A client, IDLE until open(). `dial` is Board.connect() for a server of the owner's choice, called at every attempt;
 * `connect` the whole CONNECT packet; `keepAliveS` the seconds that stand in it, 0 = no PINGREQ and no way to notice a
 * dead link. See tune() for the limits.
 */
export function create(dial: (events: LinkEvents) => Link, connect: string, keepAliveS: number, on: Callback): Client {
  // Fields are looked up in order of declaration: what a publish touches comes first.
  const c: Client = {
    state: IDLE,
    _held: 0,
    _link: null,
    _spokeAt: -1,
    drained: drained,
    received: received,
    _heardAt: -1,
    _takers: nobody,
    _carried: '',
    _need: 0,
    _limit: 512,
    _pingAt: -1,
    _since: -1,
    _keepAliveMs: keepAliveS * 1000,
    _backOffMs: 0,
    _waitMs: 0,
    _wanted: false,
    _dial: dial,
    _connect: connect,
    _dialMs: 15000,
    _minMs: 1000,
    _maxMs: 25000,
    _on: on,
    opened: opened,
    closed: closed,
  }
  if (V5) {
    c._v5 = connect.lastIndexOf('MQTT\x05', 7) > 0
    c._askedMs = c._keepAliveMs
  }
  return c
}

/**
 * Other limits than the defaults: how long a link may take to open, and then CONNACK to come (15,000 ms each; a connect
 * that blocks longer is not counted), the shortest and the longest wait between two attempts (1,000 and 25,000 ms, with jitter down to half), the
 * largest packet body accepted (512 bytes).
 */
export function tune(c: Client, dialMs: number, minMs: number, maxMs: number, packetLimitB: number) {
  c._dialMs = dialMs
  c._minMs = minMs
  c._maxMs = maxMs
  c._limit = packetLimitB
}

/** Wants a connection, now and after every loss, until close() or drop(). The next tick() dials. */
export function open(c: Client) {
  c._wanted = true
  c._waitMs = 0
}

/** Ends the link without DISCONNECT, so that the server publishes the will: Wi-Fi lost, restart. Stays IDLE until open(). */
export function drop(c: Client, why: string) {
  c._wanted = false
  lose(c, LINK, why)
}

/**
 * Ends the session on purpose. `goodbye`, a whole packet or '', goes first: DISCONNECT makes the server forget the will
 * (MQTT 3.1.1 section 3.14), so what the will would have said must be said by us.
 */
export function close(c: Client, goodbye: string) {
  if (c.state === UP && (!goodbye || !send(c, goodbye))) send(c, writeDisconnect(0, ''))
  drop(c, 'closed')
}

/**
 * Time passes; call it a few times a second. `now` in milliseconds, never going back. Dials, pings, and ends whatever
 * has outlived its deadline.
 */
export function tick(c: Client, now: number) {
  const state = c.state
  if (c._since < 0) c._since = now
  if (c._heardAt < 0) c._heardAt = now
  if (c._spokeAt < 0) c._spokeAt = now
  const age = now - c._since
  if (state === UP) {
    if (age > STABLE_MS) c._backOffMs = 0
    if (c._pingAt >= 0) {
      if (now - c._pingAt > c._keepAliveMs / 2) lose(c, LINK, 'no PINGRESP')
    } else if (c._keepAliveMs && now - Math.min(c._heardAt, c._spokeAt) >= c._keepAliveMs * 0.75) {
      // Silence in one direction is enough: who publishes every second would never notice a half-open link.
      c._pingAt = now
      send(c, writePingreq())
    }
  } else if (state) {
    if (age > c._dialMs) lose(c, LINK, state === DIALING ? 'no answer' : 'no CONNACK')
  } else if (c._wanted && age >= c._waitMs) {
    enter(c, DIALING, nobody)
    c._link = c._dial(c)
  }
}
