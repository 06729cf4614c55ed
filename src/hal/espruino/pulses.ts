import type { Pulses } from '../contract'
import type { Pin } from './pin'

/** Seconds. `lastTime` is that of the edge before this one, absent at the first. */
interface Edge {
  time: number
  lastTime?: number
}
declare function digitalWrite(pin: Pin, value: number): void
declare function setWatch(run: (edge: Edge) => void, pin: Pin, options: { edge: 'falling'; repeat: true }): number
declare function clearWatch(id: number): void
declare function setTimeout(run: () => void, ms: number): number

/** Longer than any answer. */
const LISTEN_MS = 50

/**
 * setWatch() makes the pin an input with a pull-up on this chip, which is what lets the line go: set any earlier it would
 * cut the low short, and the part stay silent (Espruino issue 1910). The interrupt notes the times, so a busy interpreter
 * costs nothing.
 */
export function pulses(pin: Pin): Pulses {
  return {
    read: (lowMs, done) => {
      digitalWrite(pin, 0)
      setTimeout(() => {
        const highUs: number[] = []
        const watch = setWatch(
          edge => {
            if (edge.lastTime) highUs.push((edge.time - edge.lastTime) * 1000000)
          },
          pin,
          { edge: 'falling', repeat: true },
        )
        setTimeout(() => {
          clearWatch(watch)
          done(highUs)
        }, LISTEN_MS)
      }, lowMs)
    },
  }
}
