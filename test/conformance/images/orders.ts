/**
 * Calls of the scenarios' format as orders to a scenario image. Text becomes bytes here, as in the image builder; what
 * makes no bytes throws, and no image hears of it.
 */
import { byteString } from '../../../src/library/bytes'
import { blockOf, type ConnectOptions, connectPacket, keepAliveS } from '../../../src/library/options'
import { encodeProperties, type Properties } from '../../../src/library/properties'
import { refusalText } from '../../../src/library/refusals'
import { field } from '../../../src/wire/header'
import { block, IN_DISCONNECT, IN_PUBLISH, IN_SUBSCRIBE, IN_UNSUBSCRIBE } from '../../../src/wire/properties'
import { QOS_1, QOS_2, RETAIN } from '../../../src/wire/publish'
import { NO_LOCAL, NOT_RETAINED, RETAIN_AS_PUBLISHED, RETAINED_IF_NEW, subscription } from '../../../src/wire/subscribe'
import { topicFilter, topicName } from '../../../src/wire/topic'
import { prepare } from '../../../src/wire/utf8'
import type { Order } from './device'

/** Payloads and passwords are Buffers, texts are text. */
export type Args = Record<string, unknown>

interface Filter {
  filter: string
  qos: number
  noLocal?: boolean
  rap?: boolean
  rh?: number
}

/** The largest packet that the image takes where Maximum Packet Size says nothing, in bytes. */
const PACKET_B = 1048576

const BINARY = ['correlationData', 'authenticationData']

/** Bytes that there are: '' and null are none. */
function made(bytes: string | null): string {
  if (!bytes) throw new Error(`refused before there is an image: ${refusalText()}`)
  return bytes
}

const bytesOf = (hex: string) => byteString(Buffer.from(hex, 'hex'))

/** Properties as the scenarios have them: binary data as hexadecimal digits. */
function propertiesOf({ properties = {} }: Args): Properties {
  const entries = Object.entries(properties as object)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, BINARY.includes(name) ? Buffer.from(value, 'hex') : value]),
  )
}

/** The bytes of properties, all of them in the list, without their length. */
function encoded(list: string, properties: Properties): string {
  const bytes = encodeProperties(properties)
  if (bytes !== '') made(bytes && block(list, bytes))
  return bytes as string
}

/** Properties as a block of the list, '' in 3.1.1. */
function blockIn(list: string, args: Args, isV5: boolean): string {
  const bytes = blockOf(list, propertiesOf(args), isV5)
  return isV5 ? made(bytes) : ''
}

export function connectOrder(args: Args, isV5: boolean, host: string, port: number): Order {
  const will = args.will as Args | undefined
  const properties = propertiesOf(args)
  const options = {
    ...args,
    version: isV5 ? '5.0' : '3.1.1',
    keepAliveS: args.keepAlive,
    properties,
    will: will && { ...will, properties: propertiesOf(will) },
  } as ConnectOptions
  return {
    call: 'connect',
    ...{ host, port },
    connect: made(connectPacket(options)),
    keepAliveS: keepAliveS(options),
    dialMs: (args.connectTimeoutMs as number) ?? 15000,
    // Of a packet two bytes are not its body.
    packetB: (properties.maximumPacketSize ?? PACKET_B) - 2,
    receiveMaximum: properties.receiveMaximum ?? 65535,
    replies: ((args.authReplies as string[]) ?? []).map(hex => field(bytesOf(hex))),
  }
}

/** An image has one CONNECT: nothing but Clean Session, or Clean Start, can be another. */
export function reconnectOrder({ clean, ...others }: Args): Order {
  if (Object.keys(others).length > 0) throw new Error(`an image cannot change ${Object.keys(others)}`)
  return { call: 'reconnect', clean: clean as boolean | undefined }
}

export function publishOrder(args: Args): Order {
  const { topicAlias = -1, ...properties } = propertiesOf(args)
  const qos = [0, QOS_1, QOS_2][args.qos as number]
  if (qos === undefined) throw new Error('refused before there is an image: no such QoS')
  return {
    call: 'publish',
    topic: args.topic === '' && topicAlias > 0 ? '' : made(topicName(prepare(args.topic as string))),
    payload: byteString(args.payload as Buffer),
    flags: qos | (args.retain ? RETAIN : 0),
    properties: encoded(IN_PUBLISH, properties),
    topicAlias,
  }
}

function entryOf({ filter, qos, noLocal, rap, rh = 0 }: Filter, isV5: boolean): string {
  // The handling that does not exist has both bits.
  const handling = [0, RETAINED_IF_NEW, NOT_RETAINED, RETAINED_IF_NEW | NOT_RETAINED][rh]
  const options = qos | (noLocal ? NO_LOCAL : 0) | (rap ? RETAIN_AS_PUBLISHED : 0) | handling
  return made(subscription(topicFilter(prepare(filter), isV5), options, isV5))
}

export function subscribeOrder(args: Args, isV5: boolean): Order {
  const entries = (args.filters as Filter[]).map(filter => entryOf(filter, isV5)).join('')
  return { call: 'subscribe', entries, properties: blockIn(IN_SUBSCRIBE, args, isV5) }
}

export function unsubscribeOrder(args: Args, isV5: boolean): Order {
  const entries = (args.filters as string[]).map(filter => made(topicFilter(prepare(filter), isV5))).join('')
  return { call: 'unsubscribe', entries, properties: blockIn(IN_UNSUBSCRIBE, args, isV5) }
}

export function disconnectOrder(args: Args): Order {
  const properties = encoded(IN_DISCONNECT, propertiesOf(args))
  return { call: 'disconnect', reasonCode: (args.reasonCode as number) ?? 0, properties }
}

export function authOrder({ data, reasonString }: Args): Order {
  const properties = encodeProperties({ reasonString: reasonString as string | undefined }) as string
  return { call: 'auth', data: field(bytesOf(data as string)), properties }
}
