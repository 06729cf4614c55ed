/** A day in virtual time of boards that publish on change, as JSON. */
import { describe, expect, it } from 'vitest'
import type { EspruinoBoard } from '../../src/host/virtual/espruino'
import { bench, HOUR, MINUTE, SECOND } from './bench'

const DAY = 24 * HOUR
const ON_CHANGE = ['publish.minChangeC=1', 'publish.heartbeatS=600', 'publish.format=json']
/** The chips' sensors read in steps of half a degree. */
const STEP = 0.6

const boards = [{ name: 'esp32' }, { name: 'pico-w' }] as const

function celsius(payload: string): number {
  expect(payload).toMatch(/^\{"temperature":-?\d+\.\d\}$/)
  return JSON.parse(payload).temperature
}

describe.each(boards)('a day of $name', ({ name }) => {
  it('with a steady temperature is one heartbeat every ten minutes, on the same grid all day', async () => {
    const b = await bench(name, ON_CHANGE)
    b.run(DAY)
    const times = b.readings().map(message => message.at)
    expect(times).toHaveLength(DAY / (10 * MINUTE))
    for (const [i, at] of times.entries())
      expect(Math.abs(at - times[0] - i * 10 * MINUTE)).toBeLessThanOrEqual(SECOND / 2)
  })

  it('with a change every hour is a message for each within an interval, and heartbeats between', async () => {
    const b = await bench(name, ON_CHANGE)
    b.run(5 * MINUTE)
    for (let hour = 0; hour < 24; hour++) {
      b.board.celsius += hour % 2 ? -5 : 5
      const before = b.readings().length
      b.run(11 * SECOND)
      expect(b.readings()).toHaveLength(before + 1)
      expect(Math.abs(celsius(b.readings()[before].payload) - b.board.celsius)).toBeLessThan(STEP)
      b.run(HOUR - 11 * SECOND)
      expect(b.readings()).toHaveLength(before + 6)
    }
  })

  it('with a Wi-Fi that comes and goes publishes nothing that was not true, and at once when it is back', async () => {
    const b = await bench(name, ON_CHANGE)
    /** What the sensor saw, newest last. */
    const truth: { from: number; celsius: number }[] = [{ from: 0, celsius: b.board.celsius }]
    for (let lap = 0; lap < 144; lap++) {
      b.run(3 * MINUTE)
      if (lap % 6 === 2) b.board.loseWifi({ silent: lap % 12 === 2 })
      b.run(2 * MINUTE)
      b.board.celsius = 20 + (lap % 7) * 3
      truth.push({ from: b.now(), celsius: b.board.celsius })
      b.run(2 * MINUTE)
      if (lap % 6 === 2) {
        b.board.restoreWifi()
        expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
      } else b.run(3 * MINUTE)
    }
    for (const { at, payload } of b.readings()) {
      const value = celsius(payload)
      // True at some time in the last interval.
      const seen = truth.filter(
        ({ from }, i) => from <= at && (truth[i + 1]?.from ?? Number.POSITIVE_INFINITY) > at - 11 * SECOND,
      )
      expect(seen.some(one => Math.abs(one.celsius - value) < STEP)).toBe(true)
    }
    expect(b.readings().length).toBeGreaterThan(144)
    expect(b.readings().length).toBeLessThan(3 * 144 + 24)
    expect(b.board.restarts).toBe(0)
  })
})

it('a day of an esp32 whose clock SNTP sets, and corrects every hour, has no storm and no gap', async () => {
  const b = await bench('esp32', ON_CHANGE)
  b.run(20 * SECOND)
  const start = Date.UTC(2026, 10, 22)
  for (let hour = 0; hour < 24; hour++) {
    const jump = [0, 3 * SECOND, -3 * SECOND][hour % 3]
    ;(b.board as EspruinoBoard).setWallClock(start + hour * HOUR + jump)
    const before = b.readings().length
    b.run(HOUR)
    expect(Math.abs(b.readings().length - before - 6)).toBeLessThanOrEqual(1)
  }
  expect(b.statuses()).toEqual(['online'])
})
