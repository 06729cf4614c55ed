import { readReason } from './ack'
import { AUTH, chr, header } from './header'
import type { Packet } from './packet'
import { AUTHENTICATION_METHOD, block, fieldProperty, find, IN_AUTH } from './properties'
import { allows, CONTINUE_AUTHENTICATION, PROTOCOL_ERROR, REAUTHENTICATE } from './reason'
import { BAD_REASON, refuse } from './refusal'

/**
 * AUTH, 5.0 section 3.15. `reason` is CONTINUE_AUTHENTICATION or REAUTHENTICATE, `method` a prepare()d text,
 * `properties` those beside the method, not a block: Authentication Data, User Property, or ''. '' for a method of '',
 * and with BAD_REASON, BAD_PROPERTY.
 */
export function writeAuth(reason: number, method: string, properties: string): string {
  if (reason !== CONTINUE_AUTHENTICATION && reason !== REAUTHENTICATE) return refuse(BAD_REASON)
  const bytes = method && block(IN_AUTH, fieldProperty(AUTHENTICATION_METHOD, method) + properties)
  return bytes && header(AUTH, chr(reason) + bytes)
}

/**
 * AUTH of a server, 5.0 section 3.15. Returns the reason code, SUCCESS or CONTINUE_AUTHENTICATION, or < 0, also for one
 * without an Authentication Method; sets reason and properties.
 */
export function readAuth(p: Packet, packet: string, at: number): number {
  const fault = readReason(p, packet, at, IN_AUTH)
  if (fault) return fault
  return allows(p.reason, 0x1000001, 0, 0) && find(p.properties, AUTHENTICATION_METHOD, 0) > 0
    ? p.reason
    : -PROTOCOL_ERROR
}
