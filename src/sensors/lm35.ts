import type { Analog, Thermometer } from '../hal/contract'
import { onVoltage } from './shared/voltage'

/**
 * Data sheet (SNIS159), section 8.1: 10 mV a degree, from 2 to 150 with a single supply. Below 2 degrees there is no telling
 * from an open wire.
 */
export function celsius(volts: number): number {
  return volts >= 0.02 && volts <= 1.5 ? volts * 100 : NaN
}

export function lm35(input: Analog): Thermometer {
  return onVoltage(input, celsius, undefined)
}
