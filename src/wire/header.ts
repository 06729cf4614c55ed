/**
 * The fixed header, MQTT 3.1.1 section 2.2, and the two ways in which every packet is put together.
 *
 * A run of bytes is a string with one character per byte ("byte string"): what both runtimes' sockets take. A packet is
 * built body first, then header() puts type and length before it: the one place that knows a length.
 */
export const CONNECT = 0x10
export const CONNACK = 0x20
export const PUBLISH = 0x30
export const PINGREQ = 0xc0
export const DISCONNECT = 0xe0

/** Byte values to a byte string. A name of its own: the runtimes look up `String` and then its property at every use. */
export const chr = String.fromCharCode

/** A whole packet: the first byte (type and flags), Remaining Length (section 2.2.3), body. A body of 0 bytes is fine. */
export function header(first: number, body: string): string {
  let length = body.length
  if (length < 128) return chr(first, length) + body
  let head = chr(first)
  while (length > 127) {
    head += chr((length & 127) | 128)
    length >>= 7
  }
  return head + chr(length) + body
}

/**
 * A string or binary field: two length bytes and the bytes (sections 1.5.3, 3.1.3). `bytes` is UTF-8 already where the
 * standard asks for text, and at most 65,535 long. A topic is made into a field once and kept for ever.
 */
export function field(bytes: string): string {
  return chr(bytes.length >> 8, bytes.length & 255) + bytes
}
