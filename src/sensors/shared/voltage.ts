import type { Analog, Thermometer } from '../../hal/contract'

/** A part that is a voltage; `celsius` makes degrees of it, NaN where no part would give it, and is `given` what else it needs. */
export function onVoltage<Given>(
  input: Analog,
  celsius: (volts: number, given: Given) => number,
  given: Given,
): Thermometer {
  const sensor: Thermometer = {
    lastError: '',
    sample: done => {
      const value = celsius(input.read(), given)
      sensor.lastError = isNaN(value) ? 'the voltage is out of range; check the wiring' : ''
      done(value)
    },
    close: () => {},
  }
  return sensor
}
