import type { Alarm, Clock } from './contract'

/** Thrown through an image's code when its chip has stopped. Never an error. */
export const STOPPED = Symbol('the chip has stopped')

/** Every malloc of Kaluma and of lwIP. */
const C_HEAP = 14_248
const C_HEAP_IDLE = 1_800

/** The longest that the RP2040's watchdog can be set to. */
const LONGEST_WATCHDOG = 8_388

/** One power-up of the RP2040, from reset to reset. What belongs to it dies with it. */
export interface Chip {
  readonly clock: Clock
  readonly isAlive: boolean
  /** Milliseconds since power-up, fractions included. */
  uptime(): number
  /** The same without fractions. */
  millis(): number
  /** Time passes and nothing runs; the watchdog may bite meanwhile. */
  block(ms: number): void
  /** As Clock.after(), but forgotten when the chip stops. */
  after(ms: number, run: () => void): Alarm
  /** Runs something of the chip's; nothing when it has stopped. */
  enter(run: () => void): void
  /** Calls a callback of the image as the drivers do: what it throws vanishes. */
  call(callback: unknown, ...values: unknown[]): void
  /** How many exceptions vanished. */
  readonly swallowed: number
  /** Makes every function of `object` throw once the chip has stopped. */
  guard<T extends object>(object: T): T
  /** Adds to what is in use of the C heap. */
  occupies(bytes: () => number): void
  /** Bytes that malloc can still give. */
  heapRoom(): number
  /** What malloc does whose result nobody checks: a panic where there is no room. */
  malloc(bytes: number): void
  /** Starts the watchdog; 1 ms and less bite at once. It cannot be stopped. */
  watch(ms: number): void
  feed(): void
  panic(reason: string): never
  stop(): void
}

/** Starts a chip now. `reset` and `panicked` are told when it has stopped by itself. */
export function makeChip(clock: Clock, reset: () => void, panicked: (reason: string) => void): Chip {
  const start = clock.now()
  const alarms = new Set<Alarm>()
  const occupants: (() => number)[] = []
  let isAlive = true
  let swallowed = 0
  let watchdog: { limit: number; bitesAt: number; alarm: Alarm } | undefined

  const uptime = () => clock.now() - start

  function stop(): void {
    isAlive = false
    for (const alarm of alarms) alarm.cancel()
    alarms.clear()
  }

  function bite(): never {
    if (!isAlive) throw STOPPED
    stop()
    reset()
    throw STOPPED
  }

  function enter(run: () => void): void {
    if (!isAlive) return
    try {
      run()
    } catch (error) {
      if (error !== STOPPED) throw error
    }
  }

  function after(ms: number, run: () => void): Alarm {
    const alarm = clock.after(ms, () => {
      alarms.delete(handle)
      enter(run)
    })
    const handle = {
      cancel() {
        alarms.delete(handle)
        alarm.cancel()
      },
    }
    alarms.add(handle)
    return handle
  }

  function guarded(run: (...values: unknown[]) => unknown): (...values: unknown[]) => unknown {
    return function (this: unknown, ...values) {
      if (!isAlive) throw STOPPED
      return run.apply(this, values)
    }
  }

  function panic(reason: string): never {
    if (!isAlive) throw STOPPED
    stop()
    panicked(reason)
    throw STOPPED
  }

  function arm(limit: number): void {
    watchdog?.alarm.cancel()
    watchdog = { limit, bitesAt: uptime() + limit, alarm: after(limit, bite) }
  }

  function heapRoom(): number {
    return C_HEAP - C_HEAP_IDLE - occupants.reduce((sum, bytes) => sum + bytes(), 0)
  }

  return {
    clock,
    get isAlive() {
      return isAlive
    },
    uptime,
    // A clock that counts fractions may wake a timer a rounding error before its millisecond.
    millis: () => Math.floor(uptime() + 1e-6),
    block(ms) {
      const left = watchdog ? watchdog.bitesAt - uptime() : Number.POSITIVE_INFINITY
      clock.block(Math.min(ms, Math.max(0, left)))
      if (ms >= left) bite()
    },
    after,
    enter,
    call(callback, ...values) {
      if (typeof callback !== 'function') return
      try {
        callback(...values)
      } catch (error) {
        if (error === STOPPED) throw error
        swallowed++
      }
      if (!isAlive) throw STOPPED
    },
    get swallowed() {
      return swallowed
    },
    guard(object) {
      for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
        if (name === 'constructor' || typeof property.value !== 'function') continue
        Object.defineProperty(object, name, { ...property, value: guarded(property.value) })
      }
      return object
    },
    occupies: bytes => occupants.push(bytes),
    heapRoom,
    malloc(bytes) {
      if (bytes > heapRoom()) panic('C heap exhausted')
    },
    watch(ms) {
      if (ms <= 1 || !isAlive) bite()
      arm(Math.min(ms, LONGEST_WATCHDOG))
    },
    feed() {
      if (watchdog) arm(watchdog.limit)
    },
    panic,
    stop,
  }
}
