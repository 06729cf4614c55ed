import { chr, PINGREQ } from './header'
import { MALFORMED_PACKET } from './reason'

/** PINGREQ, section 3.12. */
export function writePingreq(): string {
  return chr(PINGREQ, 0)
}

/** PINGRESP, section 3.13. 0, or < 0 for one with a body. */
export function readPingresp(packet: string, at: number): number {
  return packet.length > at ? -MALFORMED_PACKET : 0
}
