import type { Reading, Text } from './telemetry'

interface Remembered extends Reading {
  /** The value that was said last. */
  _said: number
  /** How many values were left out since. */
  _leftOut: number
}

/**
 * Leaves out what differs by less than `minChange` from what was said last, in the unit of the sensor; but says the first
 * value of a session, since nobody knows what became of the last one before, and one in `every`, so that silence means
 * a fault. Counted, not timed: no clock can make it storm.
 */
export function onChange(text: Text, minChange: number, every: number): Text {
  return (value, decimals, reading) => {
    const r = reading as Remembered
    // 21.3 - 21.2 is a little less than 0.1.
    const isSame = r._text !== null && Math.abs(value - r._said) + 1e-9 < minChange
    if (isSame && ++r._leftOut < every) return r._text as string
    r._said = value
    r._leftOut = 0
    return text(value, decimals, r)
  }
}
