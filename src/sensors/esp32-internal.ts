import type { Board, Thermometer } from '../hal/contract'

declare const E: { getTemperature(): number }

/**
 * The ESP32's die. The runtime hands out the raw byte of temprature_sens_read(), about degrees Fahrenheit and never
 * calibrated: off by 10 degrees and more, and not the room's temperature. Many chips have no such sensor and read 128.
 */
export function celsius(raw: number): number {
  return raw === 128 ? NaN : (raw - 32) / 1.8
}

/** The temperature of the chip itself. */
export function internal(_board: Board): Thermometer {
  const thermometer: Thermometer = {
    lastError: '',
    sample: done => {
      let value = NaN
      try {
        value = celsius(E.getTemperature())
      } catch (_e) {
        // "Not implemented" on the chips of the family that have no temprature_sens_read().
      }
      thermometer.lastError = isNaN(value)
        ? 'this chip has no internal reading; wire a sensor or set type "virtual"'
        : ''
      done(value)
    },
    close: () => {},
  }
  return thermometer
}
