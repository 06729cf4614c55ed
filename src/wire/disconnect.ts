import { readReason, writeReason } from './ack'
import { chr, DISCONNECT, header } from './header'
import type { Packet } from './packet'
import { IN_RECEIVED_DISCONNECT } from './properties'
import { allows, PROTOCOL_ERROR } from './reason'
import { BAD_REASON, refuse } from './refusal'
import { V5 } from './v5'

/**
 * DISCONNECT, section 3.14; the server then forgets the will, in 5.0 unless `reason` is DISCONNECT_WITH_WILL or an
 * error. In 3.1.1 `reason` is 0 and `properties` ''; in 5.0 `properties` is a block of IN_DISCONNECT, '\0' or '' for
 * none. '' with BAD_REASON.
 */
export function writeDisconnect(reason: number, properties: string): string {
  if (!V5) return chr(DISCONNECT, 0)
  // 00 04 80-83 90 93-99
  return allows(reason, 0x11, 0x3f9000f, 0) ? header(DISCONNECT, writeReason(reason, properties)) : refuse(BAD_REASON)
}

/** DISCONNECT of a server of 5.0, section 3.14. Returns the reason code, >= 0, or < 0; sets reason and properties. */
export function readDisconnect(p: Packet, packet: string, at: number): number {
  const fault = readReason(p, packet, at, IN_RECEIVED_DISCONNECT)
  // 00 80-83 87 89 8B-90 93-9F A0-A2; 8C stands in the list of codes only (section 2.4).
  if (!fault && !allows(p.reason, 1, 0xfff9fa8f, 7)) return -PROTOCOL_ERROR
  return fault || p.reason
}
