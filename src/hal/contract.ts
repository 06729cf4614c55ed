/**
 * What a board offers, and what it promises. Types and prose only: nothing of this file is in an image.
 *
 * A run of bytes is a string with one character per byte, 0 to 255 ("byte string"): both runtimes' sockets take it,
 * so nothing is converted on the way out. Whoever receives one owns it; strings do not change.
 */

/** One TCP connection. One link at a time per board. */
export interface Link {
  /**
   * Hands over a whole packet, or several small ones. The bytes are the link's from here on.
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

/** A place for one run of bytes that outlives a restart and a power cut. Flash wears: who writes does so seldom. */
export interface Store {
  /** What was written last; '' where nothing was. The bytes may be anything: whoever reads them checks them. */
  read(): string
  /** Puts a byte string of at least one byte in the place of what was there. Blocks while the flash is written. Never throws. */
  write(bytes: string): void
}

/** Bytes that a bus read: what the runtime gives, an array or a typed one. The receiver's to keep. Of length 0: nothing came. */
export type Bytes = ArrayLike<number>

/**
 * An I2C bus, its pins and speed set. Blocks while bytes move, at most a second; a conversion is waited for with
 * Board.after(). Never throws: a part that is not there, or lets go in the middle, is told by what comes back. Each call
 * ends with a stop condition; the parts keep their register pointer over it.
 */
export interface I2c {
  /** Writes a byte string of at least one byte to a part. 0: all acknowledged. < 0: nobody there, or the bus is stuck. */
  write(address: number, bytes: string): number
  /** Writes `command` unless it is '', then reads `count` bytes. All of them or none. */
  read(address: number, command: string, count: number): Bytes
}

/**
 * A one-wire bus; Espruino only. Bits are timed by software, and the radio gets in between: whoever reads checks a checksum
 * and tries again.
 */
export interface OneWire {
  /** The ROM codes of all parts, 16 hexadecimal digits each, family first. Empty: nobody there. */
  search(): string[]
  /** Resets the bus and addresses one part. False: nobody there at all. */
  select(rom: string): boolean
  /** To the part addressed last. */
  write(bytes: string): void
  read(count: number): Bytes
}

/** An input of the converter. */
export interface Analog {
  /** Volts, the mean of a few conversions. The supply has 3.3; somewhat more is possible. */
  read(): number
}

/** A line with a pull-up on which a part answers in pulses (the DHT family). */
export interface Pulses {
  /**
   * Holds the line low for `lowMs` milliseconds, lets it go and listens for some. `done` gets the lengths of the high pulses
   * in microseconds, in order, incomplete where the radio got in between; called exactly once, at once or a little later.
   */
  read(lowMs: number, done: (highUs: number[]) => void): void
}

/** ECMA-419's sensor pattern: made configured, then sample, then close. */
export interface Sensor {
  /**
   * Takes one reading. `done` gets the value, or NaN for no reading, and then `lastError` says why. `done` is called
   * exactly once, at once or up to a few seconds later; until then sample() is not called again. A part that was away is
   * found again by the next sample().
   */
  sample(done: (value: number) => void): void
  /** Why the last sample() gave NaN; '' when it did not. */
  lastError: string
  /** Gives up what the sensor holds. May be called twice. */
  close(): void
}

/** Its value is in degrees Celsius. */
export type Thermometer = Sensor

/** Measures relative humidity too. */
export interface Hygrometer extends Thermometer {
  /** Per cent, by the sample() that ended last; means nothing where that gave NaN. */
  humidity: number
}

/** Measures air pressure too. */
export interface Barometer extends Thermometer {
  /** Hectopascal at the place, not at sea level, by the sample() that ended last; means nothing where that gave NaN. */
  pressure: number
}
