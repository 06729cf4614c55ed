/** The properties of MQTT 5.0, section 2.2.2, by the standard's names. */
import {
  ASSIGNED_CLIENT_IDENTIFIER,
  AUTHENTICATION_DATA,
  AUTHENTICATION_METHOD,
  CONTENT_TYPE,
  CORRELATION_DATA,
  fieldAt,
  fieldProperty,
  MAXIMUM_PACKET_SIZE,
  MAXIMUM_QOS,
  MESSAGE_EXPIRY_INTERVAL,
  next,
  numberAt,
  numberProperty,
  PAYLOAD_FORMAT_INDICATOR,
  REASON_STRING,
  RECEIVE_MAXIMUM,
  REQUEST_PROBLEM_INFORMATION,
  REQUEST_RESPONSE_INFORMATION,
  RESPONSE_INFORMATION,
  RESPONSE_TOPIC,
  RETAIN_AVAILABLE,
  SERVER_KEEP_ALIVE,
  SERVER_REFERENCE,
  SESSION_EXPIRY_INTERVAL,
  SHARED_SUBSCRIPTION_AVAILABLE,
  SUBSCRIPTION_IDENTIFIER,
  SUBSCRIPTION_IDENTIFIER_AVAILABLE,
  TOPIC_ALIAS,
  TOPIC_ALIAS_MAXIMUM,
  USER_PROPERTY,
  userProperty,
  WILDCARD_SUBSCRIPTION_AVAILABLE,
  WILL_DELAY_INTERVAL,
} from '../wire/properties'
import { prepare, text } from '../wire/utf8'
import { byteArray, type Content, contentField } from './bytes'

/** Of a packet that is sent or received; each packet has its own of these. Intervals in seconds. */
export interface Properties {
  payloadFormatIndicator?: number
  messageExpiryInterval?: number
  contentType?: string
  responseTopic?: string
  correlationData?: Content
  /** In SUBSCRIBE a number; received messages carry a list. */
  subscriptionIdentifier?: number | number[]
  sessionExpiryInterval?: number
  assignedClientIdentifier?: string
  serverKeepAlive?: number
  authenticationMethod?: string
  authenticationData?: Content
  requestProblemInformation?: number
  willDelayInterval?: number
  requestResponseInformation?: number
  responseInformation?: string
  serverReference?: string
  reasonString?: string
  receiveMaximum?: number
  topicAliasMaximum?: number
  topicAlias?: number
  maximumQoS?: number
  retainAvailable?: number
  /** Names and values, in order; a name may come more than once. */
  userProperty?: [string, string][]
  maximumPacketSize?: number
  wildcardSubscriptionAvailable?: number
  subscriptionIdentifierAvailable?: number
  sharedSubscriptionAvailable?: number
}

type Kind = 'number' | 'text' | 'binary'

const table: [keyof Properties, number, Kind][] = [
  ['payloadFormatIndicator', PAYLOAD_FORMAT_INDICATOR, 'number'],
  ['messageExpiryInterval', MESSAGE_EXPIRY_INTERVAL, 'number'],
  ['contentType', CONTENT_TYPE, 'text'],
  ['responseTopic', RESPONSE_TOPIC, 'text'],
  ['correlationData', CORRELATION_DATA, 'binary'],
  ['sessionExpiryInterval', SESSION_EXPIRY_INTERVAL, 'number'],
  ['assignedClientIdentifier', ASSIGNED_CLIENT_IDENTIFIER, 'text'],
  ['serverKeepAlive', SERVER_KEEP_ALIVE, 'number'],
  ['authenticationMethod', AUTHENTICATION_METHOD, 'text'],
  ['authenticationData', AUTHENTICATION_DATA, 'binary'],
  ['requestProblemInformation', REQUEST_PROBLEM_INFORMATION, 'number'],
  ['willDelayInterval', WILL_DELAY_INTERVAL, 'number'],
  ['requestResponseInformation', REQUEST_RESPONSE_INFORMATION, 'number'],
  ['responseInformation', RESPONSE_INFORMATION, 'text'],
  ['serverReference', SERVER_REFERENCE, 'text'],
  ['reasonString', REASON_STRING, 'text'],
  ['receiveMaximum', RECEIVE_MAXIMUM, 'number'],
  ['topicAliasMaximum', TOPIC_ALIAS_MAXIMUM, 'number'],
  ['topicAlias', TOPIC_ALIAS, 'number'],
  ['maximumQoS', MAXIMUM_QOS, 'number'],
  ['retainAvailable', RETAIN_AVAILABLE, 'number'],
  ['maximumPacketSize', MAXIMUM_PACKET_SIZE, 'number'],
  ['wildcardSubscriptionAvailable', WILDCARD_SUBSCRIPTION_AVAILABLE, 'number'],
  ['subscriptionIdentifierAvailable', SUBSCRIPTION_IDENTIFIER_AVAILABLE, 'number'],
  ['sharedSubscriptionAvailable', SHARED_SUBSCRIPTION_AVAILABLE, 'number'],
]

/** The bytes of properties, '' for none; null with the reason in `refusal` for what has no bytes. */
export function encodeProperties(properties: Properties | undefined): string | null {
  if (!properties) return ''
  const parts: string[] = []
  for (let i = 0; i < table.length; i++) {
    const value = properties[table[i][0]]
    const id = table[i][1]
    if (value === undefined) continue
    if (typeof value === 'number') parts.push(numberProperty(id, value))
    else
      parts.push(fieldProperty(id, table[i][2] === 'text' ? prepare(value as string) : contentField(value as Content)))
  }
  const identifiers = properties.subscriptionIdentifier
  if (identifiers !== undefined) {
    const list = typeof identifiers === 'number' ? [identifiers] : identifiers
    for (let i = 0; i < list.length; i++) parts.push(numberProperty(SUBSCRIPTION_IDENTIFIER, list[i]))
  }
  const pairs = properties.userProperty || []
  for (let i = 0; i < pairs.length; i++) parts.push(userProperty(prepare(pairs[i][0]), prepare(pairs[i][1])))
  return parts.indexOf('') < 0 ? parts.join('') : null
}

/** Properties that a reader has checked. */
export function decodeProperties(bytes: string): Properties {
  const properties: Record<string, unknown> = {}
  const identifiers: number[] = []
  const pairs: [string, string][] = []
  for (let from = 0; from < bytes.length; from = next(bytes, from)) {
    const id = bytes.charCodeAt(from)
    const at = from + 1
    if (id === SUBSCRIPTION_IDENTIFIER) identifiers.push(numberAt(bytes, at))
    else if (id === USER_PROPERTY) {
      const name = fieldAt(bytes, at)
      pairs.push([text(name), text(fieldAt(bytes, at + name.length))])
    } else {
      const row = table.filter(known => known[1] === id)[0]
      const kind = row[2]
      properties[row[0]] =
        kind === 'number'
          ? numberAt(bytes, at)
          : kind === 'text'
            ? text(fieldAt(bytes, at))
            : byteArray(fieldAt(bytes, at).substr(2))
    }
  }
  if (identifiers.length) properties.subscriptionIdentifier = identifiers
  if (pairs.length) properties.userProperty = pairs
  return properties
}
