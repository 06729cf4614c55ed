/**
 * The Session State as bytes, to be kept where it outlives a restart: what is not acknowledged, and identifiers of messages
 * of QoS 2 that are not released. Subscriptions are the owner's to ask for anew.
 */
import { CLEAN_SESSION, flagsAt } from '../wire/connect'
import { chr, packetId, readVarint, uint16, varint } from '../wire/header'
import { V5 } from '../wire/v5'
import { hold, type Session } from './session'

/** Bytes that charCodeAt() walks through at a time: on Kaluma it counts from the beginning of a string. */
const PIECE_B = 128

/** What tells one state from the next at less cost than stateOf(). */
export function mark(c: Session): string {
  return c._ids + ';' + c._received + ';' + c._bytes
}

/** The level of the protocol, in whose form packets are kept. */
function level(c: Session): number {
  return V5 && c._v5 ? 5 : 4
}

/** Two bytes that are others for nearly all other bytes. */
function checksum(bytes: string): string {
  let sum = 0
  for (let at = 0; at < bytes.length; at += PIECE_B) {
    const piece = bytes.substr(at, PIECE_B)
    for (let i = 0; i < piece.length; i++) sum = (sum * 31 + piece.charCodeAt(i) + 1) % 65521
  }
  return chr(sum >> 8, sum & 255)
}

/** The state, a byte string of at least four bytes, for restore(). */
export function stateOf(c: Session): string {
  const received = c._received.map(id => packetId(id))
  const sent = c._packets.map((packet, i) => packetId(c._ids[i]) + packet)
  const bytes = chr(level(c)) + varint(received.length) + received.join('') + sent.join('')
  return bytes + checksum(bytes)
}

/**
 * Takes up the state that stateOf() gave, before the client is opened for the first time: all of it counts as sent before.
 * False, and nothing is changed: these bytes are not a state of this version of the protocol, or it holds nothing.
 */
export function restore(c: Session, bytes: string): boolean {
  const end = bytes.length - 2
  if (end < 2 || bytes.charCodeAt(0) !== level(c) || checksum(bytes.substr(0, end)) !== bytes.substr(end)) return false
  let left = readVarint(bytes, 1)
  let at = 1 + varint(left).length
  if (at === end) return false
  for (; left; left--, at += 2) c._received.push(uint16(bytes, at))
  while (at < end) {
    const length = readVarint(bytes, at + 3)
    const behind = at + 3 + varint(length).length + length
    c._lastId = uint16(bytes, at)
    hold(c, c._ids.length, c._lastId, bytes.substring(at + 2, behind))
    at = behind
  }
  c._sent = c._ids.length
  if (V5 && c._v5) {
    // A session of before is asked for, and may be there.
    const flags = flagsAt(c._connect)
    c._connect =
      c._connect.substr(0, flags) + chr(c._connect.charCodeAt(flags) & ~CLEAN_SESSION) + c._connect.substr(flags + 1)
    c._kept = true
  }
  return true
}
