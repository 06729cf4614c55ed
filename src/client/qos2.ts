import { writeAck } from '../wire/ack'
import { PUBLISH, PUBREL } from '../wire/header'
import { QOS_2 } from '../wire/publish'
import { PACKET_IDENTIFIER_NOT_FOUND } from '../wire/reason'
import { V5 } from '../wire/v5'
import { acknowledged, complete } from './acknowledgement'
import { handlers, type TakesClient } from './client'
import { find, hold, release, reply, type Session } from './session'

/** Lets messages of QoS 2 complete, section 4.3.3. */
export function qos2() {
  handlers['\x50'] = pubrec as TakesClient
  handlers['\x70'] = pubcomp as TakesClient
}

function pubrec(c: Session, packet: string, at: number): number {
  const id = acknowledged(c, packet, at)
  // Refused: nothing is owed any more (5.0 section 4.3.3).
  if (id < 0 || (V5 && c.reason > 0x7f)) return complete(c, id, PUBLISH | QOS_2)
  const held = find(c, id, PUBLISH | QOS_2)
  const isUnknown = held < 0 && find(c, id, PUBREL) < 0
  const pubrel = writeAck(PUBREL, id, V5 && c._v5 && isUnknown ? PACKET_IDENTIFIER_NOT_FOUND : 0, '')
  if (held >= 0) {
    release(c, held)
    // Behind all that went out: PUBRELs follow the order of PUBRECs (section 4.6).
    hold(c, c._sent++, id, pubrel)
  }
  return reply(c, pubrel)
}

function pubcomp(c: Session, packet: string, at: number): number {
  return complete(c, acknowledged(c, packet, at), PUBREL)
}
