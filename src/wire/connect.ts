import { CONNECT, chr, header } from './header'
import { PROTOCOL_ERROR } from './reason'

/** Connect flags, MQTT 3.1.1 section 3.1.2.3. */
export const CLEAN_SESSION = 2
export const WILL = 4
export const WILL_RETAIN = 32
export const PASSWORD = 64
export const USER_NAME = 128

/**
 * CONNECT, MQTT 3.1.1 section 3.1. `payload` is the fields that the flags announce, in the order of section 3.1.3: client
 * identifier, will topic, will message, user name, password. Keep Alive in seconds, 0 to 65,535, 0 = off.
 */
export function writeConnect(flags: number, keepAliveS: number, payload: string): string {
  return header(CONNECT, '\0\x04MQTT\x04' + chr(flags, keepAliveS >> 8, keepAliveS & 255) + payload)
}

/**
 * The return code of a CONNACK body, MQTT 3.1.1 section 3.2: 0 accepted, 1 to 5 refused; PROTOCOL_ERROR for a body that no
 * server may send (length, flags other than Session Present, Session Present beside a refusal, codes above 5).
 */
export function readConnack(body: string): number {
  const code = body.charCodeAt(1)
  return body.length === 2 && code < 6 && body.charCodeAt(0) < (code ? 1 : 2) ? code : PROTOCOL_ERROR
}
