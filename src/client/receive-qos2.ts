import { writeAck } from '../wire/ack'
import { PUBCOMP, PUBREC } from '../wire/header'
import { idOf } from '../wire/publish'
import { PACKET_IDENTIFIER_NOT_FOUND, RECEIVE_MAXIMUM_EXCEEDED } from '../wire/reason'
import { V5 } from '../wire/v5'
import { acknowledged } from './acknowledgement'
import { handlers, type TakesClient } from './client'
import { answer, deliver } from './receive'
import { reply, type Session } from './session'

/**
 * Installs what takes messages of QoS 2, section 4.3.3: each is handed over when it comes, once, however often the server
 * sends it before it releases the identifier. At most `maximum` may be unreleased, in 5.0 the Receive Maximum of CONNECT:
 * the link ends when the server sends more.
 */
export function receiveQos2(c: Session, maximum: number) {
  c._maxReceived = maximum
  handlers['4'] = handlers['5'] = handlers['<'] = handlers['='] = receive as TakesClient
  handlers['\x62'] = pubrel as TakesClient
}

function receive(c: Session, packet: string, at: number): number {
  const id = idOf(packet, at)
  const wasHeard = c._received.indexOf(id) >= 0
  if (!wasHeard && c._received.length >= c._maxReceived) return -RECEIVE_MAXIMUM_EXCEEDED
  const reason = deliver(c, packet, at, wasHeard)
  if (reason < 0) return reason
  // A message that is refused is not one that is to be released (5.0 section 4.3.3).
  if (!wasHeard && reason < 0x80) c._received.push(id)
  return answer(c, PUBREC, id, reason)
}

function pubrel(c: Session, packet: string, at: number): number {
  const id = acknowledged(c, packet, at)
  const held = c._received.indexOf(id)
  if (id < 0) return id
  if (held >= 0) c._received.splice(held, 1)
  return reply(c, writeAck(PUBCOMP, id, V5 && c._v5 && held < 0 ? PACKET_IDENTIFIER_NOT_FOUND : 0, ''))
}
