import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { humidityOf, pressureOf } from '../../src/app/quantity'
import type { Board, Hygrometer, I2c, OneWire, Pulses, Sensor } from '../../src/hal/contract'
import { aht20 } from '../../src/sensors/aht20'
import { bme280 } from '../../src/sensors/bme280'
import { bmp280 } from '../../src/sensors/bmp280'
import { dht11 } from '../../src/sensors/dht11'
import { dht22 } from '../../src/sensors/dht22'
import { ds18b20 } from '../../src/sensors/ds18b20'
import { lm35 } from '../../src/sensors/lm35'
import { lm75 } from '../../src/sensors/lm75'
import { mcp9808 } from '../../src/sensors/mcp9808'
import { ntc } from '../../src/sensors/ntc'
import { sht3x } from '../../src/sensors/sht3x'
import { sht4x } from '../../src/sensors/sht4x'
import { tmp36 } from '../../src/sensors/tmp36'
import { tmp102 } from '../../src/sensors/tmp102'
import { tmp117 } from '../../src/sensors/tmp117'

/** A board of which only after() works; run() lets all of it happen. */
function waiting() {
  const calls: { ms: number; run: () => void }[] = []
  const board = { after: (ms: number, run: () => void) => calls.push({ ms, run }) } as unknown as Board
  let waited = 0
  return {
    board,
    run() {
      for (let call = calls.shift(); call; call = calls.shift()) {
        waited += call.ms
        call.run()
      }
      return waited
    },
  }
}

/** What the wires give, drawn from a list that starts again at its end: an answer, or undefined for nobody. */
function wires(board: Board, draws: (number[] | undefined)[]): Record<string, Sensor> {
  let drawn = 0
  const draw = (count: number) => {
    const answer = draws[drawn++ % draws.length]
    return answer && Array.from({ length: count }, (_, i) => answer[i % answer.length])
  }
  const i2c: I2c = {
    write: () => (draw(1) ? 0 : -1),
    read: (_address, _command, count) => draw(count) ?? [],
  }
  const wire: OneWire = {
    search: () => (draw(1) ? ['10139BBB0B00001F', '28139BBB0B00001F'] : []),
    select: () => draw(1) !== undefined,
    write() {},
    read: count => draw(count) ?? Array(count).fill(0xff),
  }
  const line: Pulses = {
    read(_lowMs, done) {
      const pulses = draw(41) ?? []
      board.after(50, () => done(pulses))
    },
  }
  const input = { read: () => (draw(1)?.[0] ?? 0) / 77 }
  const divider = { r25: 10000, beta: 3950, series: 10000, isPullUp: true }
  const onI2c = { aht20, bme280, bmp280, lm75, mcp9808, sht3x, sht4x, tmp102, tmp117 }
  return {
    ...Object.fromEntries(Object.entries(onI2c).map(([name, make]) => [name, make(board, i2c, 0x40)])),
    ds18b20: ds18b20(board, wire, '', 12),
    dht11: dht11(board, line),
    dht22: dht22(board, line),
    lm35: lm35(input),
    tmp36: tmp36(input),
    ntc: ntc(input, divider),
  }
}

const names = Object.keys(wires(waiting().board, [undefined]))

/** One sample: how often it was answered, with what, and how long it took. */
function sample(name: string, draws: (number[] | undefined)[]) {
  const { board, run } = waiting()
  const sensor = wires(board, draws)[name]
  const values: number[] = []
  sensor.sample(value => values.push(value))
  return { values, ms: run(), lastError: sensor.lastError }
}

describe.each(names)('whatever its wires give, %s', name => {
  it('answers exactly once, within five seconds, and says why where it has nothing', () => {
    const answer = fc.option(fc.array(fc.nat(255), { minLength: 1, maxLength: 8 }), { nil: undefined })
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 12 }), draws => {
        const { values, ms, lastError } = sample(name, draws)
        expect(values).toHaveLength(1)
        expect(ms).toBeLessThan(5000)
        expect(Number.isNaN(values[0])).toBe(lastError !== '')
      }),
    )
  })

  it('has nothing from nobody', () => {
    const { values, lastError } = sample(name, [undefined])
    expect(values).toEqual([Number.NaN])
    expect(lastError).toMatch(/no answer|no sensor|out of range/)
  })

  it('has nothing from a line that is stuck at 0 or at 1', () => {
    // A bus that reads ones or zeros and yet acknowledges is none; these parts cannot tell zero degrees from it.
    const isBlind = ['tmp102', 'lm75', 'lm35'].includes(name)
    for (const level of isBlind ? [] : [0, 255]) {
      expect(sample(name, [Array(8).fill(level)]).values, `${level}`).toEqual([Number.NaN])
    }
  })
})

describe('humidity and pressure', () => {
  const sensor = Object.assign(wires(waiting().board, [undefined]).sht3x as Hygrometer, {
    humidity: 40,
    pressure: 1000,
  })

  it('are what the last sample of their sensor found', () => {
    const values: number[] = []
    humidityOf(sensor).sample(value => values.push(value))
    pressureOf(sensor).sample(value => values.push(value))
    expect(values).toEqual([40, 1000])
  })

  it('are nothing where that had none, for the same reason', () => {
    sensor.sample(() => {})
    const humidity = humidityOf(sensor)
    humidity.sample(value => expect(value).toBeNaN())
    expect(humidity.lastError).toBe(sensor.lastError)
    expect(humidity.lastError).not.toBe('')
  })
})
