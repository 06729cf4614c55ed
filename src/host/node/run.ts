import type { Client as AnyClient } from '../../library/client'
import { type Client, tick } from '../../library/client'

/**
 * Ticks a client every `everyMs` milliseconds, for the first time in the next turn, until the function it returns is
 * called. Keeps the process alive until then, connected or not; stopping closes nothing, so disconnect() the client first.
 */
export function run(client: AnyClient, everyMs = 100): () => void {
  const beat = () => tick(client as Client, performance.now())
  const first = setImmediate(beat)
  const rest = setInterval(beat, everyMs)
  return () => {
    clearImmediate(first)
    clearInterval(rest)
  }
}
