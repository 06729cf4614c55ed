import type { I2cPart } from '../../../src/host/virtual/wiring'
import type { Order, Report } from './device'

/** The part on the board's I2C bus through which a test speaks to a scenario image. */
export interface Mailbox extends I2cPart {
  /** Puts an order in; the board finds it when it looks next. */
  put(order: Order): void
}

/** `told` hears each report of the board. */
export function mailbox(told: (report: Report) => void): Mailbox {
  let waiting = Buffer.alloc(0)
  return {
    powerUp() {},
    put(order) {
      // Byte strings: no character is above 0xff.
      const text = Buffer.from(JSON.stringify(order), 'latin1')
      waiting = Buffer.concat([waiting, Buffer.from([text.length >> 16, text.length >> 8, text.length]), text])
    },
    write(bytes) {
      told(JSON.parse(Buffer.from(bytes).toString('latin1')))
      return true
    },
    read(count) {
      const bytes = [...waiting.subarray(0, count)]
      waiting = waiting.subarray(count)
      // Zeros where nothing is left: an order of no bytes.
      return [...bytes, ...Array(count - bytes.length).fill(0)]
    },
  }
}
