import type { Session } from '../../../src/client/session'
import type { Runtime } from '../../../src/host/boards'
import { virtualBoard } from '../../../src/host/virtual'
import type { VirtualClock } from '../../../src/host/virtual/clock'
import type { MemoryNetwork } from '../../../src/host/virtual/memory-network'
import { bareWiring } from '../../../src/host/virtual/wiring'
import { clientEvent } from '../../../src/library/events'
import type { Adapter, AdapterOptions } from '../runner/client'
import { type Heard, MAILBOX, type Order, type Report } from './device'
import { ACCESS_POINT, busOf } from './image'
import { mailbox } from './mailbox'
import {
  type Args,
  authOrder,
  connectOrder,
  disconnectOrder,
  publishOrder,
  reconnectOrder,
  subscribeOrder,
  unsubscribeOrder,
} from './orders'

/** Virtual milliseconds that a board has to boot and to join, and to obey. */
const JOIN_MS = 20_000
const ANSWER_MS = 1_000

/** Where the image runs, and who hears of what no scenario brings about: complaints on the console, restarts. */
export interface Bench {
  runtime: Runtime
  image: string
  clock: VirtualClock
  network: MemoryNetwork
  host: string
  complain(line: string): void
}

/** The library's names of events in the words of the scenarios. */
const NAMES = {
  connect: 'connect',
  disconnect: 'disconnected',
  error: 'connect_failed',
  publish: 'published',
  subscribe: 'subscribed',
  unsubscribe: 'unsubscribed',
  message: 'message',
  auth: 'auth',
}

/**
 * The adapter over a scenario image on the double of its runtime. It translates, hands orders in and reports out; a call
 * lasts until the board has obeyed, and time passes meanwhile.
 */
export function imageAdapter({ runtime, image, clock, network, host, complain }: Bench): Adapter {
  return class {
    private readonly isV5: boolean
    private readonly port: number
    private readonly emit: AdapterOptions['emit']
    /** What the scenario calls each packet identifier. */
    private readonly refs = new Map<number, unknown>()
    private isUp = false
    private result: number | undefined

    private readonly mailbox = mailbox(report => this.told(report))
    private readonly wiring = bareWiring()
    private readonly board = virtualBoard(runtime, {
      name: runtime,
      world: { clock, transport: network },
      accessPoint: { ...ACCESS_POINT, inRange: true },
      wiring: this.wiring,
      console: complain,
    })

    constructor({ port, protocol, emit }: AdapterOptions) {
      this.isV5 = protocol === 5
      this.port = port
      this.emit = emit
      this.wiring.i2c[busOf(runtime)].attach(MAILBOX, this.mailbox)
      this.board.boot(image)
      this.passUntil(() => this.isUp, JOIN_MS)
    }

    private passUntil(isSo: () => boolean, limitMs: number): void {
      for (const end = clock.now() + limitMs; !isSo(); clock.advance(1)) {
        if (clock.now() > end) throw new Error('the board does not answer')
      }
    }

    /** What the board answers. */
    private call(order: Order): number {
      this.result = undefined
      this.mailbox.put(order)
      this.passUntil(() => this.result !== undefined, ANSWER_MS)
      const result = Number(this.result)
      if (result < 0) throw new Error(`refused by the image: ${result}`)
      return result
    }

    private told(report: Report): void {
      if ('up' in report) this.isUp = true
      else if ('result' in report) this.result = report.result
      else this.hear(report)
    }

    private hear({ event: number, a, b, topic, reason, properties }: Heard): void {
      const event = clientEvent({ _v5: this.isV5, topic, reason, properties } as Session, number, a, b)
      if (event.type === 'error' && event.fault === 'limits') return
      const told = { ...event, type: NAMES[event.type] }
      if (event.type === 'publish' && event.reasonCode) told.type = 'publish_failed'
      if (event.type === 'auth') this.emit({ ...told, reasonCode: 0 })
      else if (!('id' in event)) this.emit(told)
      else {
        const codes = 'reasonCodes' in event ? event.reasonCodes : undefined
        this.emit({ ...told, ref: this.refs.get(event.id), codes })
        this.refs.delete(event.id)
      }
    }

    connect(args: Args): void {
      this.call(connectOrder(args, this.isV5, host, this.port))
    }

    reconnect(args: Args): void {
      this.call(reconnectOrder(args))
    }

    publish(args: Args): void {
      const id = this.call(publishOrder(args))
      if (id) this.refs.set(id, args.ref)
      else this.emit({ type: 'published', ref: args.ref })
    }

    subscribe(args: Args): void {
      this.refs.set(this.call(subscribeOrder(args, this.isV5)), args.ref)
    }

    unsubscribe(args: Args): void {
      this.refs.set(this.call(unsubscribeOrder(args, this.isV5)), args.ref)
    }

    disconnect(args: Args): void {
      this.call(disconnectOrder(args))
    }

    auth(args: Args): void {
      this.call(authOrder(args))
    }

    on_message(args: Args): void {
      this.call({ call: 'on_message', throws: args.throw === true, answer: Number(args.ack_reason ?? 0) })
    }

    debug_set_next_packet_id({ value }: Args): void {
      this.call({ call: 'debug_set_next_packet_id', value: Number(value) })
    }

    kill(): void {
      if (this.board.restarts > 0) complain(`restarted ${this.board.restarts} times`)
      this.board.unplug()
    }
  }
}
