import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decimal } from '../../src/app/decimal'
import { type Setup, type Source, telemetry } from '../../src/app/telemetry'
import { field, writeConnect } from '../../src/client/connect'
import { publish, RETAIN } from '../../src/client/publish'
import type { Board, Thermometer } from '../../src/hal/contract'
import { fakeDialer } from '../client/fake-link'

/** A board in a list of pending calls, with a sensor that reads what the test says. */
function rig(setup: Partial<Setup> = {}, source: Partial<Source> = {}) {
  const dialer = fakeDialer()
  const pending: { at: number; run: () => void }[] = []
  let now = 0
  let network = { up: () => {}, down: (_reason: string) => {} }
  const r = {
    dialer,
    memory: 100000,
    restarts: 0,
    celsius: 21.5,
    lastError: '',
    samples: 0,
    /** What the sensor does when it is asked. */
    answer: (done: (celsius: number) => void) => done(r.celsius),
    join: () => network.up(),
    leave: (reason: string) => network.down(reason),
    run(ms: number) {
      const end = now + ms
      for (;;) {
        pending.sort((a, b) => a.at - b.at)
        if (!pending.length || pending[0].at > end) break
        const next = pending.shift()
        now = Math.max(now, next?.at ?? 0)
        try {
          next?.run()
        } catch {
          // A runtime prints it and goes on with the next timer.
        }
      }
      now = end
    },
    /** Accepts the present link. */
    accept() {
      const link = dialer.links[dialer.links.length - 1]
      link.events.opened()
      link.events.received('\x20\x02\0\0')
    },
    /** Payloads of the topic on the present link. */
    published(name: string): string[] {
      const link = dialer.links[dialer.links.length - 1]
      const head = field(name)
      return link.written
        .filter(packet => (packet.charCodeAt(0) & 0xf0) === 0x30 && packet.substr(2, head.length) === head)
        .map(packet => packet.slice(2 + head.length) + (packet.charCodeAt(0) & RETAIN ? ' retained' : ''))
    },
  }
  const board: Board = {
    join(up, down) {
      network = { up, down }
    },
    connect: (_host, _port, events) => dialer.dial(events),
    now: () => now,
    after: (ms, run) => pending.push({ at: now + ms, run }),
    id: () => 'abcdef',
    freeMemory: () => r.memory,
    restart: () => {
      r.restarts++
    },
  }
  const sensor: Thermometer = {
    get lastError() {
      return r.lastError
    },
    sample(done) {
      r.samples++
      r.answer(done)
    },
    close() {},
  }
  const plain = {
    _sensor: sensor,
    _topic: field('b/temperature'),
    _say: decimal,
    _decimals: 1,
    _offset: 0,
    _min: -40,
    _max: 125,
  }
  telemetry(
    board,
    { ...plain, ...source },
    {
      _host: 'broker',
      _port: 1883,
      _connect: writeConnect(2, 30, field('id')),
      // The fake server answers no PINGREQ.
      _keepAliveS: 65535,
      _status: field('b/status'),
      _publish: publish,
      _flags: RETAIN,
      _intervalMs: 10000,
      _floor: 1000,
      ...setup,
    },
  )
  return r
}

let log: string[] = []
beforeEach(() => {
  log = []
  for (const method of ['error', 'warn', 'log'] as const) {
    vi.spyOn(console, method).mockImplementation(text => {
      log.push(text)
    })
  }
  vi.spyOn(console, 'debug').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('telemetry', () => {
  it('dials only when the Wi-Fi is there, says online first and then a reading', () => {
    const r = rig()
    r.run(5000)
    expect(r.dialer.links).toHaveLength(0)
    r.join()
    r.run(500)
    r.accept()
    r.run(500)
    expect(r.published('b/status')).toEqual(['online retained'])
    expect(r.published('b/temperature')).toEqual(['21.5 retained'])
    expect(r.dialer.links[0].written.map(packet => packet.charCodeAt(0))).toEqual([0x10, 0x31, 0x31])
    expect(log).toEqual(['wifi: joined', 'mqtt: connected to broker'])
  })

  it('reads once an interval and does not drift over a day', () => {
    const r = rig()
    r.join()
    r.run(500)
    r.accept()
    const day = 86400000
    for (let t = 0; t < day; t += 5000) {
      r.run(5000)
      r.dialer.links[0].events.received('\xd0\0')
    }
    expect(r.dialer.links).toHaveLength(1)
    expect(Math.abs(r.published('b/temperature').length - day / 10000)).toBeLessThanOrEqual(1)
  })

  it('adds the offset, rounds, and leaves RETAIN out where it is not asked for', () => {
    const r = rig({ _flags: 0 }, { _offset: -1.25, _decimals: 2 })
    r.join()
    r.run(500)
    r.accept()
    r.run(500)
    expect(r.published('b/temperature')).toEqual(['20.25'])
  })

  it.each([
    ['NaN with the sensor’s reason', NaN, 'no answer on the bus', 'b/temperature: no answer on the bus'],
    ['too warm', 126, '', 'b/temperature: 126.0 is out of range'],
    ['too cold', -40.1, '', 'b/temperature: -40.1 is out of range'],
  ])('never publishes %s, and says why once', (_name, celsius, lastError, line) => {
    const r = rig()
    r.celsius = celsius
    r.lastError = lastError
    r.join()
    r.run(500)
    r.accept()
    r.run(60000)
    expect(r.samples).toBeGreaterThan(5)
    expect(r.published('b/temperature')).toEqual([])
    expect(log.filter(text => text.startsWith('b/'))).toEqual([line])
    r.celsius = 20
    r.run(10000)
    expect(r.published('b/temperature')).toEqual(['20.0 retained'])
    r.celsius = celsius
    r.run(20000)
    expect(log.filter(text => text.startsWith('b/'))).toEqual([line, line])
  })

  it('keeps the newest reading, and no more, while the runtime holds a packet', () => {
    const r = rig({ _intervalMs: 1000 })
    r.join()
    r.run(500)
    r.accept()
    r.run(500)
    r.dialer.answer = 1
    r.run(1000)
    r.celsius = 30
    r.run(5000)
    expect(r.published('b/temperature').slice(-1)).toEqual(['21.5 retained'])
    r.dialer.answer = 0
    r.dialer.links[0].events.drained()
    r.run(250)
    expect(r.published('b/temperature').slice(-1)).toEqual(['30.0 retained'])
  })

  it('drops the link without DISCONNECT when the Wi-Fi is lost, dials at once when it is back and reads anew', () => {
    const r = rig()
    r.join()
    r.run(500)
    r.accept()
    r.run(500)
    r.leave('no link')
    expect(r.dialer.links[0].closed).toBe(1)
    expect(r.dialer.links[0].written.every(packet => packet.charCodeAt(0) !== 0xe0)).toBe(true)
    r.run(60000)
    expect(r.dialer.links).toHaveLength(1)
    r.join()
    r.run(500)
    r.accept()
    r.run(500)
    expect(r.published('b/temperature')).toEqual(['21.5 retained'])
  })

  it.each([
    [4, 'mqtt: refused: wrong user name or password'],
    [5, 'mqtt: refused: not authorised: wrong user name or password, or no permission'],
    [2, 'mqtt: refused: client id rejected'],
  ])('names a refusal with code %i', (code, line) => {
    const r = rig()
    r.join()
    r.run(500)
    r.dialer.links[0].events.opened()
    r.dialer.links[0].events.received('\x20\x02\0' + String.fromCharCode(code))
    expect(log).toContain(line)
    expect(log).not.toContain('mqtt: connected to broker')
  })

  it('goes on although a driver throws, or never answers', () => {
    const r = rig({ _intervalMs: 1000 })
    r.join()
    r.run(500)
    r.accept()
    r.run(500)
    const answer = r.answer
    for (const fault of [
      () => {},
      () => {
        throw new Error('the bus')
      },
    ]) {
      r.answer = fault
      r.run(2000)
      r.answer = answer
      const before = r.published('b/temperature').length
      r.run(32000)
      expect(r.published('b/temperature').length).toBeGreaterThan(before)
    }
  })

  it('restarts the chip, dropping the link first, when memory runs low', () => {
    const r = rig()
    r.join()
    r.run(500)
    r.accept()
    r.run(500)
    expect(r.restarts).toBe(0)
    r.memory = 999
    r.run(10000)
    expect(r.dialer.links[0].closed).toBe(1)
    expect(r.restarts).toBe(1)
  })
})
