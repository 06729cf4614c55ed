import type { Link, LinkEvents } from '../../hal/contract'

export type { Dial } from '../../library/client'

/** What a closed link still has to send gets this long to leave, in milliseconds. */
export const FLUSH_MS = 500

/** A link that could not even be started. */
export function stillborn(events: LinkEvents, reason: string): Link {
  const news = setImmediate(() => events.closed(reason))
  return {
    write: () => -1,
    close: () => clearImmediate(news),
  }
}
