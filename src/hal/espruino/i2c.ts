import type { I2c } from '../contract'
import type { Pin } from './pin'

/** I2C1 or I2C2. Throws what went wrong: nobody acknowledges; the bus is stuck, which blocks for a second first. */
interface Port {
  setup(options: { sda: Pin; scl: Pin; bitrate: number }): void
  writeTo(address: number, bytes: string): void
  readFrom(address: number, count: number): Uint8Array
}

/** What long wires of people's gardens bear. */
const BITRATE = 100000

/** Not through readReg(): without a stop between its halves a part that is gone leaves the bus taken. */
export function i2c(port: Port, sda: Pin, scl: Pin): I2c {
  port.setup({ sda: sda, scl: scl, bitrate: BITRATE })
  const write = (address: number, bytes: string) => {
    try {
      port.writeTo(address, bytes)
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
        return port.readFrom(address, count)
      } catch (_e) {
        return []
      }
    },
  }
}
