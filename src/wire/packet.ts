import { uint16 } from './header'
import { MALFORMED_PACKET, PROTOCOL_ERROR } from './reason'

/**
 * What the readers fill: one flat record for packets of every kind, made once and used for ever, so that reading makes
 * no object. A reader sets the fields that its packet has and leaves the others; each stands until the next packet that
 * has it is read. To be read by others, not written.
 *
 * Readers answer a number: >= 0 what the packet is about, each says which; < 0 minus the reason code (5.0 section 2.4)
 * why no server may send these bytes, and then the record is worth nothing.
 */
export interface Packet {
  /** PUBLISH: the topic name as a field(), so that it compares with topics made once. */
  topic: string
  /** Bytes of `topic`, for the reader. */
  _topicLength: number
  /** PUBLISH above QoS 0, SUBACK, UNSUBACK. */
  id: number
  /** PUBACK, PUBREC, PUBREL, PUBCOMP of 5.0; 0 in 3.1.1. */
  reason: number
  /**
   * 5.0: the properties, without their length and checked, as find() and its kind read them. '' for none, and in 3.1.1.
   */
  properties: string
}

/**
 * A record for readers. The topic of none yet is '/': readPublish() checks a topic only when it differs from the last.
 */
export function packet(): Packet {
  return { topic: '\0\x01/', _topicLength: 3, id: 0, reason: 0, properties: '' }
}

/** Sets the packet identifier that stands at `at`. Returns what follows it, or < 0 for 0 and for one that is cut. */
export function readId(p: Packet, packet: string, at: number): number {
  if (packet.length < at + 2) return -MALFORMED_PACKET
  p.id = uint16(packet, at)
  return p.id ? at + 2 : -PROTOCOL_ERROR
}

/** Where the field() at `at` ends, or 0 where the packet ends before. */
export function endOfField(packet: string, at: number): number {
  const end = packet.length < at + 2 ? 0 : at + 2 + uint16(packet, at)
  return end > packet.length ? 0 : end
}
