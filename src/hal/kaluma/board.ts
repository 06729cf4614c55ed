import type { Board } from '../contract'
import { connect, judge } from './link'
import { joiner } from './wifi'

declare const board: { uid: string }
declare function seed(seed: number): void
declare function millis(): number
declare function setTimeout(run: () => void, ms: number): number
declare function require(module: 'wdt'): { WDT: new (ms: number) => object }
declare const process: { memoryUsage(): { heapTotal: number; heapUsed: number } }
declare const console: { error(fault: unknown): void }

/** How often Wi-Fi and link are looked at. */
const POLL_MS = 150

/** A Raspberry Pi Pico W with Kaluma 1.2.1. Call once. */
export function picoW(ssid: string, password: string): Board {
  // The generator starts the same at every boot of every board.
  seed(parseInt(board.uid.substr(-7), 16))
  return {
    join: (up, down) => {
      const step = joiner(ssid, password, up, down)
      const poll = () => {
        setTimeout(poll, POLL_MS)
        try {
          if (step()) judge()
        } catch (e) {
          console.error(e)
        }
      }
      setTimeout(poll, 1)
    },
    connect: connect,
    now: millis,
    after: (ms, run) => {
      setTimeout(run, ms)
    },
    id: () => board.uid,
    freeMemory: () => {
      const memory = process.memoryUsage()
      return memory.heapTotal - memory.heapUsed
    },
    restart: () => {
      // There is no reset; a watchdog that nobody feeds is one.
      ;new (require('wdt').WDT)(1)
    },
  }
}
