import { describe, expect, it } from 'vitest'
import type { SensorType } from '../../src/host/boards'
import { HOUR, MINUTE } from '../outage/bench'
import { entry, type Name, plug, powered, values } from './fixture'

/** For each board a part that stays, one that is broken all day, and one that is plugged in and out. */
const days: { name: Name; steady: SensorType; broken: SensorType; flapping: SensorType }[] = [
  { name: 'esp32', steady: 'sht4x', broken: 'dht22', flapping: 'tmp102' },
  { name: 'esp32', steady: 'mcp9808', broken: 'tmp36', flapping: 'ds18b20' },
  { name: 'pico-w', steady: 'ntc', broken: 'bme280', flapping: 'tmp117' },
]

describe.each(days)('a day of $name with $steady, a broken $broken and a loose $flapping', day => {
  it('is reported to its end, and holds nothing false', { timeout: 120_000 }, async () => {
    const { name, steady, broken, flapping } = day
    const sensors = [entry(name, broken, 'broken'), entry(name, flapping, 'loose'), entry(name, steady, 'steady')]
    const b = await powered(name, sensors, ['publish.intervalS=60'])
    plug(b, name, steady, 21)
    let unplug = plug(b, name, flapping, 7)
    let isPlugged = true
    for (let quarter = 0; quarter < 96; quarter++) {
      b.run(11 * MINUTE)
      if (quarter % 3 === 0) {
        if (isPlugged) unplug()
        else unplug = plug(b, name, flapping, 7)
        isPlugged = !isPlugged
      }
      if (quarter % 4 === 1) b.board.loseWifi({ silent: quarter % 8 === 1 })
      b.run(3 * MINUTE)
      b.board.restoreWifi()
      b.run(MINUTE)
    }
    if (!isPlugged) plug(b, name, flapping, 7)
    const { length } = values(b, 'loose')
    b.run(HOUR)
    expect(b.statuses().at(-1)).toBe('online')
    expect(values(b, 'steady').length).toBeGreaterThan(1200)
    expect(values(b, 'loose').length).toBeGreaterThan(length + 50)
    expect(values(b, 'loose').length).toBeLessThan(1000)
    for (const celsius of values(b, 'steady')) expect(Math.abs(celsius - 21)).toBeLessThan(0.2)
    for (const celsius of values(b, 'loose')) expect(celsius).toBe(7)
    expect(values(b, 'broken')).toEqual([])
    expect(b.board.restarts).toBe(0)
    const { timers, sockets } = b.board.holdings()
    expect(timers).toBeLessThan(8)
    expect(sockets).toBeLessThan(3)
  })
})
