import type { Pulses } from '../contract'

declare const INPUT_PULLUP: number
declare function pulseRead(
  pin: number,
  count: number,
  options: {
    /** Microseconds from the first pulse; and to it. */
    timeout: number
    startState: number
    mode: number
    trigger: { startState: number; interval: number[] }
  },
): number[] | null

/** A high before the answer, two pulses that announce it, and two for each of 40 bits. */
const PULSES = 83
/** An answer takes 5 ms. */
const TIMEOUT_US = 10000

/** Blocks the board for `lowMs` and 10 ms at most: the runtime measures pulses in one piece. */
export function pulses(pin: number): Pulses {
  return {
    read: (lowMs, done) => {
      const found = pulseRead(pin, PULSES, {
        timeout: TIMEOUT_US,
        startState: 1,
        mode: INPUT_PULLUP,
        trigger: { startState: 0, interval: [lowMs * 1000] },
      })
      // High and low take turns, high first.
      done((found || []).filter((_us, i) => i % 2 === 0))
    },
  }
}
