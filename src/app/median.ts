import type { Board, Sensor } from '../hal/contract'

/**
 * A sensor that reads `count` times, `gapMs` milliseconds apart, and gives the median of what came: one wild value in
 * three is outvoted, where a mean would follow it. No reading where none came.
 */
export function median(board: Board, sensor: Sensor, count: number, gapMs: number): Sensor {
  const sampled: Sensor = {
    lastError: '',
    sample: done => {
      const values: number[] = []
      let left = count
      const take = () => {
        sensor.sample(value => {
          if (!isNaN(value)) values.push(value)
          if (--left) {
            board.after(gapMs, take)
            return
          }
          const { length } = values
          sampled.lastError = length ? '' : sensor.lastError
          values.sort((a, b) => a - b)
          // Of an even number, since some were no readings, the mean of the two in the middle; NaN of none.
          done((values[(length - 1) >> 1] + values[length >> 1]) / 2)
        })
      }
      take()
    },
    close: () => {
      sensor.close()
    },
  }
  return sampled
}
