/** What each type of sensor is, as far as a board file is concerned. */
import type { Runtime, SensorType } from './board'

export type Quantity = 'humidity' | 'pressure'

export interface Part {
  /** How it is wired; 'none' needs no wires. */
  bus: 'none' | 'i2c' | 'oneWire' | 'analog' | 'pulses'
  /** What it measures, in degrees Celsius. */
  minC: number
  maxC: number
  /** Digits that are worth publishing. */
  decimals: number
  /** Seconds that one reading takes. */
  takesS: number
  /** Seconds from one reading to the next; as many as one takes where nothing is said. */
  everyS?: number
  /** What it measures beside the temperature. */
  also?: Quantity[]
  /** Possible addresses on I2C, the usual one first. */
  addresses?: number[]
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

export const parts: Record<SensorType, Part> = {
  internal: { bus: 'none', minC: -40, maxC: 125, decimals: 1, takesS: 0.01 },
  virtual: { bus: 'none', minC: -40, maxC: 125, decimals: 1, takesS: 0 },
  ds18b20: { bus: 'oneWire', minC: -55, maxC: 125, decimals: 2, takesS: 0.8 },
  dht11: { bus: 'pulses', minC: -20, maxC: 60, decimals: 1, takesS: 0.1, everyS: 2, also: ['humidity'] },
  dht22: { bus: 'pulses', minC: -40, maxC: 80, decimals: 1, takesS: 0.1, everyS: 2, also: ['humidity'] },
  bme280: i2c([0x76, 0x77], { minC: -40, maxC: 85, takesS: 0.03, also: ['humidity', 'pressure'] }),
  bmp280: i2c([0x76, 0x77], { minC: -40, maxC: 85, takesS: 0.03, also: ['pressure'] }),
  sht3x: i2c([0x44, 0x45], { minC: -40, maxC: 125, takesS: 0.03, also: ['humidity'] }),
  sht4x: i2c([0x44, 0x45, 0x46], { minC: -40, maxC: 125, takesS: 0.03, also: ['humidity'] }),
  aht20: i2c([0x38], { minC: -40, maxC: 85, takesS: 0.1, also: ['humidity'] }),
  tmp102: i2c(range(0x48, 0x4b), { minC: -55, maxC: 128, takesS: 0.05 }),
  lm75: i2c(range(0x48, 0x4f), { minC: -55, maxC: 125, takesS: 0.35 }),
  mcp9808: i2c(range(0x18, 0x1f), { minC: -40, maxC: 125, takesS: 0.35 }),
  tmp117: i2c(range(0x48, 0x4b), { minC: -55, maxC: 150, takesS: 0.2 }),
  tmp36: { bus: 'analog', minC: -40, maxC: 125, decimals: 1, takesS: 0.01 },
  lm35: { bus: 'analog', minC: 2, maxC: 150, decimals: 1, takesS: 0.01 },
  ntc: { bus: 'analog', minC: -55, maxC: 150, decimals: 1, takesS: 0.01 },
}

function i2c(addresses: number[], more: Omit<Part, 'bus' | 'addresses' | 'decimals'>): Part {
  return { bus: 'i2c', decimals: 2, addresses, ...more }
}

/** Units and limits of what a part measures beside the temperature; beyond them it is broken. */
export const quantities: Record<Quantity, { unit: string; decimals: number; min: number; max: number }> = {
  humidity: { unit: '%', decimals: 1, min: 0, max: 100 },
  pressure: { unit: 'hPa', decimals: 1, min: 300, max: 1100 },
}

/**
 * Last level of the topic of a quantity: of the sensor that is just called "temperature" its plain name, of any other one
 * behind its key.
 */
export function keyOf(key: string, quantity: Quantity): string {
  return key === 'temperature' ? quantity : `${key}_${quantity}`
}

/** Whether a runtime has the bus that a part needs. */
export function isPossible(type: SensorType, runtime: Runtime): boolean {
  // Kaluma has no one-wire module, and its pulses are too coarse to do without.
  return runtime !== 'kaluma' || parts[type].bus !== 'oneWire'
}

/** Pins by what they can be used for, and the words for those that cannot be used. */
export interface Pins {
  /** A pin of the board file as its number; undefined where it is none. */
  number(pin: unknown): number | undefined
  /** As the board file writes it. */
  name(number: number): string
  /** What is against using it at all. */
  taken(number: number): string | undefined
  /** What is against driving it, as all buses but the analog one do. */
  driven(number: number): string | undefined
  analog(number: number): boolean
  /** "D32 to D39" */
  analogNames: string
  /** I2C buses by number, with the pins they have where a file says nothing. */
  buses: Record<number, { sda: number; scl: number }>
}

const ESP32: Pins = {
  number: pin => (typeof pin === 'string' && /^D(\d|[12]\d|3\d)$/.test(pin) ? Number(pin.slice(1)) : undefined),
  name: number => `D${number}`,
  taken(number) {
    if (number >= 6 && number <= 11) return 'is wired to the flash of the ESP32.'
    if ([1, 3].includes(number)) return 'is the serial port that the ESP32 is programmed through.'
    if ([20, 24, 28, 29, 30, 31].includes(number)) return 'does not exist on the ESP32.'
    if ([0, 2, 12].includes(number)) return 'decides at power-up how the ESP32 starts; a sensor would pull it.'
    return undefined
  },
  driven: number => (number >= 34 ? 'can only be read on the ESP32, not driven.' : undefined),
  analog: number => number >= 32,
  analogNames: 'D32 to D39 (the other converter belongs to the Wi-Fi)',
  // Espruino's own defaults.
  buses: { 1: { sda: 21, scl: 22 }, 2: { sda: 17, scl: 16 } },
}

const PICO_W: Pins = {
  number: pin => (typeof pin === 'number' && Number.isInteger(pin) && pin >= 0 && pin <= 29 ? pin : undefined),
  name: number => String(number),
  taken(number) {
    if ([23, 24, 25, 29].includes(number)) return 'belongs to the radio of the Pico W.'
    return undefined
  },
  driven: () => undefined,
  analog: number => number >= 26 && number <= 28,
  analogNames: '26, 27, 28',
  buses: { 0: { sda: 4, scl: 5 }, 1: { sda: 2, scl: 3 } },
}

export const pins: Record<Runtime, Pins> = { espruino: ESP32, kaluma: PICO_W }
