import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../src/host/virtual/clock'
import type { Connection, ConnectionEvents } from '../../src/host/virtual/contract'
import { type MemoryNetworkOptions, memoryNetwork, type ServerConnection } from '../../src/host/virtual/memory-network'

/** Notes what happens to one end, with the time. */
function journal(now: () => number) {
  const lines: string[] = []
  const note = (line: string) => void lines.push(`${now()} ${line}`)
  const events: ConnectionEvents = {
    connected: () => note('connected'),
    received: bytes => note(`received ${bytes.toString('latin1')}`),
    writable: () => note('writable'),
    ended: () => note('ended'),
    failed: code => note(`failed ${code}`),
  }
  return { lines, events }
}

function setUp(options: MemoryNetworkOptions = {}) {
  const clock = virtualClock()
  const network = memoryNetwork(clock, options)
  const client = journal(clock.now)
  const server = journal(clock.now)
  const accepted: ServerConnection[] = []
  const listener = network.listen('broker', 1883, connection => {
    accepted.push(connection)
    return server.events
  })
  return { clock, network, client, server, accepted, listener }
}

const text = (value: string) => Buffer.from(value, 'latin1')

/** A connection that stands, its journals empty. */
function setUpConnected(options: MemoryNetworkOptions = {}) {
  const world = setUp(options)
  const near = world.network.dial('broker', 1883, world.client.events)
  world.clock.advance(10)
  world.client.lines.length = 0
  return { ...world, near, far: world.accepted[0] }
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return (error as { code: string }).code
  }
  return ''
}

describe('a connection in memory', () => {
  it('stands after one round trip and carries bytes both ways', () => {
    const { clock, network, client, server, accepted } = setUp({ latency: 5 })
    const near = network.dial('broker', 1883, client.events)
    expect(client.lines).toEqual([])
    clock.advance(10)
    near.send(text('ping'))
    accepted[0].send(text('pong'))
    clock.advance(10)
    expect(client.lines).toEqual(['10 connected', '15 received pong'])
    expect(server.lines).toEqual(['15 received ping'])
  })

  it('carries what was sent before it stood, and what the server says at once', () => {
    const clock = virtualClock()
    const network = memoryNetwork(clock)
    const { lines, events } = journal(clock.now)
    network.listen('broker', 1883, connection => {
      connection.send(text('hello'))
      return { received: bytes => connection.send(bytes) }
    })
    network.dial('broker', 1883, events).send(text('early'))
    clock.advance(10)
    expect(lines).toEqual(['2 connected', '2 received hello', '3 received early'])
  })

  it('hands over every segment apart, as small as it is told', () => {
    const { clock, near, server } = setUpConnected({ segmentSize: 1 })
    near.send(text('abc'))
    clock.advance(5)
    expect(server.lines).toEqual(['11 received a', '11 received b', '11 received c'])
  })

  it('gives the receiver bytes of its own', () => {
    const { clock, near, server } = setUpConnected()
    const bytes = text('abc')
    near.send(bytes)
    bytes.fill(0)
    clock.advance(5)
    expect(server.lines).toEqual(['11 received abc'])
  })

  it('takes no more than the send buffer holds while the peer does not read, and says when there is room', () => {
    const { clock, near, far, client, server } = setUpConnected({ sendBuffer: 10 })
    far.pause()
    expect(near.send(text('0123456789abc'))).toBe(10)
    expect(near.send(text('d'))).toBe(0)
    clock.advance(1000)
    expect(near.queuedBytes).toBe(10)
    expect(client.lines).toEqual([])
    far.resume()
    clock.advance(5)
    expect(server.lines).toEqual(['1011 received 0123456789'])
    expect(client.lines).toEqual(['1011 writable'])
    expect(near.queuedBytes).toBe(0)
  })

  it('sends FIN behind the bytes, and the peer may go on sending to nobody', () => {
    const { clock, near, far, client, server, listener } = setUpConnected()
    near.send(text('bye'))
    near.end()
    expect(near.send(text('more'))).toBe(0)
    clock.advance(5)
    expect(server.lines).toEqual(['11 received bye', '11 ended'])
    expect(listener.connections).toBe(1)
    far.send(text('late'))
    far.end()
    clock.advance(5)
    expect(client.lines).toEqual([])
    expect(listener.connections).toBe(0)
  })

  it('still carries bytes to a peer that has sent FIN', () => {
    const { clock, near, far, client, server } = setUpConnected()
    far.end()
    clock.advance(5)
    expect(client.lines).toEqual(['11 ended'])
    near.send(text('x'))
    clock.advance(5)
    expect(server.lines).toEqual([])
    near.end()
    clock.advance(5)
    expect(server.lines).toEqual([])
  })

  it('tells the peer of abort() by RST and drops what was queued', () => {
    const { clock, near, client, server, listener } = setUpConnected()
    near.send(text('lost'))
    near.abort()
    clock.advance(5)
    expect(server.lines).toEqual(['11 failed ECONNRESET'])
    expect(client.lines).toEqual([])
    expect(listener.connections).toBe(0)
  })

  it('stands when dialBlocking() returns, with time gone by, and the server hears of it afterwards', () => {
    const { clock, network, client, server, accepted } = setUp({ latency: 5 })
    const near = network.dialBlocking('broker', 1883, client.events)
    expect(clock.now()).toBe(10)
    expect(accepted).toEqual([])
    near.send(text('ping'))
    clock.advance(5)
    expect(server.lines).toEqual(['15 received ping'])
    accepted[0].send(text('pong'))
    clock.advance(5)
    expect(client.lines).toEqual(['20 received pong'])
  })
})

describe('a fault of the network in memory', () => {
  it('refuses where nobody listens, or is told not to', () => {
    const { clock, network, client, listener } = setUp()
    network.dial('broker', 1884, client.events)
    listener.mode = 'refuses'
    network.dial('broker', 1883, client.events)
    clock.advance(10)
    expect(client.lines).toEqual(['2 failed ECONNREFUSED', '2 failed ECONNREFUSED'])
    expect(codeOf(() => network.dialBlocking('broker', 1883, client.events))).toBe('ECONNREFUSED')
    expect(clock.now()).toBe(12)
  })

  it('still knows the name of a server that is gone', () => {
    const { clock, network, client, listener } = setUp()
    listener.close()
    network.dial('broker', 1883, client.events)
    clock.advance(10)
    expect(client.lines).toEqual(['2 failed ECONNREFUSED'])
    expect(() => network.listen('broker', 1883, () => ({}))).not.toThrow()
    expect(codeOf(() => network.listen('broker', 1883, () => ({})))).toBe('EADDRINUSE')
  })

  it('throws for a name that nobody knows, at once', () => {
    const { network, client, listener } = setUp()
    expect(codeOf(() => network.dial('nowhere', 1883, client.events))).toBe('ENOTFOUND')
    expect(codeOf(() => network.dialBlocking('nowhere', 1883, client.events))).toBe('ENOTFOUND')
    listener.mode = 'unknown'
    expect(codeOf(() => network.dial('broker', 1883, client.events))).toBe('ENOTFOUND')
  })

  it('times a connect out that nobody answers, a blocking one as well', () => {
    const { clock, network, client, listener } = setUp({ connectTimeout: 75_000 })
    listener.mode = 'silent'
    network.dial('broker', 1883, client.events)
    network.dial('10.0.0.99', 1883, client.events)
    clock.advance(80_000)
    expect(client.lines).toEqual(['75000 failed ETIMEDOUT', '75000 failed ETIMEDOUT'])
    expect(codeOf(() => network.dialBlocking('broker', 1883, client.events))).toBe('ETIMEDOUT')
    expect(clock.now()).toBe(155_000)
  })

  it('answers a later SYN when the host is back before the time-out', () => {
    const { clock, network, client, listener } = setUp()
    listener.mode = 'silent'
    network.dial('broker', 1883, client.events)
    clock.advance(2000)
    listener.mode = 'accepts'
    clock.advance(5000)
    expect(client.lines).toEqual(['3002 connected'])
  })

  it('kills every connection with RST, and the dead server hears nothing', () => {
    const { clock, client, server, listener, near, network } = setUpConnected()
    near.send(text('x'))
    listener.kill()
    clock.advance(5)
    expect(client.lines).toEqual(['11 failed ECONNRESET'])
    expect(server.lines).toEqual([])
    network.dial('broker', 1883, client.events)
    clock.advance(5)
    expect(client.lines.at(-1)).toBe('17 connected')
  })

  it('swallows bytes and SYN in both directions while frozen, and keeps the bytes in the send buffer', () => {
    const { clock, network, client, server, listener, near, far } = setUpConnected({ sendBuffer: 4 })
    near.send(text('ab'))
    listener.freeze()
    expect(near.send(text('cdef'))).toBe(2)
    far.send(text('x'))
    network.dial('broker', 1883, client.events)
    clock.advance(10_000)
    expect([client.lines, server.lines, near.queuedBytes]).toEqual([[], [], 4])
    listener.thaw()
    clock.advance(5)
    expect(server.lines).toEqual(['10011 received ab', '10011 received cd'])
    expect(client.lines).toEqual(['10011 received x', '10011 writable'])
  })

  it('brings a FIN from the time of the frost after it', () => {
    const { clock, server, listener, near } = setUpConnected()
    listener.freeze()
    near.end()
    clock.advance(100)
    expect(server.lines).toEqual([])
    listener.thaw()
    clock.advance(5)
    expect(server.lines).toEqual(['111 ended'])
  })

  it('loses a RST while frozen; who then sends to the dead end is told', () => {
    const { clock, client, listener, near, far } = setUpConnected()
    listener.freeze()
    far.abort()
    clock.advance(100)
    listener.thaw()
    clock.advance(100)
    expect(client.lines).toEqual([])
    near.send(text('x'))
    clock.advance(5)
    expect(client.lines).toEqual(['211 failed ECONNRESET'])
  })

  it('gives up a dial that is aborted before it stands', () => {
    const { clock, network, client, accepted } = setUp()
    const near: Connection = network.dial('broker', 1883, client.events)
    near.abort()
    clock.advance(10)
    expect([client.lines, accepted]).toEqual([[], []])
  })
})
