import { MALFORMED_PACKET, PACKET_TOO_LARGE, PROTOCOL_ERROR } from './reason'
import { V5 } from './v5'

/**
 * Takes one packet: `packet` is the whole of it, its body begins at `at`. The string is the taker's from here on; in
 * Node each piece of it that is kept keeps the chunk that it came with. Answers 0 to go on, or minus a reason code (5.0
 * section 2.4): the link must end.
 */
export type Taker<S> = (s: S, packet: string, at: number) => number

/**
 * Who takes what, by first byte (a byte string of one), so that what nobody expects now and what carries flags that its
 * type never has (3.1.1 section 2.2.2, 5.0 section 2.1.3) find nobody, at their header already. The entry '' gets the
 * beginning of a packet over the limit: its header and as much of the body as the limit allows.
 */
export type Takers<S> = { [first: string]: Taker<S> }

/** What is kept from one chunk to the next; a new link starts with '' and 0. */
export interface Splitter<S> {
  /** Looked up for each packet, so that a taker may exchange it. */
  _takers: Takers<S>
  /** Bytes of the largest body that is taken, at least 1. */
  _limit: number
  /** The beginning of a packet that is not complete: at most its header and _limit bytes. */
  _carried: string
  /** > 0: bytes that _carried must reach before it is worth a look. < 0: bytes still to be thrown away. */
  _need: number
}

/** What a first byte that nobody takes has against it. */
function unexpected(first: number): number {
  const type = first >> 4
  const flags = first & 15
  // Of the flags of PUBLISH, DUP without QoS and QoS 3 are wrong.
  const wrong =
    type === 3 ? (flags & 6) === 6 || (flags & 14) === 8 : flags !== (type === 6 || (type & 13) === 8 ? 2 : 0)
  return wrong ? -MALFORMED_PACKET : -PROTOCOL_ERROR
}

/**
 * Cuts a chunk of bytes, of any length and cut anywhere, into packets (3.1.1 section 2.2, 5.0 section 2.1) and hands
 * each to its taker. Returns 0; or minus a reason code, and the link must end: the taker's own, MALFORMED_PACKET for a
 * Remaining Length of more than four bytes or more than it needs, and for wrong flags, PROTOCOL_ERROR for a packet that
 * nobody expects, PACKET_TOO_LARGE for one over the limit where nobody takes its beginning. With such a taker the rest
 * is thrown away and the link goes on. Never keeps more than a header and _limit bytes.
 */
export function split<S extends Splitter<S>>(s: S, chunk: string): number {
  chunk = s._carried + chunk
  const end = chunk.length
  if (end < s._need) {
    s._carried = chunk
    return 0
  }
  s._carried = ''
  let at = s._need < 0 ? -s._need : 0
  let left = end - at
  while (left > 0) {
    let take = s._takers[chunk[at]]
    if (!take) return V5 ? unexpected(chunk.charCodeAt(at)) : -PROTOCOL_ERROR
    let head = 1
    let length = 0
    let digit = 128
    while (digit > 127 && head < left) {
      digit = chunk.charCodeAt(at + head++)
      length |= (digit & 127) << (head * 7 - 14)
      if (digit ? digit > 127 && head > 4 : head > 2) return -MALFORMED_PACKET
    }
    // Of a header that is cut, one more byte.
    let wanted = digit > 127 ? 1 : length
    if (wanted > s._limit) {
      wanted = s._limit
      take = s._takers['']
      if (!take) return -PACKET_TOO_LARGE
    }
    wanted += head
    if (wanted > left) {
      s._carried = chunk.substr(at)
      s._need = wanted
      return 0
    }
    const fault = take(s, chunk.substr(at, wanted), head)
    if (fault) return fault
    at += head + length
    left = end - at
  }
  s._need = left
  return 0
}

/**
 * split() for those who get many packets: tries the common case first, one of less than 128 bytes alone in its chunk,
 * which needs no loop and no copy. An image of 3.1.1 takes such a packet whatever the limit.
 */
export function splitShort<S extends Splitter<S>>(s: S, chunk: string): number {
  const length = chunk.length - 2
  // A negative length fails the shift.
  if (!s._need && !(length >>> 7) && (!V5 || length <= s._limit) && chunk.charCodeAt(1) === length) {
    const take = s._takers[chunk[0]]
    if (take) return take(s, chunk, 2)
  }
  return split(s, chunk)
}
