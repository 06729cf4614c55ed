/**
 * MQTT as a conversation: one flat record, free functions over it, one callback. The client owns no timer, time is an
 * argument of tick(); it knows packets and their order, not Wi-Fi, pins or topics.
 */
import type { Board, Link, LinkEvents } from '../hal/contract'
import { readConnack } from '../wire/connect'
import { CONNACK, chr, DISCONNECT, PINGREQ } from '../wire/header'
import { PACKET_TOO_LARGE, PROTOCOL_ERROR, type Splitter, split } from '../wire/splitter'

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
/** Something else went wrong: an attempt to connect, or a packet that was not taken. a: whose fault; b: why. */
export const ON_ERROR = 7

/** Whose fault. The link's, or whoever ended it by drop() or close(): b says why in words. */
export const LINK = 0
/** The server refused (b: return code 1 to 5, MQTT 3.1.1 section 3.2.2.3) or broke the protocol (b: reason code from 0x80 on). */
export const PEER = 1
/** A limit of ours: b is a reason code from 0x80 on. The session goes on. */
export const LIMIT = 2

/** Answers below zero: nothing was sent. The session is not UP. */
export const NOT_UP = -1
/** The runtime still holds an earlier packet: call again later. */
export const BUSY = -2
/** The link failed under the write; it is ended and the callback has heard of it. */
export const LINK_FAILED = -3

/** CONNACK must come within this. */
const GREETING_MS = 10000
/** A session that stood as long as this was a good one: the back-off starts anew. */
const STABLE_MS = 30000

/** Hears of everything, in integers and short words; may throw, the client goes on. What `a` and `b` are stands at each event. */
export type Callback = (event: number, a: number, b: number | string) => void

export interface Client extends Splitter, LinkEvents {
  /** IDLE, DIALING, GREETING or UP. To be read, not written. */
  state: number
  /** How long DIALING may last, milliseconds; a connect that blocks longer than this is not counted. */
  dialMs: number
  /** The first and the longest wait between two attempts, milliseconds. */
  minMs: number
  maxMs: number

  // Survives the link.
  _board: Board
  _host: string
  _port: number
  /** The whole CONNECT packet. */
  _connect: string
  _keepAliveMs: number
  _on: Callback
  /** Whether the owner wants a connection. */
  _wanted: boolean
  /** How long IDLE lasts before the next attempt. */
  _waitMs: number
  /** The wait after the next failure, before jitter and bounds. */
  _backOffMs: number
  /** When tick() first saw the state; -1 until then. Never a time from before a call that may have blocked. */
  _since: number

  // Dies with the link.
  _link: Link | null
  /** Whether the runtime still holds bytes of ours: 0 or the link's answer. */
  _held: number
  /** Something came in, went out, since the last tick; and the ticks that saw it. */
  _heard: boolean
  _spoke: boolean
  _heardAt: number
  _spokeAt: number
  /** When PINGREQ went out; -1 while no PINGRESP is owed. */
  _pingAt: number
}

/** Takes one packet; `body` is everything behind the fixed header. */
export type Handler = (c: Client, body: string) => void

/** The one place where the state changes. IDLE -> DIALING -> GREETING -> UP, and from each back to IDLE. */
function enter(c: Client, state: number) {
  c.state = state
  c._since = -1
}

function tell(c: Client, event: number, a: number, b: number | string) {
  try {
    c._on(event, a, b)
  } catch (_e) {
    // The callback is the owner's; its faults must not cut a packet in half.
  }
}

/** Ends the link without DISCONNECT and plans the next attempt. */
function lose(c: Client, whose: number, why: number | string) {
  const was = c.state
  if (was === IDLE) return
  const link = c._link
  c._link = null
  c._carried = ''
  c._skipping = c._held = 0
  // Half to all of the wait: boards that lost the same broker must not come back in step.
  const wait = Math.min(Math.max(c._backOffMs, c.minMs), c.maxMs)
  c._waitMs = wait * (0.5 + Math.random() / 2)
  c._backOffMs = wait * 2
  enter(c, IDLE)
  if (link) link.close()
  tell(c, was === UP ? ON_DISCONNECT : ON_ERROR, whose, why)
}

/** Sends a whole packet on an open link. 0, or LINK_FAILED and the link is gone. */
export function send(c: Client, packet: string): number {
  const held = (c._link as Link).write(packet)
  if (held < 0) {
    lose(c, LINK, 'write failed')
    return LINK_FAILED
  }
  c._held = held
  c._spoke = true
  return 0
}

function connack(c: Client, body: string) {
  const code = readConnack(body)
  if (c.state !== GREETING || code < 0) lose(c, PEER, PROTOCOL_ERROR)
  else if (code) lose(c, PEER, code)
  else {
    enter(c, UP)
    c._heard = c._spoke = true
    c._pingAt = -1
    tell(c, ON_CONNECT, body.charCodeAt(0), 0)
  }
}

function pingresp(c: Client, body: string) {
  if (body) lose(c, PEER, PROTOCOL_ERROR)
  else c._pingAt = -1
}

/** By first byte, so that a wrong flag nibble (MQTT 3.1.1 section 2.2.2) finds nothing. Features put theirs in. */
export const handlers: { [first: number]: Handler } = { 32: connack, 208: pingresp }

function take(c: Client, first: number, body: string): boolean {
  const link = c._link
  const handler = handlers[first]
  c._heard = true
  // The server's first packet is CONNACK, and there is only one (MQTT 3.1.1 section 3.2).
  if (handler && (c.state === UP || first === CONNACK)) handler(c, body)
  else lose(c, PEER, PROTOCOL_ERROR)
  return c._link === link
}

function tooLarge(c: Client) {
  tell(c, ON_ERROR, LIMIT, PACKET_TOO_LARGE)
}

// The record is its own LinkEvents: a board calls them as methods, so no closure is made for a client or a link.
function opened(this: Client) {
  enter(this, GREETING)
  send(this, this._connect)
}

function received(this: Client, bytes: string) {
  const fault = split(this, bytes, take, tooLarge)
  if (fault) lose(this, PEER, fault)
}

function drained(this: Client) {
  this._held = 0
}

function closed(this: Client, reason: string) {
  lose(this, LINK, reason)
}

/**
 * A client for one server, IDLE until open(). `connect` is the whole CONNECT packet, sent at every attempt; `keepAliveS`
 * the seconds that stand in it, 0 = no PINGREQ and no way to notice a dead link. The fields that are not private may be
 * changed before open().
 */
export function create(
  board: Board,
  host: string,
  port: number,
  connect: string,
  keepAliveS: number,
  on: Callback,
): Client {
  return {
    state: IDLE,
    dialMs: 15000,
    minMs: 1000,
    maxMs: 25000,
    packetLimit: 512,
    _board: board,
    _host: host,
    _port: port,
    _connect: connect,
    _keepAliveMs: keepAliveS * 1000,
    _on: on,
    _wanted: false,
    _waitMs: 0,
    _backOffMs: 0,
    _since: -1,
    _link: null,
    _held: 0,
    _heard: false,
    _spoke: false,
    _heardAt: 0,
    _spokeAt: 0,
    _pingAt: -1,
    _carried: '',
    _skipping: 0,
    opened: opened,
    received: received,
    drained: drained,
    closed: closed,
  }
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
  if (c.state === UP && (!goodbye || !send(c, goodbye))) send(c, chr(DISCONNECT, 0))
  drop(c, 'closed')
}

/**
 * Time passes; call it a few times a second. `now` in milliseconds, never going back. Dials, pings, and ends whatever
 * has outlived its deadline.
 */
export function tick(c: Client, now: number) {
  if (c._since < 0) c._since = now
  const state = c.state
  const age = now - c._since
  if (state === UP) {
    if (c._heard) c._heardAt = now
    if (c._spoke) c._spokeAt = now
    c._heard = c._spoke = false
    if (age > STABLE_MS) c._backOffMs = 0
    if (c._pingAt >= 0) {
      if (now - c._pingAt > c._keepAliveMs / 2) lose(c, LINK, 'no PINGRESP')
    } else if (c._keepAliveMs && now - Math.min(c._heardAt, c._spokeAt) >= c._keepAliveMs * 0.75) {
      // Silence in one direction is enough: who publishes every second would never notice a half-open link.
      c._pingAt = now
      send(c, chr(PINGREQ, 0))
    }
  } else if (state) {
    if (age > (state === DIALING ? c.dialMs : GREETING_MS))
      lose(c, LINK, state === DIALING ? 'no answer' : 'no CONNACK')
  } else if (c._wanted && age >= c._waitMs) {
    enter(c, DIALING)
    c._link = c._board.connect(c._host, c._port, c)
  }
}
