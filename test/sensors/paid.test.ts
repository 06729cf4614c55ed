import { describe, expect, it } from 'vitest'
import type { SensorType } from '../../src/host/boards'
import { parts } from '../../src/host/boards/parts'
import { measurePrices, pricesTable } from '../../src/host/image/prices'
import { imageOf } from '../outage/bench'
import { entry, type Name } from './fixture'

/** What each bus leaves in an image, whatever the minifier does. */
const TRACES: Record<string, RegExp> = {
  i2c: /I2C|i2c/,
  oneWire: /OneWire|no sensor on the wire/,
  analog: /analogRead/,
  pulses: /setWatch|pulseRead/,
  humidity: /\/humidity/,
  pressure: /\/pressure/,
}

function image(name: Name, type: SensorType): Promise<string> {
  return imageOf(name, [`sensors=${JSON.stringify([entry(name, type)])}`])
}

describe.each<[Name, SensorType]>([
  ['esp32', 'internal'],
  ['esp32', 'virtual'],
  ['pico-w', 'virtual'],
  ['esp32', 'ds18b20'],
  ['esp32', 'tmp36'],
  ['pico-w', 'tmp36'],
  ['esp32', 'dht22'],
  ['pico-w', 'dht11'],
  ['esp32', 'tmp102'],
  ['pico-w', 'bmp280'],
  ['esp32', 'bme280'],
])('the image of %s with a %s', (name, type) => {
  it('holds what that sensor needs and nothing of others', async () => {
    const code = await image(name, type)
    const { bus, also = [] } = parts[type]
    const wanted = [bus, ...also]
    const found = Object.keys(TRACES).filter(trace => TRACES[trace].test(code))
    expect(found.sort()).toEqual(wanted.filter(trace => trace !== 'none').sort())
  })
})

describe('the prices of the sensors', () => {
  it('are bytes over an image with the virtual one, and say where a part is not possible', async () => {
    const prices = await measurePrices(['virtual', 'ds18b20', 'sht4x'])
    const [virtual, ds18b20, sht4x] = prices
    expect(virtual).toEqual({ type: 'virtual', esp32: 0, 'pico-w': 0 })
    expect(ds18b20['pico-w']).toBeUndefined()
    for (const bytes of [ds18b20.esp32, sht4x.esp32, sht4x['pico-w']]) {
      expect(bytes).toBeGreaterThan(200)
      expect(bytes).toBeLessThan(2500)
    }
    expect(pricesTable(prices).split('\n')).toEqual([
      '| sensor | also measures | esp32, bytes | pico-w, bytes |',
      '|---|---|---:|---:|',
      '| `virtual` |  | 0 | 0 |',
      expect.stringMatching(/^\| `ds18b20` \| {2}\| [\d,]+ \| not possible \|$/),
      expect.stringMatching(/^\| `sht4x` \| humidity \| [\d,]+ \| [\d,]+ \|$/),
    ])
  })
})
