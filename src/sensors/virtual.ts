import type { Board, Thermometer } from '../hal/contract'

/** No sensor at all: a slow sine around 20 degrees Celsius, so that everybody can run the whole road without hardware. */
export function virtual(board: Board): Thermometer {
  return {
    lastError: '',
    sample: done => {
      done(20 + 5 * Math.sin(board.now() / 60000))
    },
    close: () => {},
  }
}
