/**
 * The Session State of a client (MQTT 3.1.1 section 4.1, 5.0 section 4.1): packets that the server has not acknowledged,
 * in the order in which they were first sent. They survive the link; after a reconnect, and only then, they are sent
 * again (section 4.4). What waits to be sent for the first time stands behind them, so that it leaves in order.
 */
import { CLEAN_SESSION, flagsAt } from '../wire/connect'
import { chr, PUBREL, SUBSCRIBE } from '../wire/header'
import type { Packet } from '../wire/packet'
import { again, DUP, isPublish, QOS_2 } from '../wire/publish'
import {
  IMPLEMENTATION_SPECIFIC_ERROR,
  PACKET_IDENTIFIER_NOT_FOUND,
  PROTOCOL_ERROR,
  QUOTA_EXCEEDED,
} from '../wire/reason'
import { V5 } from '../wire/v5'
import {
  type Callback,
  type Client,
  enter,
  GREETING,
  greeting,
  lose,
  ON_CONNECT,
  ON_PUBLISH,
  ON_SUBSCRIBE,
  ON_UNSUBSCRIBE,
  PEER,
  send,
  UP,
} from './client'
import { letPass, type Negotiated, negotiated, unfit } from './negotiated'

export interface Session extends Client, Packet, Negotiated {
  // Survives the link: the session state.
  /** Whole packets by packet identifier: PUBLISH of QoS 1 and 2, PUBREL, SUBSCRIBE, UNSUBSCRIBE. */
  _ids: number[]
  _packets: string[]
  /** Bytes of _packets. */
  _bytes: number
  /** The packet identifier given out last. */
  _lastId: number
  /** Identifiers of messages of QoS 2 that have come and are not released, and how many there may be. */
  _received: number[]
  _maxReceived: number

  // Survives the link: the owner's.
  _maxPackets: number
  _maxBytes: number
  _owner: Callback
  /** Brings subscriptions back that the server has lost: they go first. */
  _restore?: (c: Session) => void
  /** Sends the next of what waits elsewhere. False: there is none, or it has to wait on. */
  _more: (c: Session) => boolean
  /** Brings the `at`th packet up to date. False: it is not worth sending any more. 5.0. */
  _expire?: (c: Session, at: number) => boolean
  /** When a message was taken, by packet identifier; of those alone that have not gone out. 5.0. */
  _takenAt?: { [id: number]: number }
  /** Puts the topic in the place of an alias. 0, or < 0 and the link must end. 5.0. */
  _unalias?: (c: Session) => number

  // Dies with the link.
  /** How many of _packets, counted from the first, have gone out on this link, or did on the last one. */
  _sent: number
  /** Answers that wait until the runtime takes something again. */
  _owed: string
  _pumping: boolean
}

/** Answers of more bytes than this never wait: a server that sends and does not read is left. */
const OWED_B = 2000

/** Calls the owner. What it returns, or 0. */
export function hand(c: Session, event: number, a: number, b: number | string): unknown {
  try {
    return c._owner(event, a, b)
  } catch (_e) {
    // As in tell().
    return 0
  }
}

/**
 * Gives a client a session: of at most `maxPackets` unacknowledged packets and `maxBytes` bytes in them. What becomes of
 * it when the link ends is Clean Session's to say, in 5.0 Clean Start's and the Session Expiry Interval's.
 */
export function session(client: Client, maxPackets: number, maxBytes: number): Session {
  const c = client as Session
  // What a message touches comes first, as in create().
  c._owner = c._on
  c.topic = '\0\x01/'
  c._topicLength = 3
  c.id = c.reason = c._lastId = c._bytes = c._sent = 0
  c.properties = c._owed = ''
  c._ids = []
  c._packets = []
  c._received = []
  c._maxPackets = maxPackets
  c._maxBytes = maxBytes
  c._pumping = false
  c._more = nothingMore
  c._on = heard
  c.drained = drained
  return c
}

function nothingMore() {
  return false
}

/** What the client says of itself, on its way to the owner. */
function heard(this: Session, event: number, a: number, b: number | string) {
  if (event !== ON_CONNECT) hand(this, event, a, b)
  else if (resume(this, a)) {
    // Unless the callback ended it.
    if (this.state === UP) hand(this, event, a, b)
    pump(this)
  } else {
    enter(this, GREETING, greeting)
    lose(this, PEER, PROTOCOL_ERROR)
  }
}

function drained(this: Session) {
  this._held = 0
  pump(this)
}

/**
 * Sections 3.2.2.2, 4.4: takes up the session that the server has kept, or begins a new one. False: the server claims to
 * have kept what was to be forgotten.
 */
function resume(c: Session, present: number): boolean {
  const clean = c._connect.charCodeAt(flagsAt(c._connect)) & CLEAN_SESSION
  const v5 = V5 && c._v5
  const legal = V5 && v5 ? negotiated(c, present, clean) : !present || !clean
  // 3.1.1 asks for re-sends whenever the session was to be kept; in 5.0 they need a server that has kept it.
  const goesOn = present || (!(V5 && v5) && !clean)
  const sent = c._sent
  if (!legal) return false
  const lost: number[] = []
  c._sent = 0
  c._owed = ''
  for (let i = 0, at = 0; at < c._ids.length; i++) {
    const packet = c._packets[at]
    const first = packet.charCodeAt(0)
    // On the last link, or on one before.
    const wasSent = isPublish(packet) && (i < sent || first & DUP)
    if (!goesOn && (wasSent ? first & QOS_2 : first === PUBREL)) {
      // Exactly once is broken by another try, and so is a promise that nobody can keep: the owner decides.
      lost.push(release(c, at))
    } else {
      if (wasSent) c._packets[at] = goesOn ? again(packet) : chr(first & ~DUP) + packet.substr(1)
      at++
    }
  }
  if (!present) {
    c._received = []
    if (c._restore) c._restore(c)
  }
  // The callback may publish: not ahead of what is sent again.
  c._held = 1
  lost.forEach(id => {
    hand(c, ON_PUBLISH, id, PACKET_IDENTIFIER_NOT_FOUND)
  })
  c._held = 0
  return true
}

/** The next packet identifier that no unfinished packet has, sections 2.3.1, 2.2.1. */
export function nextId(c: Session): number {
  do c._lastId = (c._lastId % 65535) + 1
  while (c._ids.indexOf(c._lastId) >= 0)
  return c._lastId
}

/** Keeps a packet until its answer has come, to be sent as the `at`th of all. */
export function hold(c: Session, at: number, id: number, packet: string) {
  c._ids.splice(at, 0, id)
  c._packets.splice(at, 0, packet)
  c._bytes += packet.length
}

/** Lets the `at`th packet go. Returns its identifier, which is free again. */
export function release(c: Session, at: number): number {
  const id = c._ids[at]
  if (V5 && c._takenAt) delete c._takenAt[id]
  c._bytes -= c._packets[at].length
  c._ids.splice(at, 1)
  c._packets.splice(at, 1)
  if (at < c._sent) c._sent--
  return id
}

/** Lets the `at`th packet go and tells its outcome, and lets others follow. */
export function settle(c: Session, at: number, event: number, outcome: number | string) {
  hand(c, event, release(c, at), outcome)
  pump(c)
}

/**
 * Where among the packets that went out on this link is the one with this identifier and, but for DUP and RETAIN, this
 * first byte; -1 for nowhere.
 */
export function find(c: Session, id: number, first: number): number {
  const at = c._ids.indexOf(id)
  return at < c._sent && at >= 0 && (c._packets[at].charCodeAt(0) & 0xf6) === first ? at : -1
}

/** Sends an answer, at once or as soon as the runtime holds nothing. 0, or < 0 and the link must end. */
export function reply(c: Session, packet: string): number {
  if (c.state !== UP) return 0
  // Not past those that wait.
  if (!c._held && !c._owed) return send(c, packet)
  c._owed += packet
  pump(c)
  return c._owed.length > OWED_B ? -QUOTA_EXCEEDED : 0
}

/** Sends the next packet. False: none, or it has to wait. */
function next(c: Session): boolean {
  const at = c._sent
  if (at >= c._ids.length) return false
  let packet = c._packets[at]
  if (V5 && c._v5) {
    if (isPublish(packet) && !c._quota) return letPass(c)
    const why = unfit(c, packet) || (c._expire && !c._expire(c, at) ? IMPLEMENTATION_SPECIFIC_ERROR : 0)
    if (why) {
      const first = packet.charCodeAt(0)
      // One code for all filters.
      if (isPublish(packet)) settle(c, at, ON_PUBLISH, why)
      else settle(c, at, first === SUBSCRIBE ? ON_SUBSCRIBE : ON_UNSUBSCRIBE, chr(why))
      return true
    }
    packet = c._packets[at]
    if (isPublish(packet)) {
      c._quota--
      if (c._rewrite) packet = c._rewrite(c, packet)
    }
  }
  c._sent++
  send(c, packet)
  return true
}

/** Sends what waits, for as long as the runtime takes it. */
export function pump(c: Session) {
  // What is sent from here calls this again.
  if (c._pumping) return
  c._pumping = true
  while (c.state === UP && !c._held) {
    if (c._owed) {
      const owed = c._owed
      c._owed = ''
      send(c, owed)
    } else if (!next(c) && !c._more(c)) break
  }
  c._pumping = false
}
