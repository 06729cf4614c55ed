import type { Board, Bytes, I2c, Thermometer } from '../hal/contract'
import { onRegister } from './shared/command'
import { signedWord } from './shared/word'

/** Two bytes, data sheet section 7.5.2 (SBOS397): 12 bits at the left, 1/16 degree each. */
export function celsius(bytes: Bytes): number {
  return signedWord(bytes) / 256
}

/** Configuration register, section 7.5.3: one conversion, then shut down. Left to itself the part reads 0 after power-up. */
const MEASURE = '\x01\xe1\xa0'
/** Section 6.5: 35 ms at most. */
const MEASURE_MS = 40
const TEMPERATURE = '\0'

export function tmp102(board: Board, bus: I2c, address: number): Thermometer {
  return onRegister(board, bus, address, MEASURE_MS, () => bus.write(address, MEASURE), TEMPERATURE, celsius)
}
