import type { Board, Bytes, Hygrometer, Pulses } from '../hal/contract'
import { isFrame, onPulses } from './shared/dht'

/**
 * AM2302 data sheet, section 7.2: humidity, temperature, sum. Tenths of a degree, sign and magnitude; some clones use two's
 * complement, which as a magnitude is more than such a part can be below zero. NaN for what is no frame.
 */
export function celsius(bytes: Bytes): number {
  const raw = bytes[2] * 256 + bytes[3]
  // A humidity beyond 100 is a frame that has slipped.
  if (!isFrame(bytes) || !(humidity(bytes) <= 100)) return NaN
  if (raw < 0x8000) return raw / 10
  return raw - 0x8000 > 400 ? (raw - 0x10000) / 10 : (0x8000 - raw) / 10
}

/** Per cent. */
export function humidity(bytes: Bytes): number {
  return (bytes[0] * 256 + bytes[1]) / 10
}

/** Section 7.3: 0.8 to 20 ms. */
const LOW_MS = 2

export function dht22(board: Board, line: Pulses): Hygrometer {
  return onPulses(board, line, LOW_MS, celsius, humidity)
}
