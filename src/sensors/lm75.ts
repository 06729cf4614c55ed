import type { Board, Bytes, I2c, Thermometer } from '../hal/contract'
import { onRegister } from './shared/command'
import { signedWord } from './shared/word'

/** Two bytes, LM75B data sheet section 7.4.3: 11 bits at the left, 1/8 degree each; an LM75 has 9, the others are 0. */
export function celsius(bytes: Bytes): number {
  return Math.floor(signedWord(bytes) / 32) / 8
}

/** Configuration register, section 7.4.2: awake. */
const WAKE = '\x01\0'
/** LM75A of Texas Instruments, section 6.5: 300 ms at most. So long it has had power, whenever it was plugged in. */
const MEASURE_MS = 320
const TEMPERATURE = '\0'

export function lm75(board: Board, bus: I2c, address: number): Thermometer {
  return onRegister(board, bus, address, MEASURE_MS, () => bus.write(address, WAKE), TEMPERATURE, celsius)
}
