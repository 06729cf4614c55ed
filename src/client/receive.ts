import { writeAck } from '../wire/ack'
import { PUBACK, PUBLISH, PUBREC } from '../wire/header'
import { numberOf, TOPIC_ALIAS } from '../wire/properties'
import { flags, idOf, QOS_1, QOS_2, RETAIN, readPublish } from '../wire/publish'
import { IMPLEMENTATION_SPECIFIC_ERROR, PACKET_TOO_LARGE, TOPIC_ALIAS_INVALID } from '../wire/reason'
import { splitShort } from '../wire/splitter'
import { V5 } from '../wire/v5'
import { handlers, heed, LIMIT, ON_ERROR, ON_MESSAGE, type TakesClient, UP } from './client'
import { hand, reply, type Session } from './session'

interface Receiver extends Session {
  /** Of the last short message of QoS 0: its length, its bytes up to the payload, how many they are, its flags. */
  _length: number
  _head: string
  _at: number
  _flags: number
}

/**
 * Lets a client that has a session take messages of QoS 0 and 1, section 4.3: each is handed over, then acknowledged. Those
 * over the limit of tune() are not: the callback hears ON_ERROR with LIMIT and PACKET_TOO_LARGE, and the server gets its
 * acknowledgement, so that it does not send them for ever; in 5.0, where the limit was announced, the link ends.
 */
export function receive(c: Session) {
  ;(c as Receiver)._length = 0
  c.received = received as (bytes: string) => void
  handlers['0'] = handlers['1'] = arrive as TakesClient
  handlers['2'] = handlers['3'] = handlers[':'] = handlers[';'] = acknowledge as TakesClient
  handlers[''] = oversized as TakesClient
}

/**
 * Whether a chunk is, in 3.1.1, one short message of QoS 0 on the topic of the one before, which was found good. If so, its
 * head is remembered, else none: the topic may be another from now on. (Not in received(): what it skips it reads, too.)
 */
function isLikeBefore(c: Receiver, bytes: string): boolean {
  const first = bytes.charCodeAt(0)
  c._length = 0
  // As splitShort(), an image of 3.1.1 takes it whatever the limit.
  if ((V5 && (c._v5 || bytes.length - 2 > c._limit)) || c._need || c.state !== UP) return false
  // A Remaining Length of two bytes would not have the topic there.
  if ((first | RETAIN) !== (PUBLISH | RETAIN) || bytes.lastIndexOf(c.topic, 2) !== 2) return false
  if (bytes.charCodeAt(1) !== bytes.length - 2) return false
  c._length = bytes.length
  c._at = c._topicLength + 2
  c._head = bytes.substr(0, c._at)
  c._flags = first & RETAIN
  return true
}

/**
 * What comes most has a way of its own: split() and the functions behind it take three times as long on Espruino. Without a
 * variable, which costs as much as a comparison there.
 */
function received(this: Receiver, bytes: string) {
  if (bytes.length === this._length && !bytes.lastIndexOf(this._head, 0) && !this._need && this.state === UP) {
    this._heardAt = -1
    try {
      this._owner(ON_MESSAGE, this._flags, bytes.substr(this._at))
    } catch (_e) {
      // As in hand().
    }
  } else if (isLikeBefore(this, bytes)) this.received(bytes)
  else heed(this, splitShort(this, bytes))
}

/** Reads a PUBLISH, and puts the topic in the place of its alias. Where its payload begins, or < 0. */
function read(c: Session, packet: string, at: number): number {
  const payload = readPublish(c, packet, at, V5 && c._v5 === true)
  if (!V5 || payload < 0 || !numberOf(c.properties, TOPIC_ALIAS, 0)) return payload
  return (c._unalias ? c._unalias(c) : -TOPIC_ALIAS_INVALID) || payload
}

/**
 * Hands a message of QoS 1 or 2 over, unless it is one that `wasHeard`. < 0: the link must end. Else 0, or what the callback
 * wants as reason code of the answer.
 */
export function deliver(c: Session, packet: string, at: number, wasHeard: boolean): number {
  const payload = read(c, packet, at)
  if (payload < 0) return payload
  const answer = wasHeard || hand(c, ON_MESSAGE, flags(packet), packet.substr(payload))
  return V5 && c._v5 && (answer as number) > 0x7f ? (answer as number) : 0
}

/** Sends PUBACK or PUBREC, with a reason code that it may carry. 0, or < 0 and the link must end. */
export function answer(c: Session, first: number, id: number, reason: number): number {
  let packet = writeAck(first, id, reason, '')
  if (V5 && !packet) packet = writeAck(first, id, IMPLEMENTATION_SPECIFIC_ERROR, '')
  return reply(c, packet)
}

function arrive(c: Session, packet: string, at: number): number {
  const payload = read(c, packet, at)
  if (payload < 0) return payload
  hand(c, ON_MESSAGE, flags(packet), packet.substr(payload))
  return 0
}

function acknowledge(c: Session, packet: string, at: number): number {
  const reason = deliver(c, packet, at, false)
  // The callback may have sent, but it cannot have received: the identifier is still this one's.
  return reason < 0 ? reason : answer(c, PUBACK, c.id, reason)
}

function oversized(c: Session, packet: string, at: number): number {
  const id = packet[0] < '0' || packet[0] > '=' || (V5 && c._v5) ? -PACKET_TOO_LARGE : idOf(packet, at)
  if (id < 0) return id
  hand(c, ON_ERROR, LIMIT, PACKET_TOO_LARGE)
  return flags(packet) & (QOS_1 | QOS_2) ? answer(c, flags(packet) & QOS_1 ? PUBACK : PUBREC, id, 0) : 0
}
