import dns from 'node:dns'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Dial, net, tls, websocket } from '../../src/host/node'
import { overStream } from '../../src/host/node/stream'
import { hasOpenssl } from '../real/parts'
import { makeCertificates } from './certificates'
import { listen } from './heard'
import {
  HOST,
  type Listening,
  listening,
  netServer,
  type Peer,
  type Take,
  tlsServer,
  webSocketServer,
} from './listeners'

interface Kind {
  name: string
  /** What a reset is called: the package ws does not tell it from an end. */
  reset: string
  /** What an end before the link stands is called. */
  cut: string
  serve(take: Take): Promise<Listening>
  dial(host: string, port: number): Dial
}

const certificates = hasOpenssl() ? makeCertificates() : undefined

const kinds: Kind[] = [
  {
    name: 'net',
    reset: 'reset',
    cut: 'closed by the broker',
    serve: netServer,
    dial: net,
  },
  {
    name: 'websocket',
    reset: 'closed by the broker',
    cut: 'reset',
    serve: take => webSocketServer(undefined, take),
    dial: (host, port) => websocket(`ws://${host}:${port}`),
  },
]
if (certificates) {
  const { broker } = certificates
  kinds.push({
    name: 'tls',
    reset: 'reset',
    cut: 'closed by the broker in the TLS handshake',
    serve: take => tlsServer(broker, take),
    dial: (host, port) => tls(host, port, { ca: broker.ca }),
  })
}

const ending: (() => unknown)[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const end of ending.splice(0).reverse()) await end()
})

const allBytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')
const disconnect = '\xe0\0'

/** A server's promise, closed at the end of the test. */
async function ended<T extends Listening>(server: Promise<T>): Promise<T> {
  const served = await server
  ending.push(served.close)
  return served
}

describe.each(kinds)('a link over $name', ({ serve, dial, reset, cut }) => {
  /** A link that is open, and the broker's end of it. */
  async function open(drained = () => {}) {
    const peers: Peer[] = []
    const server = await ended(serve(peer => peers.push(peer)))
    const heard = listen(dial(HOST, server.port), drained)
    await vi.waitFor(() => {
      expect(peers).toHaveLength(1)
      expect(heard.opened).toBe(1)
    })
    return { heard, server, peer: peers[0], raw: server.sockets[0] }
  }

  /** Waits for the one end of a link, and for another that must not come. */
  async function end(heard: ReturnType<typeof listen>): Promise<string> {
    await vi.waitFor(() => expect(heard.closed).toHaveLength(1), 5000)
    await sleep(50)
    expect(heard.closed).toHaveLength(1)
    expect(heard.inside).toBe(0)
    expect(heard.write('\xc0\0')).toBeLessThan(0)
    heard.close()
    heard.close()
    await sleep(20)
    expect(heard.closed).toHaveLength(1)
    return heard.closed[0]
  }

  it('carries every byte there is in both directions', async () => {
    const { heard, peer } = await open()
    expect(heard.write(allBytes)).toBe(0)
    peer.send(allBytes)
    await vi.waitFor(() => {
      expect(peer.received).toBe(allBytes)
      expect(heard.received).toBe(allBytes)
    })
    heard.close()
    expect(heard).toMatchObject({ opened: 1, closed: [], inside: 0 })
  })

  it('sends each packet at once, not when the next is acknowledged', async () => {
    const { heard, peer } = await open()
    const start = performance.now()
    for (let i = 1; i <= 40; i++) {
      heard.write('\xc0')
      heard.write('\0')
      await vi.waitFor(() => expect(peer.received).toHaveLength(2 * i), { interval: 1 })
      // A peer that answers puts off its acknowledgements.
      peer.send('\xd0\0')
      await vi.waitFor(() => expect(heard.received).toHaveLength(2 * i), { interval: 1 })
    }
    expect(performance.now() - start).toBeLessThan(1200)
  })

  it('says how it goes on: more than 0 while a peer does not read, then drained() when all is gone', async () => {
    const then: number[] = []
    const { heard, peer } = await open(() => then.push(heard.write(disconnect)))
    peer.pause()
    const packet = 'x'.repeat(100_000)
    let written = 0
    const fill = () => {
      written++
      return heard.write(packet)
    }
    while (fill() === 0 && written < 5000) await sleep(0)
    expect(written).toBeLessThan(5000)
    // More than the kernel takes at once, so that some of it is gone long before all is.
    for (let i = 0; i < 200; i++) expect(fill()).toBeGreaterThan(0)
    await sleep(50)
    expect(heard.drained).toBe(0)
    peer.resume()
    const all = written * packet.length + disconnect.length
    await vi.waitFor(() => expect(peer.received).toHaveLength(all), 10_000)
    expect(then).toEqual([0])
    expect(heard.inside).toBe(0)
  })

  it('closes behind what was written, so that DISCONNECT leaves, and says nothing more', async () => {
    const { heard, peer } = await open()
    heard.write(allBytes.repeat(400))
    heard.write(disconnect)
    heard.close()
    peer.send('too late')
    heard.close()
    await vi.waitFor(() => expect(peer.isEnded).toBe(true))
    expect(peer.received).toBe(allBytes.repeat(400) + disconnect)
    await sleep(50)
    expect(heard).toMatchObject({ opened: 1, received: '', drained: 0, closed: [], inside: 0 })
    expect(heard.write(disconnect)).toBeLessThan(0)
  })

  it('lets go of the connection half a second after close() although the peer is deaf', async () => {
    const { heard, peer } = await open()
    const connections = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
    const before = connections()
    peer.pause()
    heard.write(allBytes)
    heard.close()
    await sleep(100)
    expect(connections()).toBe(before)
    await vi.waitFor(() => expect(connections()).toBe(before - 1), 2000)
    expect(heard.closed).toEqual([])
  })

  it('hears of nothing when it was closed before it stood', async () => {
    const server = await ended(serve(() => {}))
    const heard = listen(dial(HOST, server.port))
    heard.close()
    heard.close()
    await sleep(100)
    expect(heard).toMatchObject({ opened: 0, closed: [], inside: 0 })
    expect(heard.write(disconnect)).toBeLessThan(0)
  })

  it('hears once that the broker has hung up', async () => {
    const { heard, peer } = await open()
    peer.send('last words')
    peer.end()
    expect(await end(heard)).toBe('closed by the broker')
    expect(heard.received).toBe('last words')
  })

  it('hears once of a reset', async () => {
    const { heard, raw } = await open()
    raw.resetAndDestroy()
    expect(await end(heard)).toBe(reset)
  })

  it('hears once that it is refused', async () => {
    const server = await serve(() => {})
    await server.close()
    const heard = listen(dial(HOST, server.port))
    expect(await end(heard)).toBe('refused')
    expect(heard.opened).toBe(0)
  })

  it('hears once of a server that dies while it is dialed', async () => {
    const server = await ended(listening(createServer(socket => socket.end())))
    const heard = listen(dial(HOST, server.port))
    expect(await end(heard)).toBe(cut)
  })

  it('hears once that nobody knows the host', async () => {
    vi.spyOn(dns, 'lookup').mockImplementation(((host: string, _options: unknown, done: (error: Error) => void) => {
      const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host })
      setImmediate(done, error)
    }) as typeof dns.lookup)
    expect(await end(listen(dial('broker.invalid', 1883)))).toBe('unknown host broker.invalid')
  })

  it('hears in a later turn of what Node refuses to dial, or of nothing when it closes first', async () => {
    expect(await end(listen(dial(HOST, 70_000)))).not.toBe('')
    const heard = listen(dial(HOST, 70_000))
    heard.close()
    await sleep(20)
    expect(heard.closed).toEqual([])
  })
})

describe('a link over a socket', () => {
  it('hears once that the socket has gone without an end and without an error', async () => {
    const server = await ended(netServer(() => {}))
    const socket = connect(server.port, HOST)
    const heard = listen(overStream(() => socket, 'connect'))
    await vi.waitFor(() => expect(heard.opened).toBe(1))
    socket.destroy()
    await vi.waitFor(() => expect(heard.closed).toEqual(['closed by the broker']))
  })
})
