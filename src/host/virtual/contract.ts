/**
 * What a virtual board stands on: time, a network and the air between. Everything a double does goes through these,
 * so the same double runs against real sockets in real time (`npm start`) or against a broker in memory in virtual
 * time (tests, where an hour passes in milliseconds).
 */

import type { Wiring } from './wiring'

/** A pending call. Cancelling twice, or after it ran, does nothing. */
export interface Alarm {
  cancel(): void
}

/** Time in milliseconds (fractions allowed) since the clock was made. It never goes back. */
export interface Clock {
  now(): number
  /** Calls `run` once, `ms` from now at the earliest, never inside this call. Equal times run in order of asking. */
  after(ms: number, run: () => void): Alarm
  /** Time passes, nothing runs: what a blocking connect or Wi-Fi join does to a single-threaded board. */
  block(ms: number): void
}

/** One TCP connection as a network driver sees it. */
export interface Connection {
  /** Bytes that send() took and the peer has not got. */
  readonly queuedBytes: number
  /** Hands bytes to the send buffer. Answers how many it took: fewer than given when the buffer is full. */
  send(bytes: Buffer): number
  /** Sends FIN behind what was taken. Bytes of the peer are no longer delivered. No event follows. */
  end(): void
  /** Ends at once, with RST where there is a peer to tell. No event follows. */
  abort(): void
}

/** None is called inside dial(), dialBlocking(), send(), end() or abort(). */
export interface ConnectionEvents {
  /** Established. Not called for dialBlocking(), whose return says it. */
  connected(): void
  /** Bytes of the peer; the buffer is the receiver's to keep. */
  received(bytes: Buffer): void
  /** Room again, after a send() that took less than it was given. */
  writable(): void
  /** The peer's FIN. The connection can still send until end() or abort(). */
  ended(): void
  /** Gone: ECONNREFUSED, ECONNRESET, ETIMEDOUT or EHOSTUNREACH. The last event of a connection. */
  failed(code: string): void
}

export interface Transport {
  /** Starts to connect and returns at once. An unknown name throws an Error whose `code` is ENOTFOUND. */
  dial(host: string, port: number, events: ConnectionEvents): Connection
  /** Returns when established; throws an Error whose `code` says why not. Time passes meanwhile. */
  dialBlocking(host: string, port: number, events: ConnectionEvents): Connection
}

export interface World {
  clock: Clock
  transport: Transport
}

/** The access point that a board's radio can hear. */
export interface AccessPoint {
  ssid: string
  password: string
  /** False: out of range. */
  inRange: boolean
}

/** What a board holds that must not grow from one reconnect to the next. */
export interface Holdings {
  sockets: number
  timers: number
  listeners: number
  /** Bytes that wait in the runtime or in send buffers. */
  queuedBytes: number
}

/** A runtime's double with a board around it. */
export interface VirtualBoard {
  readonly name: string
  /** What the chip says it is, as Board.id() of src/hal hands it on: hexadecimal digits. */
  readonly id: string
  /** Evaluates an image as the runtime does after power-up. Called once per power-up; a reset by the image boots it again. */
  boot(image: string): void
  /** Die temperature in degrees Celsius that the next reading sees. */
  celsius: number
  readonly accessPoint: AccessPoint
  /** The air goes away. `silent`: the chip does not notice, no event, no link-down; otherwise as the runtime reports it. */
  loseWifi(options?: { silent?: boolean }): void
  /** The air comes back; whether the board joins again by itself is the runtime's way. */
  restoreWifi(): void
  holdings(): Holdings
  /** How often the image restarted the chip. */
  readonly restarts: number
  /** Ends the board as pulling its plug does: no DISCONNECT, no FIN, nothing runs afterwards. */
  unplug(): void
}

export interface VirtualBoardOptions {
  name: string
  world: World
  accessPoint: AccessPoint
  celsius?: number
  /** What is wired to the board. Default: nothing. */
  wiring?: Wiring
  /** What is in the chip's flash beside the image, byte strings by file name; stays when the plug is pulled. Default: nothing. */
  flash?: Map<string, string>
  /** Every line that the board prints on its console, without line end. */
  console?: (line: string) => void
  /** Bytes that pass the board's TCP connections, for --trace. `sent`: by the board. */
  tap?: (direction: 'sent' | 'received', connection: number, bytes: Buffer) => void
}
