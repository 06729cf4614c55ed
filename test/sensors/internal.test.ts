import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Board } from '../../src/hal/contract'
import { celsius as esp32Celsius, internal as esp32Internal } from '../../src/sensors/esp32-internal'
import { celsius as rp2040Celsius, internal as rp2040Internal } from '../../src/sensors/rp2040-internal'
import { virtual } from '../../src/sensors/virtual'

const board = { now: () => 0 } as Board

function sample(thermometer: { sample(done: (celsius: number) => void): void }): number[] {
  const readings: number[] = []
  thermometer.sample(celsius => readings.push(celsius))
  return readings
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('the internal sensor of the ESP32', () => {
  it.each([
    [53, 11.67],
    [32, 0],
    [212, 100],
    [0, -17.78],
  ])('reads raw %i as %d degrees', (raw, degrees) => {
    expect(esp32Celsius(raw)).toBeCloseTo(degrees, 2)
  })

  it.each([
    ['raw 128, a chip without one', () => 128],
    ['NaN', () => NaN],
    [
      'an exception',
      () => {
        throw new Error('not implemented')
      },
    ],
  ])('has no reading and says why: %s', (_name, getTemperature) => {
    vi.stubGlobal('E', { getTemperature })
    const thermometer = esp32Internal(board)
    expect(sample(thermometer)).toEqual([NaN])
    expect(thermometer.lastError).toBe('this chip has no internal reading; wire a sensor or set type "virtual"')
    vi.stubGlobal('E', { getTemperature: () => 53 })
    expect(sample(thermometer)[0]).toBeCloseTo(11.67, 2)
    expect(thermometer.lastError).toBe('')
  })
})

describe('the internal sensor of the RP2040', () => {
  it.each([
    [0.706 / 3.3, 27],
    [876 / 4096, 27.14],
    [(0.706 - 0.001721 * 10) / 3.3, 37],
  ])('reads %d of the reference as %d degrees', (ratio, degrees) => {
    expect(rp2040Celsius(ratio)).toBeCloseTo(degrees, 2)
  })

  it('takes the mean of several readings of ADC input 4', () => {
    const pins: number[] = []
    vi.stubGlobal('analogRead', (pin: number) => {
      pins.push(pin)
      return (0.706 + (pins.length % 2 ? 0.001721 : -0.001721)) / 3.3
    })
    expect(sample(rp2040Internal(board))[0]).toBeCloseTo(27, 6)
    expect(new Set(pins)).toEqual(new Set([30]))
    expect(pins.length).toBeGreaterThan(1)
  })
})

describe('the virtual sensor', () => {
  it('swings between 15 and 25 degrees, slowly', () => {
    let now = 0
    const thermometer = virtual({ now: () => now } as Board)
    const readings: number[] = []
    for (; now < 3600000; now += 1000) readings.push(...sample(thermometer))
    expect(Math.min(...readings)).toBeCloseTo(15, 1)
    expect(Math.max(...readings)).toBeCloseTo(25, 1)
    const steps = readings.slice(1).map((value, i) => Math.abs(value - readings[i]))
    expect(Math.max(...steps)).toBeLessThan(0.1)
  })
})
