import { type Client, drop, UP } from '../client/client'
import type { Board } from '../hal/contract'

const LOOK_MS = 1000

/**
 * Restarts the chip when no session was up for `ms` milliseconds, whatever the reason: the last resort against what only
 * a fresh start cures. Counted from boot, so that two restarts are never closer than that.
 */
export function rebootAfter(board: Board, client: Client, ms: number) {
  let upAt = board.now()
  const look = () => {
    board.after(LOOK_MS, look)
    const now = board.now()
    if (client.state === UP) upAt = now
    if (now - upAt < ms) return
    console.error('no session for ' + ms / 1000 + ' s, restarting')
    drop(client, 'restarting')
    board.restart()
  }
  look()
}

declare const console: { error(text: string): void }
