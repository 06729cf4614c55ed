/**
 * What a board offers, and what it promises. Types and prose only: nothing of this file is in an image.
 *
 * A run of bytes is a string with one character per byte, 0 to 255 ("byte string"): both runtimes' sockets take it,
 * so nothing is converted on the way out. Whoever receives one owns it; strings do not change.
 */

/** One TCP connection. One link at a time per board. */
export interface Link {
  /**
   * Hands over one whole packet. The bytes are the link's from here on.
   * > 0: the runtime still holds some of them; write no further packet of a queue before drained().
   * 0: all handed on. < 0: unknown, the stream may be cut in the middle: the owner ends the link.
   */
  write(bytes: string): number
  /** Ends the link, behind what was written where that can still leave. May be called twice. No event comes after it. */
  close(): void
}

/** The owner's side of a link. No event fires inside connect(). */
export interface LinkEvents {
  /** The connection stands; write() may be used from here on. */
  opened(): void
  /** Bytes of the peer, cut anywhere: a chunk has nothing to do with a packet. */
  received(bytes: string): void
  /** The runtime holds nothing any more. May come without need. */
  drained(): void
  /** The link is over, or never came up. Exactly once per connect(), unless the owner closed first. */
  closed(reason: string): void
}

export interface Board {
  /**
   * Joins the Wi-Fi, and joins again for ever. up() and down() alternate, up() first; neither fires inside join(). Called
   * once. Says on the console why a join fails.
   */
  join(up: () => void, down: (reason: string) => void): void
  /**
   * Starts a connection. May block for tens of seconds (a name look-up, a blocking connect), so a time read before the
   * call is worth nothing after it. Never throws: a refusal arrives as closed() in a later turn.
   */
  connect(host: string, port: number, events: LinkEvents): Link
  /** Milliseconds since boot. Never goes back, whatever happens to the wall clock. */
  now(): number
  /** Calls `run` once after about `ms` milliseconds. There is no way to take it back. */
  after(ms: number, run: () => void): void
  /** Hexadecimal, from the chip, the same at every boot, different on every board. No dashes. */
  id(): string
  /** Bytes that programs can still use. */
  freeMemory(): number
  /** Starts the chip anew. Does not return. The owner drops its link first, so that the will stands. */
  restart(): void
}

/** ECMA-419's sensor pattern: made configured, then sample, then close. */
export interface Thermometer {
  /**
   * Takes one reading. `done` gets degrees Celsius, or NaN for no reading, and then `lastError` says why.
   * `done` is called exactly once, at once or up to a second later.
   */
  sample(done: (celsius: number) => void): void
  /** Why the last sample() gave NaN; '' when it did not. */
  lastError: string
  /** Gives up what the sensor holds. May be called twice. */
  close(): void
}
