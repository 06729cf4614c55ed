import { chr, header, packetId, SUBSCRIBE, UNSUBSCRIBE } from './header'
import { type Packet, readId } from './packet'
import { IN_ACK, readProperties } from './properties'
import { allows, MALFORMED_PACKET, PROTOCOL_ERROR } from './reason'
import { BAD_FLAGS, NO_FILTER, refuse } from './refusal'
import { V5 } from './v5'

/** Subscription options beside the QoS, 5.0 section 3.8.3.1. */
export const NO_LOCAL = 4
export const RETAIN_AS_PUBLISHED = 8
/** Retain Handling: retained messages only for a new subscription, or not at all. */
export const RETAINED_IF_NEW = 16
export const NOT_RETAINED = 32

/**
 * One entry of a SUBSCRIBE, section 3.8.3: `filter` is a topicFilter(), `options` a QoS of 0 to 2, in 5.0 with the
 * options above. '' for a filter of '', and with BAD_FLAGS: reserved bits, No Local on a shared subscription.
 */
export function subscription(filter: string, options: number, v5: boolean): string {
  if (V5 && v5 && options & NO_LOCAL && filter.substr(2, 7) === '$share/') return refuse(BAD_FLAGS)
  const legal = (options & 3) < 3 && options < (V5 && v5 ? 0x30 : 3)
  return legal ? filter && filter + chr(options) : refuse(BAD_FLAGS)
}

/** SUBSCRIBE or UNSUBSCRIBE. */
function request(first: number, id: number, properties: string, payload: string): string {
  const bytes = packetId(id)
  if (!payload) return refuse(NO_FILTER)
  return bytes && header(first, V5 ? bytes + properties + payload : bytes + payload)
}

/**
 * SUBSCRIBE, section 3.8. `subscriptions` is one subscription() or more, one after the other; `properties` a block of
 * IN_SUBSCRIBE, '\0' for none, '' in 3.1.1. '' with NO_FILTER, BAD_PACKET_ID, TOO_LONG.
 */
export function writeSubscribe(id: number, properties: string, subscriptions: string): string {
  return request(SUBSCRIBE, id, properties, subscriptions)
}

/**
 * UNSUBSCRIBE, section 3.10. `filters` is one topicFilter() or more, one after the other; `properties` a block of
 * IN_UNSUBSCRIBE, '\0' for none, '' in 3.1.1. '' with NO_FILTER, BAD_PACKET_ID, TOO_LONG.
 */
export function writeUnsubscribe(id: number, properties: string, filters: string): string {
  return request(UNSUBSCRIBE, id, properties, filters)
}

/** The packet identifier at `at` and in 5.0 the properties behind it. What follows them, or < 0. */
function readAnswer(p: Packet, packet: string, at: number, v5: boolean): number {
  const end = readId(p, packet, at)
  return V5 && v5 && end > 0 ? readProperties(p, packet, end, IN_ACK) : end
}

/**
 * SUBACK, section 3.9. Returns where in `packet` its codes begin, one byte for each filter in their order to the end: 0
 * to 2 is the QoS granted, from 0x80 on it failed; or < 0. Sets id, in 5.0 properties. That there are as many codes as
 * filters is the caller's to see.
 */
export function readSuback(p: Packet, packet: string, at: number, v5: boolean): number {
  const codes = readAnswer(p, packet, at, v5)
  if (codes === packet.length) return -MALFORMED_PACKET
  for (at = codes; at > 0 && at < packet.length; at++) {
    const code = packet.charCodeAt(at)
    // 00-02 80, in 5.0 also 83 87 8F 91 97 9E A1 A2
    if (V5 && v5 ? !allows(code, 7, 0x40828089, 6) : code > 2 && code !== 0x80) return -PROTOCOL_ERROR
  }
  return codes
}

/**
 * UNSUBACK, section 3.11. Returns where in `packet` its codes begin, in 5.0 one byte for each filter: 0 gone, 0x11
 * there was none, from 0x80 on it failed; in 3.1.1 there are none and this is the end. Or < 0. Sets id, in 5.0
 * properties.
 */
export function readUnsuback(p: Packet, packet: string, at: number, v5: boolean): number {
  const codes = readAnswer(p, packet, at, v5)
  if (V5 && v5 ? codes === packet.length : codes > 0 && codes < packet.length) return -MALFORMED_PACKET
  if (V5) {
    // 00 11 80 83 87 8F 91
    for (at = codes; at > 0 && at < packet.length; at++)
      if (!allows(packet.charCodeAt(at), 0x20001, 0x28089, 0)) return -PROTOCOL_ERROR
  }
  return codes
}
