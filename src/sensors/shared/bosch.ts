/** What BME280 and BMP280 share. BME280 data sheet (BST-BME280-DS002), section 4.2.3 and appendix A: formulas for doubles. */
import type { Board, Bytes, I2c, Thermometer } from '../../hal/contract'
import { onCommand, STRANGER } from './command'

/** Unsigned, low byte first. */
function unsigned(bytes: Bytes, at: number): number {
  return bytes[at] + bytes[at + 1] * 256
}

export function signed(bytes: Bytes, at: number): number {
  return unsigned(bytes, at) - (bytes[at + 1] & 0x80) * 512
}

/** Twenty bits at the left of three bytes. NaN for 0x80000: skipped, or nothing measured since power-up (section 5.4.8). */
function measured(bytes: Bytes, at: number): number {
  const value = bytes[at] * 4096 + bytes[at + 1] * 16 + bytes[at + 2] / 16
  return value === 0x80000 ? NaN : value
}

/** Temperature as the other formulas take it; 5120 for a degree. `calibration`: from 0x88; `data`: three bytes at `at`. */
export function fine(calibration: Bytes, data: Bytes, at: number): number {
  const raw = measured(data, at)
  // dig_T1 is unsigned, unlike all that follow it.
  const t1 = unsigned(calibration, 0)
  const offset = raw / 131072 - t1 / 8192
  return (raw / 16384 - t1 / 1024) * signed(calibration, 2) + offset * offset * signed(calibration, 4)
}

/** Hectopascal. `data`: three bytes at its beginning. */
export function hectopascal(calibration: Bytes, data: Bytes, fineTemperature: number): number {
  const dig = (index: number) => signed(calibration, 4 + 2 * index)
  const x = fineTemperature / 2 - 64000
  const y = ((x * x * dig(6)) / 32768 + x * dig(5) * 2) / 4 + dig(4) * 65536
  const z = (1 + ((dig(3) * x * x) / 524288 + dig(2) * x) / 524288 / 32768) * unsigned(calibration, 6)
  const p = ((1048576 - measured(data, 0) - y / 4096) * 6250) / z
  return (p + ((dig(9) * p * p) / 2147483648 + (p * dig(8)) / 32768 + dig(7)) / 16) / 100
}

/** Registers, section 5.3. */
const ID = '\xd0'
export const CALIBRATION = '\x88'
export const DATA = '\xf7'
/** ctrl_meas, section 5.4.5: temperature and pressure once each, then sleep. */
const MEASURE = '\xf4\x25'
/** Section 9.1: 9.3 ms at most for all three. */
const MEASURE_MS = 15

/** The part with this chip id; `setUp` is written before the measurement begins. */
export function onBosch(
  board: Board,
  bus: I2c,
  address: number,
  id: number,
  setUp: string,
  finish: () => number,
): Thermometer {
  return onCommand(
    board,
    MEASURE_MS,
    () => {
      const found = bus.read(address, ID, 1)
      if (found.length && found[0] !== id) return STRANGER
      return bus.write(address, setUp + MEASURE)
    },
    finish,
  )
}
