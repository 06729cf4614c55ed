import { MALFORMED_PACKET } from './reason'

/** What the splitter keeps from one chunk to the next. */
export interface Splitter {
  /** Bytes of the largest body that is accepted. */
  _limit: number
  /** The beginning of a packet whose end has not arrived. */
  _carried: string
  /** Bytes of a too large packet that are still to come, and to be thrown away. */
  _skipping: number
}

/**
 * Cuts a chunk, of any length and cut anywhere, into packets (MQTT 3.1.1 section 2.2) and hands each to `take`, which
 * answers false to stop: the link is gone, and what is left of the chunk with it. A packet over the limit goes to
 * `tooLarge`, once and at its header, and its body is drained. Returns 0, or MALFORMED_PACKET for a Remaining Length of
 * more than four bytes: the link must end. Never keeps more than a header and _limit bytes.
 */
export function split<S extends Splitter>(
  s: S,
  chunk: string,
  take: (s: S, first: number, body: string) => boolean,
  tooLarge: (s: S, first: number, length: number) => void,
): number {
  let at = s._skipping
  // The common case, a short packet alone in its chunk, needs no loop.
  if (!at && !s._carried && chunk.length > 1 && chunk.length < 130 && chunk.charCodeAt(1) === chunk.length - 2) {
    take(s, chunk.charCodeAt(0), chunk.substr(2))
    return 0
  }
  chunk = s._carried + chunk
  s._carried = ''
  const end = chunk.length
  for (;;) {
    s._skipping = Math.max(at - end, 0)
    if (at >= end) return 0
    const first = chunk.charCodeAt(at)
    let body = at + 1
    let length = 0
    let shift = 0
    let digit = 128
    while (digit > 127 && body < end) {
      digit = chunk.charCodeAt(body++)
      length |= (digit & 127) << shift
      shift += 7
      if (digit > 127 && shift > 21) return MALFORMED_PACKET
    }
    if (digit < 128 && length > s._limit) tooLarge(s, first, length)
    else if (digit > 127 || body + length > end) {
      s._carried = chunk.substr(at)
      return 0
    } else if (!take(s, first, chunk.substr(body, length))) return 0
    at = body + length
  }
}
