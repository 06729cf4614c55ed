import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../src/host/virtual/clock'
import type { ConnectionEvents } from '../../src/host/virtual/contract'
import { memoryNetwork, type ServerConnection } from '../../src/host/virtual/memory-network'
import { type StationOptions, station } from '../../src/host/virtual/station'

function journal() {
  const lines: string[] = []
  const events: ConnectionEvents = {
    connected: () => lines.push('connected'),
    received: bytes => lines.push(`received ${bytes}`),
    writable: () => lines.push('writable'),
    ended: () => lines.push('ended'),
    failed: code => lines.push(`failed ${code}`),
  }
  return { lines, events }
}

function setUp(options: Partial<StationOptions> = {}) {
  const clock = virtualClock()
  const network = memoryNetwork(clock)
  const server = journal()
  const accepted: ServerConnection[] = []
  const listener = network.listen('broker', 1883, connection => {
    accepted.push(connection)
    return server.events
  })
  network.listen('10.0.0.1', 1883, () => ({}))
  const accessPoint = { ssid: 'home', password: 'secret', inRange: true }
  const radio = station({ world: { clock, transport: network }, accessPoint, ...options })
  return { clock, network, server, accepted, listener, accessPoint, radio, client: journal() }
}

function setUpConnected(options: Partial<StationOptions> = {}) {
  const world = setUp(options)
  world.radio.join('home', 'secret')
  const near = world.radio.dial('broker', 1883, world.client.events)
  world.clock.advance(10)
  world.client.lines.length = 0
  return { ...world, near, far: world.accepted[0] }
}

const bytes = (value: string) => Buffer.from(value)
const withCode = (code: string) => expect.objectContaining({ code })

describe('the station', () => {
  it('joins with the right name and password, where it can hear the access point', () => {
    const { radio, accessPoint } = setUp()
    expect([radio.isUp, radio.address]).toEqual([false, '0.0.0.0'])
    expect(radio.join('other', 'secret')).toBe('noAccessPoint')
    expect(radio.join('home', 'wrong')).toBe('wrongPassword')
    accessPoint.inRange = false
    expect(radio.join('home', 'secret')).toBe('noAccessPoint')
    expect(radio.isUp).toBe(false)
    radio.regainAir()
    expect(radio.survey('home', 'secret')).toBe('joined')
    expect(radio.isUp).toBe(false)
    expect(radio.join('home', 'secret')).toBe('joined')
    expect([radio.isUp, radio.address, radio.passes]).toEqual([true, '192.168.4.2', true])
  })

  it('notices a loss unless it is silent', () => {
    const { radio } = setUp()
    radio.join('home', 'secret')
    expect(radio.loseAir(true)).toBe(false)
    expect([radio.isUp, radio.passes]).toEqual([true, false])
    expect(radio.loseAir(false)).toBe(true)
    expect([radio.isUp, radio.address]).toEqual([false, '0.0.0.0'])
    expect(radio.loseAir(false)).toBe(false)
  })

  it('shows what passes to the tap, numbered by connection', () => {
    const seen: string[] = []
    const { clock, far, near } = setUpConnected({
      tap: (direction, connection, chunk) => seen.push(`${direction} ${connection} ${chunk}`),
    })
    near.send(bytes('out'))
    far.send(bytes('in'))
    clock.advance(10)
    expect(seen).toEqual(['sent 1 out', 'received 1 in'])
  })

  it.each([
    ['silently', true],
    ['noticed', false],
  ])('lets nothing pass while the air is away (%s), and everything after it', (_, silent) => {
    const { clock, radio, client, server, near, far } = setUpConnected()
    radio.loseAir(silent)
    expect(near.send(bytes('out'))).toBe(3)
    far.send(bytes('in'))
    far.end()
    clock.advance(60_000)
    expect([client.lines, server.lines, radio.queuedBytes]).toEqual([[], [], 3])
    radio.regainAir()
    clock.advance(10)
    if (!silent) {
      expect(client.lines).toEqual([])
      radio.join('home', 'secret')
      clock.advance(10)
    }
    expect(client.lines).toEqual(['received in', 'ended'])
    expect(radio.queuedBytes).toBe(0)
  })

  it('sends in order what waited, then FIN', () => {
    const { clock, radio, server, near } = setUpConnected()
    near.send(bytes('a'))
    radio.loseAir(true)
    near.send(bytes('b'))
    near.send(bytes('c'))
    near.end()
    clock.advance(100)
    expect(server.lines).toEqual(['received a'])
    radio.regainAir()
    clock.advance(10)
    expect(server.lines).toEqual(['received a', 'received b', 'received c', 'ended'])
    expect([radio.sockets, radio.queuedBytes]).toEqual([0, 0])
  })

  it('holds no more than its send buffer while the air is away, and says when there is room', () => {
    const { clock, radio, client, near } = setUpConnected({ sendBuffer: 4 })
    radio.loseAir(true)
    expect(near.send(bytes('abcdef'))).toBe(4)
    radio.regainAir()
    clock.advance(10)
    expect(client.lines).toEqual(['writable'])
  })

  it('aborts with RST, which a lost air swallows; the peer learns it when it speaks again', () => {
    const { clock, radio, server, near, far } = setUpConnected()
    radio.loseAir(true)
    near.abort()
    radio.regainAir()
    clock.advance(100)
    expect(server.lines).toEqual([])
    expect(radio.sockets).toBe(0)
    far.send(bytes('x'))
    clock.advance(10)
    expect(server.lines).toEqual(['failed ECONNRESET'])
  })

  it('fails to dial without a link, and knows no names then', () => {
    const { clock, radio, client } = setUp()
    radio.dial('10.0.0.1', 1883, client.events)
    expect(client.lines).toEqual([])
    clock.advance(0)
    expect(client.lines).toEqual(['failed EHOSTUNREACH'])
    expect(() => radio.dialBlocking('10.0.0.1', 1883, client.events)).toThrow(withCode('EHOSTUNREACH'))
    expect(() => radio.dial('broker', 1883, client.events)).toThrow(withCode('ENOTFOUND'))
    expect(() => radio.dialBlocking('broker', 1883, client.events)).toThrow(withCode('ENOTFOUND'))
    expect([clock.now(), radio.sockets]).toEqual([0, 0])
  })

  it('says nothing of a dial that was ended before it failed', () => {
    const { clock, radio, client } = setUp()
    radio.dial('10.0.0.1', 1883, client.events).end()
    radio.join('home', 'secret')
    radio.loseAir(true)
    radio.dial('10.0.0.1', 1883, client.events).end()
    clock.advance(80_000)
    expect([client.lines, radio.sockets, radio.queuedBytes]).toEqual([[], 0, 0])
  })

  it('hangs in a dial over an air that is away unnoticed, until it is back or time is up', () => {
    const { clock, radio, client } = setUp({ connectTimeout: 1000 })
    radio.join('home', 'secret')
    radio.loseAir(true)
    radio.dial('10.0.0.1', 1883, client.events)
    clock.advance(1500)
    expect(client.lines).toEqual(['failed ETIMEDOUT'])
    radio.dial('10.0.0.1', 1883, client.events)
    clock.advance(500)
    radio.regainAir()
    clock.advance(1500)
    expect(client.lines).toEqual(['failed ETIMEDOUT', 'connected'])
    expect(radio.sockets).toBe(1)
  })

  it('blocks in a blocking dial over it, and longer for an address than for a name', () => {
    const { clock, radio, client } = setUp()
    radio.join('home', 'secret')
    radio.loseAir(true)
    expect(() => radio.dialBlocking('broker', 1883, client.events)).toThrow(withCode('ENOTFOUND'))
    expect(clock.now()).toBe(14_000)
    expect(() => radio.dialBlocking('10.0.0.1', 1883, client.events)).toThrow(withCode('ETIMEDOUT'))
    expect(clock.now()).toBe(89_000)
  })

  it('counts a connection until it is ended, aborted or failed', () => {
    const { clock, radio, client, near, listener } = setUpConnected()
    expect(radio.sockets).toBe(1)
    near.end()
    expect(radio.sockets).toBe(0)
    radio.dialBlocking('broker', 1883, client.events).abort()
    expect(radio.sockets).toBe(0)
    radio.dialBlocking('broker', 1883, client.events)
    clock.advance(10)
    listener.kill()
    clock.advance(10)
    expect(client.lines).toEqual(['failed ECONNRESET'])
    expect(radio.sockets).toBe(0)
  })

  it('forgets its connections in a reset without telling anybody, and answers RST when powered and joined again', () => {
    const { clock, radio, client, server, far } = setUpConnected()
    radio.reset(true)
    expect([radio.isUp, radio.sockets]).toEqual([false, 0])
    clock.advance(1000)
    far.send(bytes('x'))
    clock.advance(1000)
    expect([client.lines, server.lines]).toEqual([[], []])
    radio.join('home', 'secret')
    clock.advance(10)
    expect([client.lines, server.lines]).toEqual([[], ['failed ECONNRESET']])
  })

  it('never answers without power', () => {
    const { clock, radio, server, far } = setUpConnected()
    radio.reset(false)
    radio.join('home', 'secret')
    far.send(bytes('x'))
    clock.advance(1000)
    expect(server.lines).toEqual([])
  })
})
