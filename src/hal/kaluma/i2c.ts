import type { I2c } from '../contract'

interface Bus {
  /** A string goes out as it is; of a subarray the whole buffer would. Throws when nobody acknowledges. */
  write(bytes: string, address: number, timeoutMs: number): number
  /** Cuts the time-out to 8 bits. */
  read(count: number, address: number, timeoutMs: number): Uint8Array
}
declare function require(module: 'i2c'): {
  I2C: new (bus: number, options: { sda: number; scl: number; baudrate: number }) => Bus
}

/** What long wires of people's gardens bear. */
const BAUDRATE = 100000
/** Forty bytes take 4 ms; parts may stretch the clock. */
const TIMEOUT_MS = 100

/** Not through memRead(): its first half waits for ever on a bus that is stuck. Opens the bus, which can be done once. */
export function i2c(bus: number, sda: number, scl: number): I2c {
  const port = new (require('i2c').I2C)(bus, { sda: sda, scl: scl, baudrate: BAUDRATE })
  const write = (address: number, bytes: string) => {
    try {
      port.write(bytes, address, TIMEOUT_MS)
      return 0
    } catch (_e) {
      return -1
    }
  }
  return {
    write: write,
    read: (address, command, count) => {
      if (command && write(address, command) < 0) return []
      try {
        return port.read(count, address, TIMEOUT_MS)
      } catch (_e) {
        return []
      }
    },
  }
}
