import type { Board, Bytes, Hygrometer, I2c } from '../hal/contract'
import { onCommand } from './shared/command'
import { crc8 } from './shared/crc8'

/** Bits of the status byte, data sheet section 5.3. */
const BUSY = 0x80
const CALIBRATED = 0x08

/**
 * Seven bytes, data sheet section 5.4.3: status, 20 bits of humidity, 20 of temperature, CRC. NaN while the part is busy, not
 * calibrated, or where the checksum is wrong.
 */
export function celsius(bytes: Bytes): number {
  return isGood(bytes) ? ((((bytes[3] & 15) << 16) | (bytes[4] << 8) | bytes[5]) * 200) / 1048576 - 50 : NaN
}

/** Per cent, of the same seven bytes. */
export function humidity(bytes: Bytes): number {
  return isGood(bytes) ? (((bytes[1] << 12) | (bytes[2] << 4) | (bytes[3] >> 4)) * 100) / 1048576 : NaN
}

function isGood(bytes: Bytes): boolean {
  return (bytes[0] & (BUSY | CALIBRATED)) === CALIBRATED && !crc8(bytes, 0, 7)
}

/** Section 5.4: loads the calibration, for a part that has just got power; it takes 10 ms. */
const INITIALIZE = '\xbe\x08\0'
const MEASURE = '\xac\x33\0'
/** Section 5.4.3: 80 ms. */
const MEASURE_MS = 90

export function aht20(board: Board, bus: I2c, address: number): Hygrometer {
  /** What the part still holds, from before or from nowhere, is no reading of this sample. */
  let isMeasuring = false
  const sensor = onCommand(
    board,
    MEASURE_MS,
    () => {
      const status = bus.read(address, '', 1)
      // The sample behind this one finds it calibrated.
      isMeasuring = !status.length || (status[0] & CALIBRATED) !== 0
      return bus.write(address, isMeasuring ? MEASURE : INITIALIZE)
    },
    () => {
      const bytes = isMeasuring ? bus.read(address, '', 7) : []
      sensor.humidity = humidity(bytes)
      return celsius(bytes)
    },
  ) as Hygrometer
  return sensor
}
