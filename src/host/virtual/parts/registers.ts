/** Thermometers on I2C with registers of 16 bits behind a pointer: TMP102, LM75, MCP9808, TMP117. */
import type { Clock } from '../contract'
import type { I2cPart } from '../wiring'

export interface Thermometer extends I2cPart {
  celsius: number
}

interface Model {
  /** Register that holds the temperature, and what is in it before the first conversion. */
  temperature: number
  initial: number
  encode(celsius: number): number
  /** Milliseconds of a conversion. */
  takes: number
  /** Register of the configuration, its bytes, and its bits that start a single conversion; 0: converts all the time. */
  configuration: number
  size: 1 | 2
  oneShot: number
  /** Other registers. */
  fixed?: Record<number, number>
}

const MODELS = {
  tmp102: {
    ...{ temperature: 0, initial: 0, takes: 26, configuration: 1, size: 2, oneShot: 0x8100 },
    encode: (celsius: number) => Math.round(celsius * 16) << 4,
  },
  lm75: {
    ...{ temperature: 0, initial: 0, takes: 100, configuration: 1, size: 1, oneShot: 0 },
    encode: (celsius: number) => Math.round(celsius * 8) << 5,
  },
  mcp9808: {
    ...{ temperature: 5, initial: 0, takes: 250, configuration: 1, size: 2, oneShot: 0, fixed: { 6: 0x54, 7: 0x400 } },
    // The flags say that the limits are passed, which are 0 at power-up.
    encode: (celsius: number) => 0xc000 | (Math.round(celsius * 16) & 0x1fff),
  },
  tmp117: {
    ...{
      temperature: 0,
      initial: 0x8000,
      takes: 125,
      configuration: 1,
      size: 2,
      oneShot: 0x0c00,
      fixed: { 15: 0x117 },
    },
    encode: (celsius: number) => Math.round(celsius * 128),
  },
} satisfies Record<string, Model>

export function registerPart(type: keyof typeof MODELS, clock: Clock, celsius = 20): Thermometer {
  const model: Model = MODELS[type]
  let pointer = 0
  let value = model.initial
  let configuration = 0
  let readyAt = Number.POSITIVE_INFINITY

  function update(): void {
    const now = clock.now()
    if (now < readyAt) return
    value = model.encode(part.celsius) & 0xffff
    readyAt = model.oneShot ? Number.POSITIVE_INFINITY : now + model.takes
  }

  const part: Thermometer = {
    celsius,
    powerUp() {
      pointer = 0
      value = model.initial
      configuration = 0
      readyAt = clock.now() + model.takes
    },
    write(bytes) {
      update()
      pointer = bytes[0]
      if (pointer !== model.configuration || bytes.length !== 1 + model.size) return true
      configuration = bytes.slice(1).reduce((word, byte) => word * 256 + byte, 0)
      const isOneShot = model.oneShot > 0 && (configuration & model.oneShot) === model.oneShot
      if (isOneShot) readyAt = clock.now() + model.takes
      return true
    },
    read(count) {
      update()
      const word = pointer === model.temperature ? value : (model.fixed?.[pointer] ?? configuration)
      return Array.from({ length: count }, (_, i) => (i % 2 === 0 ? word >> 8 : word & 0xff))
    },
  }
  return part
}
