import { describe, expect, it } from 'vitest'
import { type Bench, bench, HOUR, MINUTE, SECOND } from './bench'

/** Every board with every release of its runtime that behaves in its own way. */
const boards = [
  { name: 'esp32', release: '2v29' },
  { name: 'esp32', release: 'head' },
  { name: 'pico-w', release: undefined },
] as const

/**
 * When the broker has noticed a silent board at the latest: one and a half times the keep-alive, and the longest time for
 * which the board's connect or join can block, since this broker shares its clock.
 */
const NOTICED = { esp32: (45 + 76) * SECOND, 'pico-w': (45 + 31) * SECOND }

/** Boots, and waits for the first reading. */
async function running(name: 'esp32' | 'pico-w', release?: '2v29' | 'head', set: string[] = []): Promise<Bench> {
  const b = await bench(name, set, { release })
  expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
  b.run(20 * SECOND)
  return b
}

/** The board reports again by itself within a minute from now. */
function expectBack(b: Bench): void {
  expect(b.untilNext('temperature', 2 * MINUTE)).toBeLessThanOrEqual(MINUTE)
  expect(b.statuses().at(-1)).toBe('online')
}

describe.each(boards)('$name $release', ({ name, release }) => {
  it('says online, then reads once an interval', async () => {
    const b = await running(name, release)
    b.run(10 * MINUTE)
    expect(b.broker.taken[0]).toMatchObject({ payload: 'online', retain: true, will: false })
    expect(b.readings().length).toBeGreaterThanOrEqual(60)
    expect(b.readings().every(message => /^-?\d+\.\d$/.test(message.payload) && message.retain)).toBe(true)
    expect(b.statuses()).toEqual(['online'])
  })

  it('comes back after the broker was killed and started again', async () => {
    const b = await running(name, release)
    b.broker.kill()
    b.broker.listener.mode = 'refuses'
    expect(b.statuses().at(-1)).toBe('offline')
    b.run(5 * MINUTE)
    b.broker.listener.mode = 'accepts'
    expectBack(b)
  })

  it('comes back after an hour in which the connection was refused', async () => {
    const b = await bench(name, [], { release })
    b.broker.listener.mode = 'refuses'
    b.run(HOUR)
    expect(b.broker.taken).toEqual([])
    b.broker.listener.mode = 'accepts'
    expectBack(b)
  })

  it('comes back after an hour in which the host did not answer', async () => {
    const b = await running(name, release)
    b.broker.listener.freeze()
    b.run(HOUR)
    b.broker.listener.thaw()
    expectBack(b)
  })

  it('comes back from a broker that accepts and says nothing', async () => {
    const b = await bench(name, [], { release })
    b.broker.mute = true
    b.run(10 * MINUTE)
    expect(b.broker.packets.filter(packet => packet.name !== 'connect')).toEqual([])
    expect(b.broker.packets.length).toBeGreaterThan(10)
    b.broker.mute = false
    expectBack(b)
  })

  it('comes back from a broker that stops answering pings, and said offline meanwhile', async () => {
    const b = await running(name, release)
    b.broker.deafToPings = true
    expect(b.untilNext('status', 3 * MINUTE, 'offline')).toBeLessThan(MINUTE)
    b.run(5 * MINUTE)
    b.broker.deafToPings = false
    expectBack(b)
  })

  it('notices a half-open link although it publishes every second', async () => {
    const b = await running(name, release, ['publish.intervalS=1'])
    b.broker.listener.freeze()
    expect(b.untilNext('status', 3 * MINUTE, 'offline')).toBeLessThan(NOTICED[name])
    expect(b.log).toContain('mqtt: lost: no PINGRESP')
    b.broker.listener.thaw()
    expectBack(b)
  })

  it('names a wrong password, never counts as connected, and comes back when it is right', async () => {
    const b = await bench(name, [], { release })
    b.broker.returnCode = 5
    b.run(HOUR)
    expect(b.broker.taken).toEqual([])
    expect(b.log.some(line => /refused.*wrong user name or password/.test(line))).toBe(true)
    expect(b.log.some(line => line.includes('connected to'))).toBe(false)
    const attempts = b.broker.packets.filter(packet => packet.name === 'connect').length
    expect(attempts).toBeGreaterThan(HOUR / (40 * SECOND))
    expect(attempts).toBeLessThan(HOUR / (10 * SECOND))
    b.broker.returnCode = 0
    expectBack(b)
  })

  it('names a Wi-Fi that cannot be joined, and comes back when the password is right', async () => {
    const b = await running(name, release)
    const right = b.board.accessPoint.password
    b.board.loseWifi()
    b.board.accessPoint.password = 'not the password'
    b.board.restoreWifi()
    b.run(20 * MINUTE)
    expect(b.log.some(line => /cannot join .*check wifi.ssid and wifi.password/.test(line))).toBe(true)
    b.board.accessPoint.password = right
    expectBack(b)
  })

  it.each([false, true])(
    'comes back after the Wi-Fi was away for ten minutes (unnoticed by the chip: %s)',
    async silent => {
      const b = await running(name, release)
      b.board.loseWifi({ silent })
      // The broker can know by its keep-alive only: a lost Wi-Fi sends nothing.
      expect(b.untilNext('status', 3 * MINUTE, 'offline')).toBeLessThan(NOTICED[name])
      b.run(10 * MINUTE)
      b.board.restoreWifi()
      expectBack(b)
    },
  )

  it('comes back after the Wi-Fi was away for a second, twenty times', async () => {
    const b = await running(name, release)
    for (let i = 0; i < 20; i++) {
      b.board.loseWifi()
      b.run(SECOND)
      b.board.restoreWifi()
      b.run(7 * SECOND)
    }
    expectBack(b)
  })

  it('holds after a hundred reconnects what it held after one', async () => {
    const b = await running(name, release)
    const reconnect = (way: number) => {
      if (way % 3 === 0) b.broker.kill()
      else if (way % 3 === 1) {
        b.board.loseWifi()
        b.run(SECOND)
        b.board.restoreWifi()
      } else {
        b.broker.kill()
        b.broker.listener.mode = 'refuses'
        b.run(5 * SECOND)
        b.broker.listener.mode = 'accepts'
      }
      expectBack(b)
      // What lingers by design, a closed socket for half a second, is gone by then.
      b.run(3 * MINUTE)
    }
    reconnect(0)
    const first = b.board.holdings()
    for (let i = 1; i < 100; i++) reconnect(i)
    expect(b.board.holdings()).toEqual(first)
    expect(b.board.restarts).toBe(0)
  })

  it('reads the same when every byte comes alone', async () => {
    const b = await bench(name, [], { release })
    b.network.segmentSize = 1
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    b.run(10 * MINUTE)
    expect(b.statuses()).toEqual(['online'])
  })

  it('comes online although connecting takes longer than its deadlines', async () => {
    const b = await bench(name, ['mqtt.connectTimeoutS=5'], { release })
    b.broker.listener.mode = 'silent'
    b.run(7 * SECOND)
    b.broker.listener.mode = 'accepts'
    expectBack(b)
  })

  it('leaves no trace of what it does not understand: a broker that sends rubbish is left and tried again', async () => {
    const b = await running(name, release)
    b.broker.rubbish(Buffer.from('30ffffffff7f', 'hex'))
    b.run(SECOND)
    expect(b.statuses().at(-1)).toBe('offline')
    expectBack(b)
  })

  it('dies with its plug, and the broker says so', async () => {
    const b = await running(name, release)
    b.board.unplug()
    expect(b.untilNext('status', 3 * MINUTE, 'offline')).toBeLessThan(NOTICED[name])
    const count = b.broker.packets.length
    b.run(HOUR)
    expect(b.broker.packets).toHaveLength(count)
  })
})
