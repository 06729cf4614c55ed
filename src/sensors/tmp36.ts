import type { Analog, Thermometer } from '../hal/contract'
import { onVoltage } from './shared/voltage'

/** Data sheet, table 4: 0.5 V at 0 degrees, 10 mV a degree, from -40 to 125; beyond, nothing is wired right. */
export function celsius(volts: number): number {
  return volts >= 0.1 && volts <= 1.75 ? (volts - 0.5) * 100 : NaN
}

export function tmp36(input: Analog): Thermometer {
  return onVoltage(input, celsius, undefined)
}
