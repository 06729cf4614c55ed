/**
 * The properties of MQTT 5.0, section 2.2.2. Nothing of this file is in an image of 3.1.1.
 *
 * A list of properties is a string with one character per property, its identifier + 48, so that it costs an image one
 * byte for each: 'OVV' is Reason String (0x1f) and User Property (0x26). One that stands there twice may come more than
 * once.
 */
import { chr, readVarint, uint16, varint } from './header'
import type { Packet } from './packet'
import { MALFORMED_PACKET, PROTOCOL_ERROR } from './reason'
import { BAD_PROPERTY, OUT_OF_RANGE, refuse } from './refusal'
import { isName } from './topic'
import { wellFormed } from './utf8'

export const PAYLOAD_FORMAT_INDICATOR = 0x01
export const MESSAGE_EXPIRY_INTERVAL = 0x02
export const CONTENT_TYPE = 0x03
export const RESPONSE_TOPIC = 0x08
export const CORRELATION_DATA = 0x09
export const SUBSCRIPTION_IDENTIFIER = 0x0b
export const SESSION_EXPIRY_INTERVAL = 0x11
export const ASSIGNED_CLIENT_IDENTIFIER = 0x12
export const SERVER_KEEP_ALIVE = 0x13
export const AUTHENTICATION_METHOD = 0x15
export const AUTHENTICATION_DATA = 0x16
export const REQUEST_PROBLEM_INFORMATION = 0x17
export const WILL_DELAY_INTERVAL = 0x18
export const REQUEST_RESPONSE_INFORMATION = 0x19
export const RESPONSE_INFORMATION = 0x1a
export const SERVER_REFERENCE = 0x1c
export const REASON_STRING = 0x1f
export const RECEIVE_MAXIMUM = 0x21
export const TOPIC_ALIAS_MAXIMUM = 0x22
export const TOPIC_ALIAS = 0x23
export const MAXIMUM_QOS = 0x24
export const RETAIN_AVAILABLE = 0x25
export const USER_PROPERTY = 0x26
export const MAXIMUM_PACKET_SIZE = 0x27
export const WILDCARD_SUBSCRIPTION_AVAILABLE = 0x28
export const SUBSCRIPTION_IDENTIFIER_AVAILABLE = 0x29
export const SHARED_SUBSCRIPTION_AVAILABLE = 0x2a

/** The lists of what a client sends, section 2.2.2.2 ... */
export const IN_CONNECT = 'AEFGIQRVVW'
export const IN_WILL = '12389HVV'
export const IN_PUBLISH = '12389SVV'
export const IN_SUBSCRIBE = ';VV'
export const IN_UNSUBSCRIBE = 'VV'
export const IN_DISCONNECT = 'AOVV'
/** ... of what goes both ways: PUBACK to PUBCOMP, and with them SUBACK and UNSUBACK, and AUTH ... */
export const IN_ACK = 'OVV'
export const IN_AUTH = 'EFOVV'
/** ... and of what it receives. */
export const IN_CONNACK = 'ABCEFJLOQRTUVVWXYZ'
export const IN_RECEIVED_PUBLISH = '12389;;SVV'
export const IN_RECEIVED_DISCONNECT = 'LOVV'

/** Must not be 0: Subscription Identifier, Receive Maximum, Topic Alias, Maximum Packet Size. */
const NOT_ZERO = ';QSW'

/**
 * The types by identifier: 1 a byte, which is 0 or 1 in every property that there is; 2 and 4 integers of so many
 * bytes, v a Variable Byte Integer; s a text, t a topic name, b binary data, p a pair of texts.
 */
const TYPES = ' 14s    tb v     4s2 sb141s s  s 22211p4111'

/** The number whose identifier stands before `at`, of a property that find() found. */
export function numberAt(properties: string, at: number): number {
  const type = TYPES.charAt(properties.charCodeAt(at - 1))
  let value = 0
  if (type === 'v') return readVarint(properties, at)
  for (let end = at + +type; at < end; at++) value = value * 256 + properties.charCodeAt(at)
  return value
}

/**
 * The field() at `at`: of a text, a topic or binary data that find() found; of User Property the name, and its value
 * behind it.
 */
export function fieldAt(properties: string, at: number): string {
  return properties.substr(at, uint16(properties, at) + 2)
}

/** Where the property behind the one at `at` begins, or < 0 when the one at `at` is not well-formed. */
export function next(properties: string, at: number): number {
  const id = properties.charCodeAt(at++)
  const type = TYPES.charAt(id)
  const end = properties.length
  if (type > '9' && type !== 'v') {
    for (let fields = type === 'p' ? 2 : 1; fields; fields--) {
      if (at + 2 > end || at + 2 + uint16(properties, at) > end) return -MALFORMED_PACKET
      const value = fieldAt(properties, at)
      if (type === 't' ? !isName(value) : type !== 'b' && !wellFormed(value.substr(2))) return -MALFORMED_PACKET
      at += value.length
    }
    return at
  }
  if (type !== 'v' && (!+type || at + +type > end)) return -MALFORMED_PACKET
  const value = numberAt(properties, at)
  if (value < 0) return value
  const legal = value ? type !== '1' || value < 2 : NOT_ZERO.indexOf(chr(id + 48)) < 0
  return legal ? at + (type === 'v' ? varint(value).length : +type) : -PROTOCOL_ERROR
}

/** 0, or < 0 for properties that are not well-formed, not on the list, come twice, or miss the one they belong to. */
function check(properties: string, list: string): number {
  let at = 0
  while (at < properties.length) {
    const mark = chr(properties.charCodeAt(at) + 48)
    if (list.indexOf(mark) < 0) return -PROTOCOL_ERROR
    if (list.indexOf(mark) === list.lastIndexOf(mark)) list = list.replace(mark, '')
    at = next(properties, at)
    if (at < 0) return at
  }
  // Authentication Data (F) was struck off and its method (E), which stands before it in every list, was not.
  return list.indexOf('E') > list.indexOf('F') ? -PROTOCOL_ERROR : 0
}

/**
 * Where in checked properties the value of the first property `id` at or behind `from` begins, or < 0 for none. `from`
 * is 0 or the end of a value.
 */
export function find(properties: string, id: number, from: number): number {
  while (from >= 0 && from < properties.length) {
    if (properties.charCodeAt(from) === id) return from + 1
    from = next(properties, from)
  }
  return -1
}

/** The number of property `id`, or `absent` where it is not there. */
export function numberOf(properties: string, id: number, absent: number): number {
  const at = find(properties, id, 0)
  return at < 0 ? absent : numberAt(properties, at)
}

/**
 * The block of properties at `at` of a packet that may carry those of `list`: checks them and sets p.properties.
 * Returns where the block ends, or < 0: MALFORMED_PACKET, PROTOCOL_ERROR. Section 2.2.2.
 */
export function readProperties(p: Packet, packet: string, at: number, list: string): number {
  const length = readVarint(packet, at)
  if (length < 0) return length
  at += varint(length).length
  if (at + length > packet.length) return -MALFORMED_PACKET
  p.properties = packet.substr(at, length)
  const fault = check(p.properties, list)
  // Nobody is to look at them.
  if (fault) p.properties = ''
  return fault || at + length
}

/**
 * A property that is a number. '' with BAD_PROPERTY for another kind of property, OUT_OF_RANGE for what its bytes
 * cannot hold.
 */
export function numberProperty(id: number, value: number): string {
  const type = TYPES.charAt(id)
  let size = +type
  let bytes = ''
  if (type === 'v') return value >= 0 && value < 0x10000000 ? chr(id) + varint(value) : refuse(OUT_OF_RANGE)
  if (!size) return refuse(BAD_PROPERTY)
  if (!(value >= 0 && value < Math.pow(256, size))) return refuse(OUT_OF_RANGE)
  while (size--) {
    bytes = chr(value & 255) + bytes
    value = Math.floor(value / 256)
  }
  return chr(id) + bytes
}

/** A property that is a text, a topic name or binary data, as a field() of it. '' for a field of ''. */
export function fieldProperty(id: number, value: string): string {
  return value && chr(id) + value
}

/** A User Property, of two prepare()d texts. '' when one is ''. */
export function userProperty(name: string, value: string): string {
  return name && value && chr(USER_PROPERTY) + name + value
}

/**
 * The properties without Reason String and User Property: what a packet does without where it would be larger than the
 * server's Maximum Packet Size (sections 3.4.2.2.2, 3.4.2.2.3 and their like). For block().
 */
export function essential(properties: string): string {
  let kept = ''
  for (let at = 0; at >= 0 && at < properties.length; ) {
    const id = properties.charCodeAt(at)
    const end = next(properties, at)
    if (id !== REASON_STRING && id !== USER_PROPERTY) kept += properties.substring(at, end)
    at = end
  }
  return kept
}

/**
 * The block that a writer takes: the properties, one after the other, behind their length. `list` says which packet
 * they are for. '' with BAD_PROPERTY for what a receiver would refuse: what we do not read we do not write. Do not hand
 * that '' on: to a writer it says 3.1.1.
 */
export function block(list: string, properties: string): string {
  return check(properties, list) ? refuse(BAD_PROPERTY) : varint(properties.length) + properties
}
