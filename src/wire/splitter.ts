/** Reason codes of MQTT 5.0 section 2.4: the words in which both versions report what is wrong with the bytes of a peer. */
export const MALFORMED_PACKET = 0x81
export const PROTOCOL_ERROR = 0x82
export const PACKET_TOO_LARGE = 0x95

/** What the splitter keeps from one chunk to the next. */
export interface Splitter {
  /** Bytes of the largest body that is accepted. */
  packetLimit: number
  /** The beginning of a packet whose end has not arrived. */
  _carried: string
  /** Bytes of a too large packet that are still to come, and to be thrown away. */
  _skipping: number
}

/**
 * Cuts a chunk, of any length and cut anywhere, into packets (MQTT 3.1.1 section 2.2) and hands each to `take`, which
 * answers false to stop: the link is gone, and what is left of the chunk with it. A packet over the limit goes to
 * `tooLarge`, once and at its header, and its body is drained. Returns 0, or MALFORMED_PACKET for a Remaining Length of
 * more than four bytes: the link must end. Never keeps more than a header and packetLimit bytes.
 */
export function split<S extends Splitter>(
  s: S,
  chunk: string,
  take: (s: S, first: number, body: string) => boolean,
  tooLarge: (s: S, first: number, length: number) => void,
): number {
  let at = 0
  let end = chunk.length
  // The common case, a short packet alone in its chunk, needs no loop. Two bytes may be the end of a packet: nothing carried.
  if (!s._carried && !s._skipping && end > 1 && end < 130 && chunk.charCodeAt(1) === end - 2) {
    take(s, chunk.charCodeAt(0), chunk.substr(2))
    return 0
  }
  if (s._carried) {
    chunk = s._carried + chunk
    end = chunk.length
    s._carried = ''
  }
  for (;;) {
    const skipped = Math.min(s._skipping, end - at)
    s._skipping -= skipped
    at += skipped
    if (at >= end) return 0
    const first = chunk.charCodeAt(at)
    let body = at + 1
    let length = 0
    let unit = 1
    let digit = 128
    while (digit > 127 && body < end) {
      digit = chunk.charCodeAt(body++)
      length += (digit & 127) * unit
      unit *= 128
      if (digit > 127 && unit > 2097152) return MALFORMED_PACKET
    }
    if (digit < 128 && length > s.packetLimit) {
      s._skipping = length
      at = body
      tooLarge(s, first, length)
    } else if (digit > 127 || body + length > end) {
      s._carried = chunk.substr(at)
      return 0
    } else {
      at = body + length
      if (!take(s, first, chunk.substr(body, length))) return 0
    }
  }
}
