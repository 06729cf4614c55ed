import { CONNECT, chr, header } from './header'
import type { Packet } from './packet'
import { IN_CONNACK, readProperties } from './properties'
import { allows, MALFORMED_PACKET, PROTOCOL_ERROR } from './reason'
import { BAD_FLAGS, NO_CLIENT_ID, NO_USER_NAME, OUT_OF_RANGE, refuse } from './refusal'
import { V5 } from './v5'

/** Connect flags, section 3.1.2.3. */
export const CLEAN_SESSION = 2
export const WILL = 4
export const WILL_QOS_1 = 8
export const WILL_QOS_2 = 16
export const WILL_RETAIN = 32
export const PASSWORD = 64
export const USER_NAME = 128

/**
 * CONNECT of pieces that were checked before, as in an image; see prepareConnect(). Section 3.1. `payload` is the
 * fields that the flags announce, in the order of section 3.1.3: client identifier, in 5.0 the properties of the will,
 * will topic, will message, user name, password. Keep Alive in seconds, 0 to 65,535, 0 = off. `properties` is a block,
 * '\0' for none, and makes the packet one of 5.0.
 */
export function writeConnect(flags: number, keepAliveS: number, payload: string, properties?: string): string {
  return V5 && properties
    ? header(CONNECT, '\0\x04MQTT\x05' + chr(flags, keepAliveS >> 8, keepAliveS & 255) + properties + payload)
    : header(CONNECT, '\0\x04MQTT\x04' + chr(flags, keepAliveS >> 8, keepAliveS & 255) + payload)
}

/** Where in a CONNECT its flags stand; Keep Alive is behind them, and in 5.0 the properties. */
export function flagsAt(connect: string): number {
  return connect.indexOf('MQTT') + 5
}

/**
 * CONNECT, section 3.1, with its flags as its pieces say. `flags`: CLEAN_SESSION (5.0: Clean Start), and for the will
 * WILL_QOS_1 or WILL_QOS_2, and WILL_RETAIN. `keepAliveS` in seconds, 0 = off. `clientId` and `userName` come from
 * prepare(), `password` from field(); `will` is a topicName() and a field() with the message, in 5.0 behind a block of
 * IN_WILL. '' for what is not there; a field of no bytes is there. `properties` is a block of IN_CONNECT, '' in 3.1.1.
 * '' for a client identifier of '', and with BAD_FLAGS, OUT_OF_RANGE (keep alive), NO_CLIENT_ID, NO_USER_NAME.
 */
export function prepareConnect(
  flags: number,
  keepAliveS: number,
  clientId: string,
  will: string,
  userName: string,
  password: string,
  properties: string,
): string {
  const known = CLEAN_SESSION | WILL_QOS_1 | WILL_QOS_2 | WILL_RETAIN
  const qos = flags & (WILL_QOS_1 | WILL_QOS_2)
  if (flags & ~known || qos === (WILL_QOS_1 | WILL_QOS_2) || (!will && flags & ~CLEAN_SESSION)) return refuse(BAD_FLAGS)
  if (!(keepAliveS >= 0 && keepAliveS < 65536)) return refuse(OUT_OF_RANGE)
  if (!properties) {
    if (clientId === '\0\0' && !(flags & CLEAN_SESSION)) return refuse(NO_CLIENT_ID)
    if (password && !userName) return refuse(NO_USER_NAME)
  }
  flags |= (will ? WILL : 0) | (userName ? USER_NAME : 0) | (password ? PASSWORD : 0)
  return clientId && writeConnect(flags, keepAliveS, clientId + will + userName + password, properties)
}

/**
 * CONNACK, section 3.2. Returns its code: 0 accepted, else why the server refused, in 3.1.1 a return code of 1 to 5, in
 * 5.0 a reason code from 0x80 on; or < 0. Session Present is bit 0 of packet.charCodeAt(at). In 5.0 sets properties.
 */
export function readConnack(p: Packet, packet: string, at: number, v5: boolean): number {
  // Declared ahead, so that all of it becomes one expression in an image.
  let code = 0
  if (V5 && v5 ? packet.length < at + 2 : packet.length !== at + 2) return -PROTOCOL_ERROR
  code = packet.charCodeAt(at + 1)
  // 80-8A 8C 90 95 97 99-9D 9F
  if (V5 && v5 ? !allows(code, 1, 0xbea117ff, 0) : code > 5) return -PROTOCOL_ERROR
  // The flags: Session Present, and not beside a refusal.
  if (packet.charCodeAt(at) > (code ? 0 : 1)) return -PROTOCOL_ERROR
  if (V5 && v5) {
    const end = readProperties(p, packet, at + 2, IN_CONNACK)
    if (end !== packet.length) return end < 0 ? end : -MALFORMED_PACKET
  }
  return code
}
