import type { Barometer, Board, Bytes, I2c } from '../hal/contract'
import { CALIBRATION, DATA, fine, hectopascal, onBosch } from './shared/bosch'

/** `calibration`: bytes from register 0x88. `data`: pressure and temperature, three bytes each, from 0xF7. */
export function celsius(calibration: Bytes, data: Bytes): number {
  return fine(calibration, data, 3) / 5120
}

/** Hectopascal, of the same bytes. */
export function pressure(calibration: Bytes, data: Bytes): number {
  return hectopascal(calibration, data, fine(calibration, data, 3))
}

/** BMP280 data sheet (BST-BMP280-DS001), section 4.3.1. */
const CHIP_ID = 0x58

export function bmp280(board: Board, bus: I2c, address: number): Barometer {
  const sensor = onBosch(board, bus, address, CHIP_ID, '', () => {
    const calibration = bus.read(address, CALIBRATION, 24)
    const data = bus.read(address, DATA, 6)
    sensor.pressure = pressure(calibration, data)
    return celsius(calibration, data)
  }) as Barometer
  return sensor
}
