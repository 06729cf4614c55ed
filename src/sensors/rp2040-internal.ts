import type { Board, Thermometer } from '../hal/contract'

declare function analogRead(pin: number): number

/** ADC input 4; the runtime switches the sensor on when this pin is read. */
const TEMPERATURE = 30
/** One step of the converter is 0.47 degrees: the mean of a few is steadier. Each takes a millisecond. */
const READINGS = 8

/**
 * The RP2040's die, data sheet section 4.9.5: 0.706 V at 27 degrees Celsius, -1.721 mV a degree. `ratio` is the voltage as
 * a share of the 3.3 V reference; one per cent of error there is four degrees here.
 */
export function celsius(ratio: number): number {
  return 27 - (ratio * 3.3 - 0.706) / 0.001721
}

/** The temperature of the chip itself. */
export function internal(_board: Board): Thermometer {
  return {
    lastError: '',
    sample: done => {
      let sum = 0
      for (let i = 0; i < READINGS; i++) sum += analogRead(TEMPERATURE)
      done(celsius(sum / READINGS))
    },
    close: () => {},
  }
}
