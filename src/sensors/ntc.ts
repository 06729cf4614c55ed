import type { Analog, Thermometer } from '../hal/contract'
import { onVoltage } from './shared/voltage'

/** A thermistor in a divider across the supply, measured at the joint. Resistances in ohms, beta in kelvins. */
export interface Divider {
  r25: number
  beta: number
  series: number
  /** The resistor is at the supply and the thermistor at ground; otherwise the other way round. */
  isPullUp: boolean
}

/** Volts across the divider. */
const SUPPLY = 3.3

/** The beta equation (Steinhart and Hart with two terms). NaN for an open or a short circuit. */
export function celsius(volts: number, divider: Divider): number {
  const share = volts / SUPPLY
  if (!(share >= 0.005 && share <= 0.995)) return NaN
  const ohms = divider.series * (divider.isPullUp ? share / (1 - share) : (1 - share) / share)
  return 1 / (1 / 298.15 + Math.log(ohms / divider.r25) / divider.beta) - 273.15
}

export function ntc(input: Analog, divider: Divider): Thermometer {
  return onVoltage(input, celsius, divider)
}
