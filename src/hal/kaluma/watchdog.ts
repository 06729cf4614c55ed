import type { Board } from '../contract'

declare function require(module: 'wdt'): { WDT: new (ms: number) => { feed(): void } }

/** The RP2040 counts 24 bits in steps of half a microsecond (data sheet, section 4.7.2, and erratum RP2040-E1). */
const LONGEST_MS = 8388
const FEED_MS = 500

/**
 * Resets the chip when no timer has run for 8 seconds. It cannot be stopped, and a join blocks for up to 30 seconds: so
 * it starts behind the first join, and a later one that takes longer than the watchdog ends in a restart, after which
 * the board joins without it. Before join().
 */
export function watchdog(board: Board) {
  const join = board.join
  board.join = (up, down) => {
    let isStarted = false
    join(() => {
      if (!isStarted) {
        isStarted = true
        const dog = new (require('wdt').WDT)(LONGEST_MS)
        const feed = () => {
          board.after(FEED_MS, feed)
          dog.feed()
        }
        feed()
      }
      up()
    }, down)
  }
}
