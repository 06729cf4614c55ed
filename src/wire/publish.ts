import { chr, header, PUBLISH, packetId, uint16 } from './header'
import { endOfField, type Packet, readId } from './packet'
import { find, IN_RECEIVED_PUBLISH, readProperties, TOPIC_ALIAS } from './properties'
import { MALFORMED_PACKET, PACKET_TOO_LARGE, PROTOCOL_ERROR } from './reason'
import { BAD_FLAGS, refuse } from './refusal'
import { isName } from './topic'
import { V5 } from './v5'

/** Flags of the first byte, sections 3.3.1.1 to 3.3.1.3. */
export const RETAIN = 1
export const QOS_1 = 2
export const QOS_2 = 4
export const DUP = 8

/** The first bytes that PUBLISH may have: no QoS 3, no DUP at QoS 0 (sections 3.3.1.1, 3.3.1.2). */
export const PUBLISHES = '012345:;<='

/** The topic of a PUBLISH whose Topic Alias says it all (5.0 section 3.3.2.3.4). */
export const ALIASED = '\0\0'

/**
 * PUBLISH at QoS 0, section 3.3. `topic` is a topicName() made once, `payload` a byte string that may be '', `retain` 0
 * or RETAIN, `properties` a block of IN_PUBLISH, '\0' for none, left out in 3.1.1. '' for a topic of '', and TOO_LONG.
 */
export function writePublish(topic: string, payload: string, retain: number, properties?: string): string {
  return topic && header(PUBLISH | (retain & RETAIN), V5 && properties ? topic + properties + payload : topic + payload)
}

/**
 * PUBLISH at QoS 1 or 2. `flags` is QOS_1 or QOS_2, with RETAIN or without; a re-send is made by again(). `properties`
 * is a block of IN_PUBLISH, '\0' for none, '' in 3.1.1. '' for a topic of '', and with BAD_FLAGS, BAD_PACKET_ID,
 * TOO_LONG.
 */
export function writePublishQos(flags: number, topic: string, id: number, properties: string, payload: string): string {
  const bytes = flags > RETAIN && flags < QOS_1 + QOS_2 ? packetId(id) : refuse(BAD_FLAGS)
  return bytes && topic && header(PUBLISH | flags, topic + bytes + (V5 ? properties + payload : payload))
}

/** The packet of writePublishQos() for another try: with DUP, section 3.3.1.1. */
export function again(packet: string): string {
  return chr(packet.charCodeAt(0) | DUP) + packet.substr(1)
}

/** Whether a packet that a client may send or keep is a PUBLISH. */
export function isPublish(packet: string): boolean {
  return packet[0] >= '0' && packet[0] < '@'
}

/** DUP, QoS and RETAIN of a PUBLISH, section 3.3.1. */
export function flags(packet: string): number {
  return packet.charCodeAt(0) & 15
}

/** The topic at `at`. 0, or < 0. */
function readTopic(p: Packet, packet: string, at: number, v5: boolean): number {
  const length = endOfField(packet, at) - at
  const topic = length < 0 ? '' : packet.substr(at, length)
  if (!(V5 && v5 && topic === ALIASED) && !isName(topic)) return -MALFORMED_PACKET
  p.topic = topic
  p._topicLength = length
  return 0
}

/** The properties at `at`. What follows them, or < 0. */
function readPublishProperties(p: Packet, packet: string, at: number): number {
  if (at > 0) at = readProperties(p, packet, at, IN_RECEIVED_PUBLISH)
  return at > 0 && p.topic === ALIASED && find(p.properties, TOPIC_ALIAS, 0) < 0 ? -PROTOCOL_ERROR : at
}

/**
 * Sets topic, above QoS 0 id, in 5.0 properties. Returns where in `packet` the payload begins, which is all that
 * follows, or < 0. An empty topic, with a Topic Alias, is ALIASED: the owner of the aliases puts the topic in its
 * place. Section 3.3.
 */
export function readPublish(p: Packet, packet: string, at: number, v5: boolean): number {
  // Who writes much writes to the same topics: one comparison tells a topic that was found good before.
  const known = packet.lastIndexOf(p.topic, at) === at && !(V5 && p._topicLength < 3)
  const fault = known ? 0 : readTopic(p, packet, at, v5)
  if (fault) return fault
  const end = packet[0] > '1' ? readId(p, packet, at + p._topicLength) : at + p._topicLength
  return V5 && v5 ? readPublishProperties(p, packet, end) : end
}

/**
 * The packet identifier of a PUBLISH over the limit, from its beginning, so that it can be answered and is not sent for
 * ever: > 0; 0 at QoS 0; PACKET_TOO_LARGE below zero when the topic alone is over the limit.
 */
export function idOf(packet: string, at: number): number {
  const end = endOfField(packet, at)
  if (packet[0] < '2') return 0
  return end && end + 2 <= packet.length ? uint16(packet, end) || -PROTOCOL_ERROR : -PACKET_TOO_LARGE
}
