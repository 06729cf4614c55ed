/** Message Expiry Interval, 5.0 section 3.3.2.3.3. Nothing of this file is in an image of 3.1.1. */
import { header, readVarint, varint } from '../wire/header'
import { endOfField } from '../wire/packet'
import { find, MESSAGE_EXPIRY_INTERVAL, numberAt, numberProperty } from '../wire/properties'
import { DUP } from '../wire/publish'
import type { Session } from './session'

/**
 * The properties of a message that has waited for `ageMs` milliseconds: with what is left of its Message Expiry Interval.
 * null: nothing is left.
 */
export function remaining(properties: string, ageMs: number): string | null {
  const at = find(properties, MESSAGE_EXPIRY_INTERVAL, 0)
  if (at < 0) return properties
  const leftS = numberAt(properties, at) - Math.floor(ageMs / 1000)
  if (leftS <= 0) return null
  return properties.substr(0, at - 1) + numberProperty(MESSAGE_EXPIRY_INTERVAL, leftS) + properties.substr(at + 4)
}

interface Expiring extends Session {
  _takenAt: { [id: number]: number }
  _clock: () => number
}

/**
 * Lets messages of QoS 1 and 2 that wait in the session grow old: they go out for the first time with what is left of their
 * interval, or not at all. `clock` tells milliseconds that never go back. Call taken() behind publishQos().
 */
export function expiring(session: Session, clock: () => number) {
  const c = session as Expiring
  c._takenAt = {}
  c._clock = clock
  c._expire = expire
}

/** The message with this identifier counts its age from now on, unless it is on its way. */
export function taken(session: Session, id: number) {
  const c = session as Expiring
  if (c._ids.indexOf(id) >= c._sent) c._takenAt[id] = c._clock()
}

/** Brings the `at`th packet up to date before it goes out, where it is one that has waited. False: it has expired. */
function expire(session: Session, at: number): boolean {
  const c = session as Expiring
  const packet = c._packets[at]
  const first = packet.charCodeAt(0)
  const takenAt = c._takenAt[c._ids[at]]
  if (takenAt === undefined || first & DUP) return true
  delete c._takenAt[c._ids[at]]
  const body = 1 + varint(readVarint(packet, 1)).length
  // Behind topic and identifier.
  const from = endOfField(packet, body) + 2
  const length = readVarint(packet, from)
  const behind = from + varint(length).length
  const left = remaining(packet.substr(behind, length), c._clock() - takenAt)
  if (left === null) return false
  // As long as it was.
  c._packets[at] = header(first, packet.substring(body, behind) + left + packet.substr(behind + length))
  return true
}
