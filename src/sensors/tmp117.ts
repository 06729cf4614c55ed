import type { Board, Bytes, I2c, Thermometer } from '../hal/contract'
import { onRegister, STRANGER } from './shared/command'
import { signedWord } from './shared/word'

/** Two bytes, data sheet section 7.6.1.1 (SNOSD82): 1/128 degree. -256 stands for no conversion yet. */
export function celsius(bytes: Bytes): number {
  const value = signedWord(bytes) / 128
  return value === -256 ? NaN : value
}

/** Registers, section 7.6. */
const TEMPERATURE = '\0'
const DEVICE_ID = '\x0f'
/** Configuration, section 7.6.1.2: the mean of eight conversions, once. */
const MEASURE = '\x01\x0c\x20'
/** Table 7-7: 125 ms, and 12.5 % more at most. */
const MEASURE_MS = 145

export function tmp117(board: Board, bus: I2c, address: number): Thermometer {
  return onRegister(
    board,
    bus,
    address,
    MEASURE_MS,
    () => {
      // Section 7.6.1.12: 0x117 behind four bits of revision.
      const id = bus.read(address, DEVICE_ID, 2)
      if (id.length && (id[0] & 15) * 256 + id[1] !== 0x117) return STRANGER
      return bus.write(address, MEASURE)
    },
    TEMPERATURE,
    celsius,
  )
}
