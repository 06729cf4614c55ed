/** Readings that wait for a session, in built images on both doubles. */
import { describe, expect, it } from 'vitest'
import type { EspruinoBoard } from '../../src/host/virtual/espruino'
import { type Bench, bench, HOUR, MINUTE, SECOND } from '../outage/bench'

const QUEUE = ['limits.queueB=4096', 'publish.format=json']
/** Of 4,096 bytes each reading takes 100 and about 20. */
const HOLDS = 33

interface Reading {
  temperature: number
  age?: number
  time?: string
}

/** What came since, with the time at which it was taken by the board's own account. */
function readings(b: Bench, from = 0): (Reading & { at: number; takenAt: number })[] {
  return b
    .readings()
    .slice(from)
    .map(({ at, payload }) => {
      const reading: Reading = JSON.parse(payload)
      return { ...reading, at, takenAt: at - (reading.age ?? 0) * SECOND }
    })
}

/** Each reading an interval of ten seconds behind the one before, to a tick and a second of rounding. */
function expectGrid(times: number[]) {
  const gaps = times.slice(1).map((time, i) => time - times[i])
  expect(gaps.filter(gap => Math.abs(gap - 10 * SECOND) > 1500)).toEqual([])
}

/** An hour without a broker; answers how many readings had come before. */
async function anHourAlone(b: Bench): Promise<number> {
  b.run(5 * MINUTE)
  const before = b.readings().length
  b.broker.listener.mode = 'refuses'
  b.broker.kill()
  b.run(HOUR)
  expect(b.readings()).toHaveLength(before)
  b.broker.listener.mode = 'accepts'
  b.run(2 * MINUTE)
  return before
}

function droppedOf(b: Bench): number {
  const line = b.log.filter(line => line.startsWith('mqtt: connected')).at(-1) ?? ''
  return Number(/^mqtt: connected to 10\.0\.0\.2, (\d+) readings dropped$/.exec(line)?.[1])
}

describe.each(['esp32', 'pico-w'] as const)('the %s image with a queue', name => {
  it('takes its first readings before there is a session, and sends none before online', async () => {
    const b = await bench(name, QUEUE)
    b.broker.listener.mode = 'refuses'
    b.run(MINUTE)
    b.broker.listener.mode = 'accepts'
    b.run(2 * MINUTE)
    expect(b.broker.taken[0].payload).toBe('online')
    const taken = readings(b)
    expect(taken.length).toBeGreaterThanOrEqual(17)
    expect(taken[0].takenAt).toBeLessThan(5 * SECOND)
    expectGrid(taken.map(reading => reading.takenAt))
  })

  it.each([0, 1])('reads on the grid of the interval over a short outage and loses nothing (QoS %i)', async qos => {
    const b = await bench(name, [...QUEUE, `publish.qos=${qos}`])
    b.run(MINUTE)
    for (let i = 0; i < 10; i++) {
      // At a moment at which nothing is under way: QoS 0 can lose what is, and QoS 1 sends it again as it was.
      while (Math.abs(b.now() - (b.readings().at(-1)?.at ?? 0) - 4 * SECOND) > SECOND) b.run(100)
      b.broker.listener.mode = 'refuses'
      b.broker.kill()
      b.run(90 * SECOND)
      b.broker.listener.mode = 'accepts'
      b.run(90 * SECOND)
    }
    const all = readings(b)
    expect(all.length).toBeGreaterThanOrEqual(b.now() / (10 * SECOND) - 3)
    expectGrid(all.map(reading => reading.takenAt))
    expect(b.log.filter(line => line.includes('dropped'))).toEqual([])
  })

  it('keeps the newest readings of an hour, says how old they are, and how many it has dropped', async () => {
    const b = await bench(name, QUEUE)
    const before = await anHourAlone(b)
    const kept = readings(b, before).filter(({ age }) => age)
    expect(kept.length).toBeGreaterThanOrEqual(HOLDS)
    expect(kept.length).toBeLessThan(HOLDS + 5)
    expectGrid(readings(b, before).map(reading => reading.takenAt))
    expect(Math.abs(droppedOf(b) + kept.length - 360)).toBeLessThanOrEqual(4)
    // And nothing is said a second time.
    b.broker.kill()
    b.run(MINUTE)
    expect(b.log.at(-1)).toBe('mqtt: connected to 10.0.0.2')
  })

  it('keeps the oldest readings of an hour where the file says so', async () => {
    const b = await bench(name, [...QUEUE, 'publish.keep=oldest'])
    const before = await anHourAlone(b)
    const kept = readings(b, before).filter(({ age }) => (age ?? 0) > 30 * 60)
    expect(kept.length).toBeGreaterThanOrEqual(HOLDS)
    expectGrid(kept.map(reading => reading.takenAt))
    expect(kept[0].takenAt - (5 * MINUTE + SECOND)).toBeLessThan(11 * SECOND)
    expect(Math.abs(droppedOf(b) + kept.length - 360)).toBeLessThanOrEqual(6)
  })

  it('sends plain numbers without a time', async () => {
    const b = await bench(name, ['limits.queueB=4096'])
    await anHourAlone(b)
    expect(b.readings().filter(({ payload }) => !/^-?\d+\.\d$/.test(payload))).toEqual([])
    expect(b.readings().length).toBeGreaterThan(60)
  })

  it('goes on to publish on change only, also what changed while there was no session', async () => {
    const b = await bench(name, [...QUEUE, 'publish.minChangeC=2', 'publish.heartbeatS=3600'])
    b.run(MINUTE + 5 * SECOND)
    b.broker.listener.mode = 'refuses'
    b.broker.kill()
    for (let i = 0; i < 3; i++) {
      b.board.celsius += 5
      b.run(5 * MINUTE)
    }
    const before = b.readings().length
    // The first of all, and the first of the session.
    expect(before).toBe(2)
    b.broker.listener.mode = 'accepts'
    b.run(MINUTE)
    // Three changes, and the first value of the new session.
    const ages = readings(b, before).map(({ age }) => age ?? 0)
    expect(ages).toHaveLength(4)
    expect(ages[0]).toBeGreaterThan(850)
    expect(ages[1]).toBeGreaterThan(550)
    expect(ages[2]).toBeGreaterThan(250)
    expect(ages[3]).toBe(0)
  })

  it('restarts after mqtt.rebootAfterS without a session, and reads on', async () => {
    const b = await bench(name, [...QUEUE, 'mqtt.rebootAfterS=300', 'publish.qos=1'])
    b.run(MINUTE)
    b.broker.listener.mode = 'refuses'
    b.broker.kill()
    b.run(6 * MINUTE)
    expect(b.board.restarts).toBe(1)
    b.broker.listener.mode = 'accepts'
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
  })
})

describe('the esp32 image with a queue', () => {
  it('says the time at which a reading was taken once SNTP has set the clock, also of those from before', async () => {
    const b = await bench('esp32', QUEUE)
    b.run(MINUTE)
    b.broker.listener.mode = 'refuses'
    b.broker.kill()
    const before = b.readings().length
    b.run(MINUTE)
    const noon = Date.UTC(2026, 10, 22, 12)
    const setAt = b.now()
    ;(b.board as EspruinoBoard).setWallClock(noon)
    b.run(2 * MINUTE)
    b.broker.listener.mode = 'accepts'
    b.run(MINUTE)
    const late = readings(b, before)
    expect(late.length).toBeGreaterThanOrEqual(23)
    for (const { time, age } of late) {
      expect(time).toMatch(/^2026-11-22T1[12]:\d\d:\d\dZ$/)
      expect(age).toBeUndefined()
    }
    const times = late.map(({ time }) => Date.parse(time ?? ''))
    expectGrid(times)
    expect(Math.abs(times[0] - (noon - (setAt - MINUTE)))).toBeLessThan(MINUTE)
  })

  it.each([0, 1])(
    'never has more than one packet of ours in the runtime while the queue empties (QoS %i)',
    async qos => {
      const b = await bench('esp32', [...QUEUE, `publish.qos=${qos}`])
      b.broker.listener.mode = 'refuses'
      b.run(5 * MINUTE)
      // A way that takes a few bytes at a time.
      b.network.sendBuffer = 16
      b.network.latency = 20
      b.broker.listener.mode = 'accepts'
      let most = 0
      while (b.readings().length < 30) {
        b.run(1)
        most = Math.max(most, b.board.holdings().queuedBytes)
      }
      // Beside the 16 bytes on the way: CONNECT is the longest.
      expect(most).toBeLessThanOrEqual(16 + 80)
      expect(most).toBeGreaterThan(60)
      expectGrid(readings(b).map(reading => reading.takenAt))
    },
  )
})
