import type { SensorType } from '../../src/host/boards'
import { parts } from '../../src/host/boards/parts'
import type { Clock } from '../../src/host/virtual/contract'
import { ahtPart, boschPart, dhtPart, ds18b20Part, registerPart, shtPart } from '../../src/host/virtual/parts'
import type { Wiring } from '../../src/host/virtual/wiring'
import { type Bench, bench } from '../outage/bench'

export type Name = 'esp32' | 'pico-w'

/** Pins that the tests wire parts to. */
export const PINS = { esp32: { line: 4, analog: 36 }, 'pico-w': { line: 15, analog: 26 } }

/** An element of `sensors` in a board file. */
export function entry(name: Name, type: SensorType, key = 'temperature'): object {
  const { bus } = parts[type]
  const number = bus === 'analog' ? PINS[name].analog : PINS[name].line
  const pin = name === 'esp32' ? `D${number}` : number
  return { key, type, ...(bus === 'none' || bus === 'i2c' ? {} : { pin }) }
}

/** A board with these sensors, powered, nothing plugged in yet. */
export function powered(name: Name, sensors: object[], set: string[] = []): Promise<Bench> {
  return bench(name, [`sensors=${JSON.stringify(sensors)}`, ...set])
}

/** A part that reads 25 degrees or what is said, on the bus that an entry without pins has; and how to pull it out. */
export function plug(
  { wiring, clock }: { wiring: Wiring; clock: Clock },
  name: Name,
  type: SensorType,
  celsius = 25,
): () => void {
  const { line, analog } = PINS[name]
  const bus = wiring.i2c[name === 'esp32' ? 1 : 0]
  const onI2c = (part: Parameters<typeof bus.attach>[1] & { celsius?: number }) => {
    const address = (parts[type].addresses as number[])[0]
    part.celsius = celsius
    bus.attach(address, part)
    return () => bus.detach(address)
  }
  const volts = (value: number) => {
    wiring.volts.set(analog, value)
    return () => void wiring.volts.set(analog, 0)
  }
  switch (type) {
    case 'bme280':
    case 'bmp280':
      return onI2c(boschPart(type, clock))
    case 'sht3x':
    case 'sht4x':
      return onI2c(shtPart(type, clock))
    case 'aht20':
      return onI2c(ahtPart(clock))
    case 'tmp102':
    case 'lm75':
    case 'mcp9808':
    case 'tmp117':
      return onI2c(registerPart(type, clock))
    case 'ds18b20':
      wiring.oneWire.attach(line * 256, ds18b20Part(clock, undefined, celsius))
      return () => wiring.oneWire.detach(line * 256)
    case 'dht11':
    case 'dht22':
      wiring.pulses.attach(line, Object.assign(dhtPart(type), { celsius }))
      return () => wiring.pulses.detach(line)
    case 'tmp36':
      return volts(celsius / 100 + 0.5)
    case 'lm35':
      return volts(celsius / 100)
    case 'ntc':
      return volts(3.3 / (1 + Math.exp(-3950 * (1 / (celsius + 273.15) - 1 / 298.15))))
    default:
      return () => {}
  }
}

/** What was published for a key, in order. */
export function values({ broker }: Bench, key: string): number[] {
  return broker.taken.filter(({ topic }) => topic.endsWith(`/${key}`)).map(({ payload }) => Number(payload))
}
