import type { Board, Bytes, I2c, Thermometer } from '../hal/contract'
import { onRegister, STRANGER } from './shared/command'

/** Two bytes, data sheet section 5.2.3: three flags, the sign, 12 bits of 1/16 degree. */
export function celsius(bytes: Bytes): number {
  const value = (bytes[0] & 0x1f) * 16 + bytes[1] / 16
  return value < 256 ? value : value - 512
}

/** Registers, section 5.2. */
const CONFIGURATION = '\x01'
const TEMPERATURE = '\x05'
const MANUFACTURER = '\x06'
/** Section 5.2.1: measures all the time. */
const WAKE = CONFIGURATION + '\0\0'
/** Section 3: 250 ms at full resolution. So long it has had power, whenever it was plugged in. */
const MEASURE_MS = 300

export function mcp9808(board: Board, bus: I2c, address: number): Thermometer {
  return onRegister(
    board,
    bus,
    address,
    MEASURE_MS,
    () => {
      // Section 5.2.4: 0x0054.
      const id = bus.read(address, MANUFACTURER, 2)
      if (id.length && id[0] * 256 + id[1] !== 0x54) return STRANGER
      return bus.write(address, WAKE)
    },
    TEMPERATURE,
    celsius,
  )
}
