/** What any runner of the scenarios drives: our client in the words of their format. It translates and nothing else. */
import { net, run } from '../../src/host/node'
import {
  type Client,
  type ClientEvent,
  type ClientOptions,
  createClient,
  disconnect,
  drop,
  IDLE,
  open,
  type Properties,
  publish,
  reauthenticate,
  reconfigure,
  refusalText,
  type Subscription,
  subscribe,
  unsubscribe,
} from '../../src/index'
import { readAck } from '../../src/wire/ack'
import { readAuth } from '../../src/wire/auth'
import { readConnack } from '../../src/wire/connect'
import { readDisconnect } from '../../src/wire/disconnect'
import { type Packet, packet } from '../../src/wire/packet'
import { readPingresp } from '../../src/wire/ping'
import { PUBLISHES, readPublish } from '../../src/wire/publish'
import { type Splitter, splitShort, type Takers } from '../../src/wire/splitter'
import { readSuback, readUnsuback } from '../../src/wire/subscribe'
import type { AdapterOptions } from './runner/client'

interface Decoder extends Splitter<Decoder>, Packet {
  taken: number
}

/** What a server sends, by first byte, in both versions and in 5.0 only. */
const readers: Record<string, (d: Decoder, packet: string, at: number, v5: boolean) => number> = {
  '\x20': readConnack,
  ...Object.fromEntries([...PUBLISHES].map(first => [first, readPublish])),
  '\x40': readAck,
  '\x50': readAck,
  '\x62': readAck,
  '\x70': readAck,
  '\x90': readSuback,
  '\xb0': readUnsuback,
  '\xd0': (_d, packet, at) => readPingresp(packet, at),
}
const newer = { '\xe0': readDisconnect, '\xf0': readAuth }

function decoder(v5: boolean): Decoder {
  const takers: Takers<Decoder> = {}
  for (const [first, read] of Object.entries(v5 ? { ...readers, ...newer } : readers)) {
    takers[first] = (d, packet, at) => {
      d.taken++
      return Math.min(read(d, packet, at, v5), 0)
    }
  }
  return { ...packet(), taken: 0, _takers: takers, _limit: 0xfffffff, _carried: '', _need: 0 }
}

/**
 * The decoder alone, on one whole packet from a server of protocol 4 or 5: whether it takes it, all of it and nothing
 * more.
 */
export function accepts(protocol: number, bytes: Uint8Array): boolean {
  const d = decoder(protocol === 5)
  return splitShort(d, Buffer.from(bytes).toString('latin1')) === 0 && d.taken === 1 && d._need === 0
}

type Args = Record<string, unknown>

const BINARY = ['correlationData', 'authenticationData']

/** Properties as the scenarios have them: binary data as hexadecimal digits. */
function propertiesOf(args: Args): Properties | undefined {
  const properties = args.properties as Args | undefined
  if (!properties) return undefined
  const entries = Object.entries(properties)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, BINARY.includes(name) ? Buffer.from(value as string, 'hex') : value]),
  )
}

/** What the client answers below zero is a call that was refused. */
function accepted(result: number): number {
  if (result < 0) throw new Error(`refused: ${result}, ${refusalText()}`)
  return result
}

export default class Mote {
  private client: Client | undefined
  private stop = () => {}
  private options: ClientOptions = {}
  private replies: string[] = []
  private handler: { throw?: true; ack_reason?: number } = {}
  /** What the scenario calls each packet identifier. */
  private readonly refs = new Map<number, unknown>()

  constructor(private readonly given: AdapterOptions) {}

  private optionsOf(args: Args): ClientOptions {
    const { keepAlive, connectTimeoutMs, will, properties: _, authReplies: __, ...same } = args
    const lastWords = will as Args | undefined
    return {
      ...same,
      version: this.given.protocol === 5 ? '5.0' : '3.1.1',
      ...(keepAlive !== undefined && { keepAliveS: keepAlive as number }),
      ...(connectTimeoutMs !== undefined && { connectTimeoutMs: connectTimeoutMs as number }),
      ...(args.properties !== undefined && { properties: propertiesOf(args) }),
      ...(lastWords && { will: { ...lastWords, properties: propertiesOf(lastWords) } as ClientOptions['will'] }),
    }
  }

  connect(args: Args): void {
    if (this.client && this.client.state !== IDLE) {
      open(this.client)
      return
    }
    this.kill()
    this.options = this.optionsOf(args)
    this.replies = [...((args.authReplies as string[]) ?? [])]
    const authenticate = () => Buffer.from(this.replies.shift() ?? '', 'hex')
    const dial = net('127.0.0.1', this.given.port)
    this.client = createClient(dial, { ...this.options, authenticate }, event => this.hear(event))
    open(this.client)
    this.stop = run(this.client, 20)
  }

  private hear(event: ClientEvent): unknown {
    const { emit } = this.given
    const named = (id: number) => {
      const ref = this.refs.get(id)
      this.refs.delete(id)
      return ref
    }
    switch (event.type) {
      case 'connect':
        return emit({ ...event })
      case 'disconnect':
      case 'error':
        if (event.fault !== 'limits') {
          const { reasonCode, properties } = event
          emit({
            type: event.type === 'error' ? 'connect_failed' : 'disconnected',
            ...(reasonCode !== undefined && { reasonCode }),
            properties,
          })
        }
        return
      case 'publish': {
        const { reasonCode } = event
        return emit({ type: reasonCode ? 'publish_failed' : 'published', ref: named(event.id), reasonCode })
      }
      case 'subscribe':
        return emit({ type: 'subscribed', ref: named(event.id), codes: event.reasonCodes })
      case 'unsubscribe':
        return emit({ type: 'unsubscribed', ref: named(event.id), codes: event.reasonCodes })
      case 'auth':
        return emit({ type: 'auth', reasonCode: 0 })
      case 'message': {
        const { topic, qos, retain, properties } = event
        emit({ type: 'message', topic, payload: Buffer.from(event.payload), qos, retain, properties })
        if (this.handler.throw) throw new Error('the handler throws')
        return this.handler.ack_reason
      }
    }
  }

  private get running(): Client {
    if (!this.client) throw new Error('not connected')
    return this.client
  }

  reconnect(args: Args): void {
    if (Object.keys(args).length > 0) {
      this.options = { ...this.options, ...this.optionsOf(args) }
      accepted(reconfigure(this.running, this.options))
    }
    open(this.running)
  }

  publish(args: Args): void {
    const { ref, topic, payload, qos, retain } = args
    const message = { topic, payload, qos, retain, properties: propertiesOf(args) }
    const id = accepted(publish(this.running, message as Parameters<typeof publish>[1]))
    if (id) this.refs.set(id, ref)
    else this.given.emit({ type: 'published', ref })
  }

  subscribe(args: Args): void {
    const filters = args.filters as (Subscription & { rap?: boolean; rh?: 0 | 1 | 2 })[]
    const subscriptions = filters.map(({ rap, rh, ...same }) => ({
      ...same,
      retainAsPublished: rap,
      retainHandling: rh,
    }))
    this.refs.set(accepted(subscribe(this.running, subscriptions, propertiesOf(args))), args.ref)
  }

  unsubscribe(args: Args): void {
    this.refs.set(accepted(unsubscribe(this.running, args.filters as string[], propertiesOf(args))), args.ref)
  }

  disconnect(args: Args): void {
    accepted(disconnect(this.running, { reasonCode: args.reasonCode as number, properties: propertiesOf(args) }))
  }

  auth({ data, reasonString }: Args): void {
    const properties = reasonString === undefined ? undefined : { reasonString: reasonString as string }
    accepted(reauthenticate(this.running, Buffer.from(data as string, 'hex'), properties))
  }

  on_message(args: Args): void {
    this.handler = args
  }

  debug_set_next_packet_id({ value }: Args): void {
    this.running._lastId = (value as number) - 1
  }

  kill(): void {
    this.stop()
    if (this.client) drop(this.client, 'killed')
  }
}
