import type { Board, Bytes, Hygrometer, Pulses } from '../hal/contract'
import { isFrame, onPulses } from './shared/dht'

/** Data sheet section 5.2: whole per cent and tenths, whole degrees and tenths (with the sign), sum. NaN for what is no frame. */
export function celsius(bytes: Bytes): number {
  // A humidity beyond 100 is a frame that has slipped.
  if (!isFrame(bytes) || bytes[0] > 100) return NaN
  const value = bytes[2] + (bytes[3] & 0x7f) / 10
  return bytes[3] & 0x80 ? -value : value
}

/** Per cent. */
export function humidity(bytes: Bytes): number {
  return bytes[0] + bytes[1] / 10
}

/** Section 5.1: at least 18 ms. */
const LOW_MS = 20

export function dht11(board: Board, line: Pulses): Hygrometer {
  return onPulses(board, line, LOW_MS, celsius, humidity)
}
