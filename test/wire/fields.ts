/**
 * Packets as plain data, in the words of mqtt-packet, so that the two can be compared. Bytes (payload, password, binary
 * data) are byte strings; properties are a list, in the order in which they stand in the packet.
 */
import { readAck, writeAck } from '../../src/wire/ack'
import { readAuth, writeAuth } from '../../src/wire/auth'
import { CLEAN_SESSION, prepareConnect, readConnack, WILL_QOS_1, WILL_QOS_2, WILL_RETAIN } from '../../src/wire/connect'
import { readDisconnect, writeDisconnect } from '../../src/wire/disconnect'
import { field, PUBACK, PUBCOMP, PUBREC, PUBREL } from '../../src/wire/header'
import { type Packet, packet } from '../../src/wire/packet'
import { readPingresp, writePingreq } from '../../src/wire/ping'
import * as p from '../../src/wire/properties'
import {
  ALIASED,
  again,
  flags,
  PUBLISHES,
  QOS_1,
  RETAIN,
  readPublish,
  writePublish,
  writePublishQos,
} from '../../src/wire/publish'
import { type Splitter, splitShort, type Takers } from '../../src/wire/splitter'
import { readSuback, readUnsuback, subscription, writeSubscribe, writeUnsubscribe } from '../../src/wire/subscribe'
import { topicFilter, topicName } from '../../src/wire/topic'
import { prepare, text } from '../../src/wire/utf8'

export type Version = 4 | 5
export type Property = [name: string, value: number | string, second?: string]

export interface Fields {
  cmd: string
  properties?: Property[]
  will?: { topic: string; payload: string; qos: number; retain: boolean; properties?: Property[] }
  subscriptions?: { topic: string; qos: number; nl?: boolean; rap?: boolean; rh?: number }[]
  [name: string]: unknown
}

type Kind = 'number' | 'text' | 'binary' | 'pair'

/** The 27 properties of 5.0: identifier and what the value is. */
export const PROPERTIES: Record<string, [id: number, kind: Kind]> = {
  payloadFormatIndicator: [p.PAYLOAD_FORMAT_INDICATOR, 'number'],
  messageExpiryInterval: [p.MESSAGE_EXPIRY_INTERVAL, 'number'],
  contentType: [p.CONTENT_TYPE, 'text'],
  responseTopic: [p.RESPONSE_TOPIC, 'text'],
  correlationData: [p.CORRELATION_DATA, 'binary'],
  subscriptionIdentifier: [p.SUBSCRIPTION_IDENTIFIER, 'number'],
  sessionExpiryInterval: [p.SESSION_EXPIRY_INTERVAL, 'number'],
  assignedClientIdentifier: [p.ASSIGNED_CLIENT_IDENTIFIER, 'text'],
  serverKeepAlive: [p.SERVER_KEEP_ALIVE, 'number'],
  authenticationMethod: [p.AUTHENTICATION_METHOD, 'text'],
  authenticationData: [p.AUTHENTICATION_DATA, 'binary'],
  requestProblemInformation: [p.REQUEST_PROBLEM_INFORMATION, 'number'],
  willDelayInterval: [p.WILL_DELAY_INTERVAL, 'number'],
  requestResponseInformation: [p.REQUEST_RESPONSE_INFORMATION, 'number'],
  responseInformation: [p.RESPONSE_INFORMATION, 'text'],
  serverReference: [p.SERVER_REFERENCE, 'text'],
  reasonString: [p.REASON_STRING, 'text'],
  receiveMaximum: [p.RECEIVE_MAXIMUM, 'number'],
  topicAliasMaximum: [p.TOPIC_ALIAS_MAXIMUM, 'number'],
  topicAlias: [p.TOPIC_ALIAS, 'number'],
  maximumQoS: [p.MAXIMUM_QOS, 'number'],
  retainAvailable: [p.RETAIN_AVAILABLE, 'number'],
  userProperty: [p.USER_PROPERTY, 'pair'],
  maximumPacketSize: [p.MAXIMUM_PACKET_SIZE, 'number'],
  wildcardSubscriptionAvailable: [p.WILDCARD_SUBSCRIPTION_AVAILABLE, 'number'],
  subscriptionIdentifiersAvailable: [p.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 'number'],
  sharedSubscriptionAvailable: [p.SHARED_SUBSCRIPTION_AVAILABLE, 'number'],
}

/** Properties one after the other, without a length in front. */
export function writeProperties(list: Property[] = []): string {
  return list
    .map(([name, value, second]) => {
      const [id, kind] = PROPERTIES[name]
      if (kind === 'number') return p.numberProperty(id, value as number)
      if (kind === 'pair') return p.userProperty(prepare(value as string), prepare(second as string))
      return p.fieldProperty(id, kind === 'text' ? prepare(value as string) : field(value as string))
    })
    .join('')
}

/** Checked properties as a list, by identifier and then as they stand. */
export function listProperties(properties: string): Property[] {
  return Object.entries(PROPERTIES).flatMap(([name, [id, kind]]) => {
    const found: Property[] = []
    for (let at = p.find(properties, id, 0); at > 0; ) {
      let end = at
      if (kind === 'number') {
        found.push([name, p.numberAt(properties, at)])
        end += writeProperties([found[found.length - 1]]).length - 1
      } else {
        const first = p.fieldAt(properties, at)
        end += first.length
        if (kind === 'pair') {
          const second = p.fieldAt(properties, end)
          end += second.length
          found.push([name, text(first), text(second)])
        } else found.push([name, kind === 'text' ? text(first) : first.slice(2)])
      }
      at = p.find(properties, id, end)
    }
    return found
  })
}

const ACKS: Record<string, number> = { puback: PUBACK, pubrec: PUBREC, pubrel: PUBREL, pubcomp: PUBCOMP }

/** The bytes of a packet that a client sends, by our writers. '' when one of them refuses. */
export function write(version: Version, f: Fields): string {
  const v5 = version === 5
  const block = (list: string, properties?: Property[]) => (v5 ? p.block(list, writeProperties(properties)) : '')
  const id = f.messageId as number
  const reason = (f.reasonCode as number | undefined) ?? 0
  switch (f.cmd) {
    case 'connect': {
      const { will } = f
      const flags =
        (f.clean ? CLEAN_SESSION : 0) |
        (will ? [0, WILL_QOS_1, WILL_QOS_2][will.qos] | (will.retain ? WILL_RETAIN : 0) : 0)
      return prepareConnect(
        flags,
        f.keepalive as number,
        prepare(f.clientId as string),
        will ? block(p.IN_WILL, will.properties) + topicName(prepare(will.topic)) + field(will.payload) : '',
        f.username === undefined ? '' : prepare(f.username as string),
        f.password === undefined ? '' : field(f.password as string),
        block(p.IN_CONNECT, f.properties),
      )
    }
    case 'publish': {
      const properties = block(p.IN_PUBLISH, f.properties)
      const topic = f.topic === '' ? ALIASED : topicName(prepare(f.topic as string))
      const payload = f.payload as string
      const retain = f.retain ? RETAIN : 0
      if (!f.qos) return writePublish(topic, payload, retain, properties)
      const packet = writePublishQos(QOS_1 * (f.qos as number) + retain, topic, id, properties, payload)
      return f.dup ? again(packet) : packet
    }
    case 'subscribe': {
      const entries = (f.subscriptions ?? []).map(({ topic, qos, nl, rap, rh }) =>
        subscription(topicFilter(prepare(topic), v5), qos | (nl ? 4 : 0) | (rap ? 8 : 0) | ((rh ?? 0) << 4), v5),
      )
      return writeSubscribe(id, block(p.IN_SUBSCRIBE, f.properties), entries.join(''))
    }
    case 'unsubscribe': {
      const filters = (f.unsubscriptions as string[]).map(filter => topicFilter(prepare(filter), v5))
      return writeUnsubscribe(id, block(p.IN_UNSUBSCRIBE, f.properties), filters.join(''))
    }
    case 'pingreq':
      return writePingreq()
    case 'disconnect':
      return writeDisconnect(reason, block(p.IN_DISCONNECT, f.properties))
    case 'auth': {
      const [[, method], ...others] = f.properties as Property[]
      return writeAuth(reason, prepare(method as string), writeProperties(others))
    }
    default:
      return writeAck(ACKS[f.cmd], id, reason, block(p.IN_ACK, f.properties))
  }
}

/**
 * What a server sends, by first byte, and how our readers turn it into fields: a number below zero when they refuse.
 */
function readers(version: Version): Record<string, (r: Packet, packet: string, at: number) => Fields | number> {
  const v5 = version === 5
  const properties = (r: Packet) => (v5 ? { properties: listProperties(r.properties) } : {})
  const codes = (packet: string, at: number) => [...Buffer.from(packet.slice(at), 'latin1')]
  const ack = (cmd: string) => (r: Packet, packet: string, at: number) => {
    const messageId = readAck(r, packet, at, v5)
    return messageId < 0 ? messageId : { cmd, messageId, ...(v5 && { reasonCode: r.reason }), ...properties(r) }
  }
  const publish = (r: Packet, packet: string, at: number) => {
    const end = readPublish(r, packet, at, v5)
    if (end < 0) return end
    const qos = (flags(packet) >> 1) & 3
    return {
      cmd: 'publish',
      retain: !!(flags(packet) & 1),
      qos,
      dup: flags(packet) > 7,
      topic: text(r.topic),
      payload: packet.slice(end),
      ...(qos && { messageId: r.id }),
      ...properties(r),
    }
  }
  return {
    '\x20': (r, packet, at) => {
      const code = readConnack(r, packet, at, v5)
      if (code < 0) return code
      const sessionPresent = packet.charCodeAt(at) === 1
      return { cmd: 'connack', sessionPresent, [v5 ? 'reasonCode' : 'returnCode']: code, ...properties(r) }
    },
    ...Object.fromEntries([...PUBLISHES].map(first => [first, publish])),
    '\x40': ack('puback'),
    '\x50': ack('pubrec'),
    '\x62': ack('pubrel'),
    '\x70': ack('pubcomp'),
    '\x90': (r, packet, at) => {
      const end = readSuback(r, packet, at, v5)
      return end < 0 ? end : { cmd: 'suback', messageId: r.id, granted: codes(packet, end), ...properties(r) }
    },
    '\xb0': (r, packet, at) => {
      const end = readUnsuback(r, packet, at, v5)
      if (end < 0) return end
      return { cmd: 'unsuback', messageId: r.id, ...(v5 && { granted: codes(packet, end) }), ...properties(r) }
    },
    '\xd0': (_r, packet, at) => readPingresp(packet, at) || { cmd: 'pingresp' },
    ...(v5 && {
      '\xe0': (r: Packet, packet: string, at: number) => {
        const reasonCode = readDisconnect(r, packet, at)
        return reasonCode < 0 ? reasonCode : { cmd: 'disconnect', reasonCode, ...properties(r) }
      },
      '\xf0': (r: Packet, packet: string, at: number) => {
        const reasonCode = readAuth(r, packet, at)
        return reasonCode < 0 ? reasonCode : { cmd: 'auth', reasonCode, ...properties(r) }
      },
    }),
  }
}

export interface Decoder extends Splitter<Decoder> {
  /** Takes a chunk; 0, or a number below zero and the connection must end. */
  feed(chunk: string): number
  packets: Fields[]
}

/** A decoder of what a server sends. `more` are takers of its caller. */
export function decoder(version: Version, limit = 0xfffffff, more: Takers<Decoder> = {}): Decoder {
  const record = packet()
  const takers: Takers<Decoder> = {}
  for (const [first, read] of Object.entries(readers(version))) {
    takers[first] = (d, packet, at) => {
      const fields = read(record, packet, at)
      if (typeof fields === 'number') return fields
      d.packets.push(fields)
      return 0
    }
  }
  return {
    _takers: { ...takers, ...more },
    _limit: limit,
    _carried: '',
    _need: 0,
    packets: [],
    feed(chunk) {
      return splitShort(this, chunk)
    },
  }
}
