import type { Barometer, Board, Bytes, Hygrometer, I2c } from '../hal/contract'
import { CALIBRATION, DATA, fine, hectopascal, onBosch, signed } from './shared/bosch'

/** `calibration`: bytes from register 0x88. `data`: pressure and temperature, three bytes each, and more from 0xF7. */
export function celsius(calibration: Bytes, data: Bytes): number {
  return fine(calibration, data, 3) / 5120
}

/** Hectopascal, of the same bytes. */
export function pressure(calibration: Bytes, data: Bytes): number {
  return hectopascal(calibration, data, fine(calibration, data, 3))
}

/** Per cent. `more`: seven bytes from register 0xE1; dig_H1 is the last of 26 bytes of `calibration`. */
export function humidity(calibration: Bytes, more: Bytes, data: Bytes): number {
  const raw = data[6] * 256 + data[7]
  const t = fine(calibration, data, 3) - 76800
  // Twelve bits each, signed; they share a byte.
  const h4 = ((more[3] << 24) >> 20) | (more[4] & 15)
  const h5 = ((more[5] << 24) >> 20) | (more[4] >> 4)
  const slope = 1 + (more[2] / 67108864) * t // dig_H3
  const h6 = (more[6] << 24) >> 24
  const h = (raw - (h4 * 64 + (h5 / 16384) * t)) * ((signed(more, 0) / 65536) * (1 + (h6 / 67108864) * t * slope))
  return raw === 0x8000 ? NaN : Math.min(Math.max(h * (1 - (calibration[25] * h) / 524288), 0), 100)
}

/** Section 5.4.1. */
const CHIP_ID = 0x60
/** ctrl_hum, section 5.4.3: humidity once. Register and value; several pairs may follow one another (section 6.2.1). */
const WITH_HUMIDITY = '\xf2\x01'
const MORE_CALIBRATION = '\xe1'

export function bme280(board: Board, bus: I2c, address: number): Barometer & Hygrometer {
  const sensor = onBosch(board, bus, address, CHIP_ID, WITH_HUMIDITY, () => {
    const calibration = bus.read(address, CALIBRATION, 26)
    const data = bus.read(address, DATA, 8)
    sensor.humidity = humidity(calibration, bus.read(address, MORE_CALIBRATION, 7), data)
    sensor.pressure = pressure(calibration, data)
    return celsius(calibration, data)
  }) as Barometer & Hygrometer
  return sensor
}
