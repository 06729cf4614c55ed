import { readAck } from '../wire/ack'
import { PROTOCOL_ERROR } from '../wire/reason'
import { V5 } from '../wire/v5'
import { ON_PUBLISH } from './client'
import { isUnasked, mayBegin } from './negotiated'
import { find, type Session, settle } from './session'

/** The packet identifier of a PUBACK, PUBREC, PUBREL or PUBCOMP, or < 0; in 5.0 its reason code in `reason`. */
export function acknowledged(c: Session, packet: string, at: number): number {
  const id = readAck(c, packet, at, V5 && c._v5 === true)
  return V5 && c._v5 && isUnasked(c) ? -PROTOCOL_ERROR : id
}

/**
 * What ends a flow: tells the outcome of the message that is kept with this first byte. One that nobody waits for is no
 * fault. 0, or < 0 for an identifier below zero.
 */
export function complete(c: Session, id: number, first: number): number {
  const at = find(c, id, first)
  if (at >= 0) {
    if (V5 && c._v5) mayBegin(c)
    settle(c, at, ON_PUBLISH, V5 && c.reason > 0x7f ? c.reason : 0)
  }
  return id < 0 ? id : 0
}
