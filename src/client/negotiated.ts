/** The session of 5.0: what both sides have agreed on. Nothing of this file is in an image of 3.1.1. */
import { CLEAN_SESSION, flagsAt } from '../wire/connect'
import { CONNECT, chr, header, readVarint, SUBSCRIBE, varint } from '../wire/header'
import { endOfField } from '../wire/packet'
import {
  ASSIGNED_CLIENT_IDENTIFIER,
  AUTHENTICATION_METHOD,
  fieldAt,
  find,
  numberOf,
  RECEIVE_MAXIMUM,
  REQUEST_PROBLEM_INFORMATION,
  SESSION_EXPIRY_INTERVAL,
  SHARED_SUBSCRIPTION_AVAILABLE,
  SUBSCRIPTION_IDENTIFIER,
  SUBSCRIPTION_IDENTIFIER_AVAILABLE,
  WILDCARD_SUBSCRIPTION_AVAILABLE,
} from '../wire/properties'
import { isPublish, RETAIN } from '../wire/publish'
import {
  PACKET_TOO_LARGE,
  QOS_NOT_SUPPORTED,
  RETAIN_NOT_SUPPORTED,
  SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
  SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
  WILDCARDS_NOT_SUPPORTED,
} from '../wire/reason'
import { text } from '../wire/utf8'
import type { Session } from './session'

export interface Negotiated {
  // Survives the link.
  /** Whether there is a session state that the server may know of. */
  _kept: boolean

  // Dies with the link.
  /** How many messages of QoS 1 and 2 may still go out, section 4.9, and how many at most. */
  _quota: number
  _receiveMaximum: number
  /** What the server does not offer to subscribers. */
  _missing: number
}

/** Bits of _missing. */
const NO_WILDCARDS = 1
const NO_SUBSCRIPTION_IDENTIFIERS = 2
const NO_SHARED_SUBSCRIPTIONS = 4

/** The properties that CONNECT asks with, and of the packet what stands before their block and behind it. */
function split(c: Session): { before: string; asked: string; behind: string } {
  const at = flagsAt(c._connect) + 3
  const length = c._v5 ? readVarint(c._connect, at) : 0
  const from = c._v5 ? at + varint(length).length : at
  // Without the fixed header, which is one byte of type and the length.
  return {
    before: c._connect.substring(c._connect.indexOf('MQTT') - 2, at),
    asked: c._connect.substr(from, length),
    behind: c._connect.substr(from + length),
  }
}

/** The client identifier in CONNECT, as a text: the one that the server has chosen, once it has. */
export function clientId(c: Session): string {
  return text(fieldAt(split(c).behind, 0))
}

/** The properties that CONNECT asks with. */
export function asked(c: Session): string {
  return split(c).asked
}

/** The block of properties at `at`. */
export function blockAt(packet: string, at: number): string {
  const length = readVarint(packet, at)
  return packet.substr(at, varint(length).length + length)
}

/** The field() of a text or binary property, '' where it is not there. */
export function fieldOf(properties: string, id: number): string {
  const at = find(properties, id, 0)
  return at < 0 ? '' : fieldAt(properties, at)
}

/** Writes CONNECT anew: with Clean Start or without, and with the client identifier that the server has assigned, or ''. */
function rewriteConnect(c: Session, clean: number, assigned: string) {
  const { before, asked, behind } = split(c)
  const flags = before.charCodeAt(7)
  c._connect = header(
    CONNECT,
    before.substr(0, 7) +
      chr((flags & ~CLEAN_SESSION) | clean) +
      before.substr(8) +
      varint(asked.length) +
      asked +
      (assigned ? assigned + behind.substr(fieldAt(behind, 0).length) : behind),
  )
}

/**
 * Takes over what CONNACK says of the session, section 3.2.2; its properties have been read. `clean`: whether it was
 * asked for with Clean Start. False: it is not what was asked for.
 */
export function negotiated(c: Session, present: number, clean: number): boolean {
  const given = c.properties
  const wanted = asked(c)
  const expiryS = numberOf(given, SESSION_EXPIRY_INTERVAL, numberOf(wanted, SESSION_EXPIRY_INTERVAL, 0))
  if (present && (clean || !c._kept)) {
    // Section 3.2.2.1.1; the next attempt begins anew.
    rewriteConnect(c, CLEAN_SESSION, '')
    return false
  }
  if (fieldOf(given, AUTHENTICATION_METHOD) !== fieldOf(wanted, AUTHENTICATION_METHOD)) return false
  c._kept = expiryS > 0
  // Clean Start is about the first connection: a session that is kept is resumed.
  rewriteConnect(c, c._kept ? 0 : clean, fieldOf(given, ASSIGNED_CLIENT_IDENTIFIER))
  c._quota = c._receiveMaximum = numberOf(given, RECEIVE_MAXIMUM, 65535)
  c._missing =
    (numberOf(given, WILDCARD_SUBSCRIPTION_AVAILABLE, 1) ? 0 : NO_WILDCARDS) |
    (numberOf(given, SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1) ? 0 : NO_SUBSCRIPTION_IDENTIFIERS) |
    (numberOf(given, SHARED_SUBSCRIPTION_AVAILABLE, 1) ? 0 : NO_SHARED_SUBSCRIPTIONS)
  return true
}

/** The reason code why this session's server does not take a packet, or 0. */
export function unfit(c: Session, packet: string): number {
  const first = packet.charCodeAt(0)
  if (packet.length > (c._maximumPacketB as number)) return PACKET_TOO_LARGE
  if (first === SUBSCRIBE) return unoffered(c, packet)
  const flags = first & 7 & ~(c._allowed as number)
  return isPublish(packet) && flags ? (flags & RETAIN ? RETAIN_NOT_SUPPORTED : QOS_NOT_SUPPORTED) : 0
}

/**
 * The next packet of the session is a PUBLISH for which there is no quota, section 4.9: lets the first of the others pass it.
 * False: there is none.
 */
export function letPass(c: Session): boolean {
  let at = c._sent
  while (at < c._ids.length && isPublish(c._packets[at])) at++
  if (at === c._ids.length) return false
  c._ids.splice(c._sent, 0, c._ids.splice(at, 1)[0])
  c._packets.splice(c._sent, 0, c._packets.splice(at, 1)[0])
  return true
}

/** An answer has come that ends a flow of QoS 1 or 2: another may begin. */
export function mayBegin(c: Session) {
  if (c._quota < c._receiveMaximum) c._quota++
}

/**
 * Whether an acknowledgement carries what CONNECT has asked not to get (section 3.1.2.11.7): its properties can be no
 * other than Reason String and User Property.
 */
export function isUnasked(c: Session): boolean {
  return c.properties !== '' && !numberOf(asked(c), REQUEST_PROBLEM_INFORMATION, 1)
}

/** The reason code why this session's server does not offer what a SUBSCRIBE asks for, or 0. */
function unoffered(c: Session, packet: string): number {
  const missing = c._missing
  // Behind type, length (of less than 2 MB) and identifier.
  let at = 3 + varint(packet.length - 3).length
  const block = blockAt(packet, at)
  const properties = block.substr(varint(readVarint(block, 0)).length)
  if (missing & NO_SUBSCRIPTION_IDENTIFIERS && find(properties, SUBSCRIPTION_IDENTIFIER, 0) >= 0)
    return SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED
  for (at += block.length; missing && at < packet.length; ) {
    const end = endOfField(packet, at)
    const filter = packet.substring(at + 2, end)
    if (missing & NO_WILDCARDS && (filter.indexOf('#') >= 0 || filter.indexOf('+') >= 0)) return WILDCARDS_NOT_SUPPORTED
    if (missing & NO_SHARED_SUBSCRIPTIONS && filter.substr(0, 7) === '$share/')
      return SHARED_SUBSCRIPTIONS_NOT_SUPPORTED
    at = end + 1
  }
  return 0
}
