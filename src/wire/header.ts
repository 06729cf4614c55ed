/**
 * The fixed header, MQTT 3.1.1 section 2.2, and the pieces that every packet is put together from.
 *
 * A run of bytes is a string with one character per byte ("byte string"): what both runtimes' sockets take. Strings do
 * not change, so what is given to a writer and what it answers belong to whoever holds them. A packet is built body
 * first, then header() puts type and length before it: the one place that knows a length.
 */
import { MALFORMED_PACKET } from './reason'
import { BAD_PACKET_ID, refuse, TOO_LONG } from './refusal'

/** First bytes: the packet type, and the flags where they are fixed (section 2.2.2). */
export const CONNECT = 0x10
export const PUBLISH = 0x30
export const PUBACK = 0x40
export const PUBREC = 0x50
export const PUBREL = 0x62
export const PUBCOMP = 0x70
export const SUBSCRIBE = 0x82
export const UNSUBSCRIBE = 0xa2
export const PINGREQ = 0xc0
export const DISCONNECT = 0xe0
export const AUTH = 0xf0

/**
 * Byte values to a byte string. A name of its own: the runtimes look up `String` and then its property at every use.
 */
export const chr = String.fromCharCode

/**
 * A Variable Byte Integer of 0 to 268,435,455 (3.1.1 section 2.2.3, 5.0 section 1.5.5), in as few bytes as it takes.
 */
export function varint(n: number): string {
  return n < 128 ? chr(n) : chr((n & 127) | 128) + varint(n >> 7)
}

/**
 * The Variable Byte Integer at `at`, varint(value).length bytes long, or minus MALFORMED_PACKET: cut off, longer than
 * it needs to be or than four bytes.
 */
export function readVarint(bytes: string, at: number): number {
  let value = 0
  for (let shift = 0; shift < 28 && at < bytes.length; shift += 7) {
    const digit = bytes.charCodeAt(at++)
    value |= (digit & 127) << shift
    if (digit < 128) return digit || !shift ? value : -MALFORMED_PACKET
  }
  return -MALFORMED_PACKET
}

/** Bytes of the largest body of a packet of at most so many bytes, which are 3 or more. */
export function bodyLimit(packetB: number): number {
  let bodyB = packetB - 2
  while (bodyB + 1 + varint(bodyB).length > packetB) bodyB--
  return bodyB
}

/**
 * A whole packet: the first byte (type and flags), Remaining Length (section 2.2.3), body. A body of 0 bytes is fine;
 * one of more than 268,435,455 gives '', TOO_LONG.
 */
export function header(first: number, body: string): string {
  const length = body.length
  if (length < 128) return chr(first, length) + body
  return length >> 28 ? refuse(TOO_LONG) : chr(first) + varint(length) + body
}

/**
 * A string or binary field: two length bytes and the bytes (sections 1.5.3, 3.1.3). `bytes` is UTF-8 already where the
 * standard asks for text; more than 65,535 of them give '', TOO_LONG. A topic is made into a field once and kept for
 * ever.
 */
export function field(bytes: string): string {
  const length = bytes.length
  return length >> 16 ? refuse(TOO_LONG) : chr(length >> 8, length & 255) + bytes
}

/** The two bytes of a packet identifier (3.1.1 section 2.3.1); outside 1 to 65,535 '', BAD_PACKET_ID. */
export function packetId(id: number): string {
  return id > 0 && id < 65536 ? chr(id >> 8, id & 255) : refuse(BAD_PACKET_ID)
}

/** Two bytes as a number (section 1.5.2). The caller has seen that they are there. */
export function uint16(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1)
}
