/**
 * The program of a scenario image: the client with everything it can do, over the runtime's own link. It is told what to
 * do, and tells what it hears, by a part on the I2C bus that only tests plug in: the mailbox. image.ts makes it
 * the entry of an image and appends the one call of serve().
 */
import { type Aliases, alias, aliased, aliases } from '../../../src/client/aliases'
import { aliasesIn } from '../../../src/client/aliases-in'
import { authenticate, reauthenticate } from '../../../src/client/authenticate'
import {
  BUSY,
  create,
  drop,
  IDLE,
  NOT_UP,
  ON_MESSAGE,
  open,
  REFUSED,
  send,
  tick,
  tune,
  UP,
} from '../../../src/client/client'
import { expiring, taken } from '../../../src/client/expiry'
import { publish } from '../../../src/client/publish'
import { publishQos } from '../../../src/client/publish-qos'
import { qos1 } from '../../../src/client/qos1'
import { qos2 } from '../../../src/client/qos2'
import { enqueue, leave, type Queue, queue } from '../../../src/client/queue'
import { receive } from '../../../src/client/receive'
import { receiveQos2 } from '../../../src/client/receive-qos2'
import { type Session, session } from '../../../src/client/session'
import { subscribe, subscriptions, unsubscribe } from '../../../src/client/subscribe'
import type { Board, I2c } from '../../../src/hal/contract'
import { CLEAN_SESSION, flagsAt } from '../../../src/wire/connect'
import { writeDisconnect } from '../../../src/wire/disconnect'
import { chr, varint } from '../../../src/wire/header'
import { block, essential, IN_DISCONNECT } from '../../../src/wire/properties'
import { RETAIN } from '../../../src/wire/publish'
import { V5 } from '../../../src/wire/v5'

/** The mailbox's address on the bus. */
export const MAILBOX = 0x42
/** How often the mailbox is looked into and the client ticks. */
const POLL_MS = 20
/** Bytes read from the bus at once. */
const PIECE_B = 64
/** As in the library, but for bytes in flight, of which a board has fewer. */
const MAX_PACKETS = 1000
const MAX_B = 65536
const QUEUE_B = 65536

/** What the board is told to do, in byte strings. `properties` are without their length where no packet says otherwise. */
export type Order =
  | {
      call: 'connect'
      host: string
      port: number
      connect: string
      keepAliveS: number
      dialMs: number
      packetB: number
      receiveMaximum: number
      /** Authentication Data for each challenge, as field()s. */
      replies: string[]
    }
  /** `clean` undefined: CONNECT as it was. */
  | { call: 'reconnect'; clean: boolean | undefined }
  /** `topicAlias` -1: none. */
  | { call: 'publish'; topic: string; payload: string; flags: number; properties: string; topicAlias: number }
  /** `properties`: a block, '' in 3.1.1. */
  | { call: 'subscribe' | 'unsubscribe'; entries: string; properties: string }
  | { call: 'disconnect'; reasonCode: number; properties: string }
  | { call: 'auth'; data: string; properties: string }
  | { call: 'on_message'; throws: boolean; answer: number }
  | { call: 'debug_set_next_packet_id'; value: number }

/** An event of the client, with what stands in the record meanwhile. */
export interface Heard {
  event: number
  a: number
  b: number | string
  topic: string
  reason: number
  properties: string
}

/** What the board tells: that it has joined the Wi-Fi, what an order came to, what the client says. */
export type Report = { up: true } | { result: number } | Heard

type Client = Session & Queue & Aliases

let board: Board
let bus: I2c
let client: Client | null = null
/** What the app does with a message. */
let throws = false
let answer = 0
let replies: string[] = []

function tell(report: Report) {
  bus.write(MAILBOX, JSON.stringify(report))
}

function heard(event: number, a: number, b: number | string): unknown {
  const c = client as Client
  const properties = c.properties
  // They are this event's alone.
  c.properties = ''
  tell({ event: event, a: a, b: b, topic: c.topic, reason: c.reason, properties: properties })
  if (event !== ON_MESSAGE) return 0
  if (throws) throw new Error('the handler throws')
  return answer
}

function now(): number {
  return board.now()
}

function connect(order: Order & { call: 'connect' }): number {
  if (client && client.state !== IDLE) {
    open(client)
    return 0
  }
  if (client) drop(client, 'replaced')
  replies = order.replies
  const c = create(
    events => board.connect(order.host, order.port, events),
    order.connect,
    order.keepAliveS,
    heard,
  ) as Client
  client = c
  tune(c, order.dialMs, 1000, 25000, order.packetB)
  queue(c, QUEUE_B, false, publish, now)
  session(c, MAX_PACKETS, MAX_B)
  c._more = () => leave(c)
  qos1()
  qos2()
  subscriptions(c)
  receive(c)
  receiveQos2(c, order.receiveMaximum)
  if (V5) {
    aliases(c, false)
    aliasesIn(c)
    expiring(c, now)
    authenticate(c, () => replies.shift() || null)
  }
  open(c)
  return 0
}

function reconnect(c: Client, clean: boolean | undefined): number {
  const at = flagsAt(c._connect)
  const others = c._connect.charCodeAt(at) & ~CLEAN_SESSION
  if (clean !== undefined)
    c._connect = c._connect.substr(0, at) + chr(others | (clean ? CLEAN_SESSION : 0)) + c._connect.substr(at + 1)
  open(c)
  return 0
}

function say(c: Client, order: Order & { call: 'publish' }): number {
  const { flags, payload, properties, topicAlias } = order
  let topic = order.topic
  if (V5 && topicAlias >= 0) {
    if (!topic) topic = aliased(c, topicAlias)
    if (!topic || (c.state === UP && !alias(c, topic, topicAlias))) return REFUSED
  }
  const bytes = V5 ? varint(properties.length) + properties : ''
  if (flags & ~RETAIN) {
    const id = publishQos(c, topic, payload, flags, bytes)
    if (V5 && id > 0) taken(c, id)
    return id
  }
  // Not past those that wait.
  const result = c._waiting.length ? BUSY : publish(c, topic, payload, flags, bytes)
  return result === BUSY || result === NOT_UP ? enqueue(c, topic, payload, flags, properties) : result
}

function disconnect(c: Client, reasonCode: number, properties: string): number {
  let packet = writeDisconnect(reasonCode, V5 ? block(IN_DISCONNECT, properties) : '')
  if (V5 && packet.length > (c._maximumPacketB as number))
    packet = writeDisconnect(reasonCode, block(IN_DISCONNECT, essential(properties)))
  if (!packet) return REFUSED
  if (c.state === UP) send(c, packet)
  drop(c, 'closed')
  return 0
}

function obey(order: Order): number {
  if (order.call === 'connect') return connect(order)
  if (order.call === 'on_message') {
    throws = order.throws
    answer = order.answer
    return 0
  }
  const c = client as Client
  switch (order.call) {
    case 'reconnect':
      return reconnect(c, order.clean)
    case 'publish':
      return say(c, order)
    case 'subscribe':
      return subscribe(c, order.entries, order.properties)
    case 'unsubscribe':
      return unsubscribe(c, order.entries, order.properties)
    case 'disconnect':
      return disconnect(c, order.reasonCode, order.properties)
    case 'auth':
      return V5 ? reauthenticate(c, order.data, order.properties) : REFUSED
    default:
      c._lastId = order.value - 1
      return 0
  }
}

/** The next order in the mailbox, '' for none: three bytes of length come first. */
function nextOrder(): string {
  const head = bus.read(MAILBOX, '', 3)
  let left = (head[0] << 16) | (head[1] << 8) | head[2]
  let text = ''
  while (left) {
    const piece = bus.read(MAILBOX, '', Math.min(left, PIECE_B))
    text += chr.apply(null, piece as number[])
    left -= piece.length
  }
  return text
}

function poll() {
  board.after(POLL_MS, poll)
  const text = nextOrder()
  if (text) tell({ result: obey(JSON.parse(text)) })
  if (client) tick(client, board.now())
}

/** The one call of the image. */
export function serve(theBoard: Board, theBus: I2c) {
  board = theBoard
  bus = theBus
  board.join(
    () => {
      tell({ up: true })
      poll()
    },
    () => {},
  )
}
