import type { Board, Bytes, I2c, Thermometer } from '../../hal/contract'

/** What `start` answers when the part that answers is not the one that was asked for. */
export const STRANGER = 1

/**
 * A part that converts on command: `start` begins (0; < 0: nobody there; STRANGER), `ms` later `finish` answers degrees
 * Celsius, or NaN where its bytes cannot be trusted. Nothing about the part is remembered, so one that was unplugged, or
 * exchanged, is set up like any other.
 */
export function onCommand(board: Board, ms: number, start: () => number, finish: () => number): Thermometer {
  const sensor: Thermometer = {
    lastError: '',
    sample: done => {
      const end = (value: number, fault: string) => {
        sensor.lastError = isNaN(value) ? fault : ''
        done(value)
      }
      const started = start()
      if (started) end(NaN, started < 0 ? 'no answer; check wiring and address' : 'another part has this address')
      else
        board.after(ms, () => {
          end(finish(), 'the answer was cut off or corrupted')
        })
    },
    close: () => {},
  }
  return sensor
}

/** The same, of a part that has its reading in a register of two bytes. */
export function onRegister(
  board: Board,
  bus: I2c,
  address: number,
  ms: number,
  start: () => number,
  register: string,
  celsius: (bytes: Bytes) => number,
): Thermometer {
  return onCommand(board, ms, start, () => celsius(bus.read(address, register, 2)))
}
