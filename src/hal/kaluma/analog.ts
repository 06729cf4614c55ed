import type { Analog } from '../contract'

declare function analogRead(pin: number): number

/** Each takes a millisecond, in which nothing else runs. */
const READINGS = 8
/** Volts: the reference is the supply. */
const FULL_SCALE = 3.3

/** GP26 to GP28. */
export function analog(pin: number): Analog {
  return {
    read: () => {
      let sum = 0
      for (let i = 0; i < READINGS; i++) sum += analogRead(pin)
      return (sum / READINGS) * FULL_SCALE
    },
  }
}
