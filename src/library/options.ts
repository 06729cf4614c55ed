import { CLEAN_SESSION, prepareConnect, WILL_QOS_1, WILL_QOS_2, WILL_RETAIN } from '../wire/connect'
import { field } from '../wire/header'
import { block, IN_CONNECT, IN_WILL } from '../wire/properties'
import { BAD_FLAGS, BAD_PROPERTY, refuse } from '../wire/refusal'
import { topicName } from '../wire/topic'
import { prepare } from '../wire/utf8'
import { byteString, type Content, contentField } from './bytes'
import { encodeProperties, type Properties } from './properties'

/** What the server publishes when the session ends without DISCONNECT, section 3.1.2.5. */
export interface Will {
  topic: string
  payload: Content
  qos?: 0 | 1 | 2
  retain?: boolean
  /** 5.0. */
  properties?: Properties
}

/** What CONNECT says, section 3.1. */
export interface ConnectOptions {
  /** '3.1.1' (the default) or '5.0'. */
  version?: '3.1.1' | '5.0'
  /** Up to 23 letters and digits are safe with every server. Left out: one is made at random. '': the server chooses. */
  clientId?: string
  /**
   * Clean Session, in 5.0 Clean Start: true (the default) forgets what was before. In 5.0 a session that has a Session Expiry
   * Interval is resumed by this client's later connections all the same.
   */
  clean?: boolean
  /** Seconds, 0 to 65,535; 0 = no pings, and no way to notice a dead link. Default 30. */
  keepAliveS?: number
  userName?: string
  password?: Content
  will?: Will
  /** 5.0: Session Expiry Interval, Receive Maximum, Maximum Packet Size, Topic Alias Maximum, ... */
  properties?: Properties
}

/** Letters and digits of a client identifier that is made at random. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

function randomId(): string {
  let id = 'mote'
  while (id.length < 16) id += ALPHABET[Math.floor(Math.random() * ALPHABET.length)]
  return id
}

/** A block of properties for a packet of 5.0; '' in 3.1.1; null with the reason in `refusal`. */
export function blockOf(list: string, properties: Properties | undefined, isV5: boolean): string | null {
  const bytes = encodeProperties(properties)
  if (!isV5) return bytes === '' ? '' : refuse(BAD_PROPERTY) || null
  return (bytes !== null && block(list, bytes)) || null
}

function willFields(will: Will, isV5: boolean): string {
  const properties = blockOf(IN_WILL, will.properties, isV5)
  const topic = topicName(prepare(will.topic))
  const payload = byteString(will.payload)
  if (properties === null || !topic || (!payload && will.payload.length)) return ''
  return field(payload) && properties + topic + field(payload)
}

/**
 * CONNECT of options, with their client identifier or another. '' with the reason in `refusal` where the standard does not
 * allow them.
 */
export function connectPacket(options: ConnectOptions, clientId = options.clientId): string {
  const isV5 = options.version === '5.0'
  const { userName, password, will } = options
  const qos = will?.qos || 0
  if (qos !== 0 && qos !== 1 && qos !== 2) return refuse(BAD_FLAGS)
  const flags =
    (options.clean === false ? 0 : CLEAN_SESSION) | [0, WILL_QOS_1, WILL_QOS_2][qos] | (will?.retain ? WILL_RETAIN : 0)
  const properties = blockOf(IN_CONNECT, options.properties, isV5)
  const id = prepare(clientId === undefined ? randomId() : clientId)
  const name = userName === undefined ? '' : prepare(userName)
  const secret = password === undefined ? '' : contentField(password)
  const last = will ? willFields(will, isV5) : ''
  const isFit = id && properties !== null && (last || !will) && (name || userName === undefined)
  if (!isFit || (password !== undefined && !secret)) return ''
  return prepareConnect(flags, keepAliveS(options), id, last, name, secret, properties)
}

/** The keep alive of options, in seconds. */
export function keepAliveS({ keepAliveS }: ConnectOptions): number {
  return keepAliveS === undefined ? 30 : keepAliveS
}
