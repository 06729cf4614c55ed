import { writeAck } from '../wire/ack'
import { PUBACK, PUBREC } from '../wire/header'
import { numberOf, TOPIC_ALIAS } from '../wire/properties'
import { flags, idOf, QOS_1, QOS_2, RETAIN, readPublish } from '../wire/publish'
import { IMPLEMENTATION_SPECIFIC_ERROR, PACKET_TOO_LARGE, TOPIC_ALIAS_INVALID } from '../wire/reason'
import { V5 } from '../wire/v5'
import { handlers, LIMIT, ON_ERROR, ON_MESSAGE, type TakesClient, UP } from './client'
import { hand, reply, type Session } from './session'

/**
 * Lets a client that has a session take messages of QoS 0 and 1, section 4.3: each is handed over, then acknowledged. Those over the limit of
 * tune() are not: the callback hears ON_ERROR with LIMIT and PACKET_TOO_LARGE, and the server gets its acknowledgement, so
 * that it does not send them for ever; in 5.0, where the limit was announced, the link ends.
 */
export function receive(c: Session) {
  c._receive = c.received
  c.received = received
  handlers['0'] = handlers['1'] = arrive as TakesClient
  handlers['2'] = handlers['3'] = handlers[':'] = handlers[';'] = acknowledge as TakesClient
  handlers[''] = oversized as TakesClient
}

/**
 * What comes most, in 3.1.1: a short message of QoS 0, alone in its chunk, on the topic of the one before, which was found
 * good. Written out, and without a variable: split() and the functions behind it take three times as long on Espruino. A
 * Remaining Length of two bytes does not have the topic where it is looked for.
 */
function received(this: Session, bytes: string) {
  if (
    bytes.lastIndexOf(this.topic, 2) !== 2 ||
    bytes.charCodeAt(1) !== bytes.length - 2 ||
    (bytes[0] !== '0' && bytes[0] !== '1') ||
    this._need ||
    this.state !== UP ||
    (V5 && this._v5)
  ) {
    this._receive(bytes)
    return
  }
  this._heardAt = -1
  try {
    this._owner(ON_MESSAGE, bytes[0] > '0' ? RETAIN : 0, bytes.substr(this._topicLength + 2))
  } catch (_e) {
    // As in hand().
  }
}

/**
 * Reads a PUBLISH and hands it over, unless it is one that `wasHeard`. < 0: the link must end. Else 0, or what the callback
 * wants as reason code of the answer.
 */
export function deliver(c: Session, packet: string, at: number, wasHeard: boolean): number {
  const payload = readPublish(c, packet, at, V5 && c._v5 === true)
  if (payload < 0) return payload
  if (V5 && numberOf(c.properties, TOPIC_ALIAS, 0)) {
    const fault = c._unalias ? c._unalias(c) : -TOPIC_ALIAS_INVALID
    if (fault) return fault
  }
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
  return Math.min(deliver(c, packet, at, false), 0)
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
