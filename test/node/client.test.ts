import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import { Aedes } from 'aedes'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { type Dial, net, run, tls, websocket } from '../../src/host/node'
import { type Client, type ClientEvent, createClient, disconnect, IDLE, open, publish, UP } from '../../src/index'
import { hasOpenssl } from '../real/parts'
import { makeCertificates } from './certificates'
import { HOST, type Listening, listening } from './listeners'

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

interface Kind {
  name: string
  serve(take: (stream: Duplex) => void): Promise<Listening>
  dial(port: number): Dial
}

const kinds: Kind[] = [
  { name: 'net', serve: take => listening(createServer(take)), dial: port => net(HOST, port) },
  {
    name: 'websocket',
    serve(take) {
      const server = createHttpServer()
      new WebSocketServer({ server }).on('connection', socket => take(createWebSocketStream(socket)))
      return listening(server)
    },
    dial: port => websocket(`ws://${HOST}:${port}`),
  },
]
if (hasOpenssl()) {
  const { broker } = makeCertificates()
  kinds.push({
    name: 'tls',
    serve: take => listening(createTlsServer(broker, take)),
    dial: port => tls(HOST, port, { ca: broker.ca }),
  })
}

describe.each(kinds)('a client over $name', ({ serve, dial }) => {
  async function rig() {
    const aedes = await Aedes.createBroker()
    const messages: string[] = []
    aedes.on('publish', (packet, from) => {
      if (from || packet.topic === 'house/status') messages.push(`${packet.topic} ${packet.payload}`)
    })
    const server = await serve(aedes.handle)
    const heard: ClientEvent['type'][] = []
    const will = { topic: 'house/status', payload: 'gone' }
    const client: Client = createClient(dial(server.port), { clientId: 'node', will }, event => heard.push(event.type))
    const stop = run(client, 10)
    ending.push(
      () => new Promise<void>(resolve => aedes.close(resolve)),
      server.close,
      () => disconnect(client, { withinMs: 0 }),
      stop,
    )
    open(client)
    await vi.waitFor(() => expect(client.state).toBe(UP), 5000)
    return { client, heard, messages, server }
  }

  it('publishes, and ends with DISCONNECT, so that no will is spoken', async () => {
    const { client, heard, messages } = await rig()
    expect(publish(client, { topic: 'house/light', payload: 'on' })).toBe(0)
    expect(publish(client, { topic: 'house/light', payload: 'off' })).toBe(0)
    disconnect(client)
    await vi.waitFor(() => expect(messages).toEqual(['house/light on', 'house/light off']))
    await sleep(100)
    expect(messages).toHaveLength(2)
    expect(heard).toEqual(['connect', 'disconnect'])
  })

  it('comes back by itself after its connection is cut', async () => {
    const { client, heard, messages, server } = await rig()
    for (const socket of server.sockets) socket.destroy()
    await vi.waitFor(() => expect(client.state).toBe(IDLE))
    await vi.waitFor(() => expect(client.state).toBe(UP), 5000)
    publish(client, { topic: 'house/light', payload: 'on' })
    await vi.waitFor(() => expect(messages).toContain('house/light on'))
    expect(heard).toEqual(['connect', 'disconnect', 'connect'])
  })
})

describe('run()', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  /** A client that counts its dials, all of which fail at once. */
  function dialer() {
    const dials: number[] = []
    const client = createClient(
      events => {
        dials.push(performance.now())
        setImmediate(() => events.closed('refused'))
        return { write: () => -1, close: () => {} }
      },
      {},
      () => {},
    )
    open(client)
    return { client, dials }
  }

  it('ticks in the next turn, not inside the call, then a few times a second until it is stopped', () => {
    vi.useFakeTimers()
    const { client, dials } = dialer()
    const stop = run(client)
    expect(dials).toHaveLength(0)
    vi.advanceTimersByTime(1)
    expect(dials).toHaveLength(1)
    vi.advanceTimersByTime(1200)
    expect(dials).toHaveLength(2)
    stop()
    vi.advanceTimersByTime(60_000)
    expect(dials).toHaveLength(2)
  })

  it('does nothing when it is stopped at once', () => {
    vi.useFakeTimers()
    const { client, dials } = dialer()
    run(client)()
    vi.advanceTimersByTime(1000)
    expect(dials).toHaveLength(0)
  })
})
