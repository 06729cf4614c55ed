import type { Link, LinkEvents } from '../../hal/contract'

/**
 * Starts a connection; what create() takes. No event comes inside the call, and a refusal of any kind is a closed() in a
 * later turn, never an exception.
 */
export type Dial = (events: LinkEvents) => Link

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
