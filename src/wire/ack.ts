import { chr, header, packetId, uint16 } from './header'
import type { Packet } from './packet'
import { IN_ACK, readProperties } from './properties'
import { allows, MALFORMED_PACKET, PROTOCOL_ERROR } from './reason'
import { BAD_REASON, refuse } from './refusal'
import { V5 } from './v5'

/** Whether PUBACK and PUBREC, or PUBREL and PUBCOMP, may carry a reason code (5.0 sections 3.4.2.1, 3.6.2.1). */
function isReason(first: number, reason: number): boolean {
  // 00 10 80 83 87 90 91 97 99, or 00 92
  return first < 0x60 ? allows(reason, 0x10001, 0x2830089, 0) : allows(reason, 1, 0x40000, 0)
}

/**
 * A reason code and a block of properties at the end of a packet, as short as they can be: nothing for 0 without
 * properties, the code alone without properties (5.0 sections 3.4.2, 3.14.2).
 */
export function writeReason(reason: number, properties: string): string {
  return properties.length > 1 ? chr(reason) + properties : reason ? chr(reason) : ''
}

/**
 * Reads what writeReason() writes, from `at` to the end: sets reason and properties. 0, or < 0; whether the packet may
 * carry the code is the caller's question.
 */
export function readReason(p: Packet, packet: string, at: number, list: string): number {
  const length = packet.length
  p.reason = at < length ? packet.charCodeAt(at) : 0
  p.properties = ''
  const end = at + 1 < length ? readProperties(p, packet, at + 1, list) : length
  return end < 0 ? end : end < length ? -MALFORMED_PACKET : 0
}

/**
 * PUBACK, PUBREC, PUBREL or PUBCOMP, sections 3.4 to 3.7: `first` is one of these. In 3.1.1 `reason` is 0 and
 * `properties` ''; in 5.0 `properties` is a block of IN_ACK, '\0' or '' for none. '' with BAD_PACKET_ID, BAD_REASON.
 */
export function writeAck(first: number, id: number, reason: number, properties: string): string {
  const bytes = packetId(id)
  if (V5 && !isReason(first, reason)) return refuse(BAD_REASON)
  return bytes && header(first, V5 ? bytes + writeReason(reason, properties) : bytes)
}

/**
 * PUBACK, PUBREC, PUBREL or PUBCOMP. Returns the packet identifier, or < 0; sets reason, in 5.0 properties.
 */
export function readAck(p: Packet, packet: string, at: number, v5: boolean): number {
  if (V5 && v5 ? packet.length < at + 2 : packet.length !== at + 2) return -MALFORMED_PACKET
  const id = uint16(packet, at)
  if (V5) p.reason = 0
  if (V5 && v5) {
    const fault = readReason(p, packet, at + 2, IN_ACK)
    if (fault) return fault
    if (!isReason(packet.charCodeAt(0), p.reason)) return -PROTOCOL_ERROR
  }
  return id || -PROTOCOL_ERROR
}
