import { PUBLISH } from '../wire/header'
import { QOS_1 } from '../wire/publish'
import { acknowledged, complete } from './acknowledgement'
import { handlers, type TakesClient } from './client'
import type { Session } from './session'

/** Lets messages of QoS 1 complete, section 4.3.2. */
export function qos1() {
  handlers['\x40'] = puback as TakesClient
}

function puback(c: Session, packet: string, at: number): number {
  return complete(c, acknowledged(c, packet, at), PUBLISH | QOS_1)
}
