import type { Callable, Realm } from './espruino-realm'

/** Microseconds: setTimeout() and setInterval() wait no less. */
const SHORTEST = 100
/** Milliseconds: a hundred years. */
const LONGEST = 3_153_600_000_000

interface Timer {
  id: number
  /** Microseconds of system time. */
  due: number
  interval: number | undefined
  callback: Callable | string
  values: unknown[]
}

/** The runtime's timers, by a system time that may jump. */
export interface Timers {
  readonly count: number
  /** When the next one is due. Infinity if there is none. */
  readonly nextDue: number
  /** Runs what is due, in order of setting, each once. `call` answers false if it was cut off. Answers whether any ran. */
  runDue(call: (callback: Callable | string, values: unknown[]) => boolean): boolean
  /** The system time was moved by so much, and the timers are told. */
  shift(by: number): void
  clear(): void
}

export interface TimersOptions {
  realm: Realm
  expose(target: object, functions: Record<string, Callable>): void
  systemTime(): number
  /** An interval was cut off and is gone. */
  dropped(): void
}

export function makeTimers({ realm, expose, systemTime, dropped }: TimersOptions): Timers {
  /** In order of setting, which is the order of ids. */
  let timers: Timer[] = []

  function microseconds(ms: unknown): number {
    const value = Number(ms)
    if (value > LONGEST) throw realm.error('Error', 'Interval is too long (>100 years)')
    return Math.max(SHORTEST, Math.round(value * 1000) || 0)
  }

  function set(callback: unknown, ms: unknown, values: unknown[], repeats: boolean): number {
    if (typeof callback !== 'function' && typeof callback !== 'string') {
      throw realm.error('Error', 'Function or String not supplied!')
    }
    const wait = microseconds(ms)
    // Behind the newest: once that is gone, its id is given again.
    const id = (timers.at(-1)?.id ?? 0) + 1
    const due = systemTime() + wait
    timers.push({ id, due, interval: repeats ? wait : undefined, callback: callback as Callable, values })
    return id
  }

  function clear(name: string, ids: unknown[]): void {
    if (ids.length === 0) timers = []
    else if (ids[0] === undefined) {
      throw realm.error('Error', `clear${name}(undefined) not allowed. Use clear${name}() instead`)
    } else timers = timers.filter(timer => timer.id !== Number(ids[0]))
  }

  expose(realm.global, {
    setTimeout: (callback: unknown, ms: unknown, ...values: unknown[]) => set(callback, ms, values, false),
    setInterval: (callback: unknown, ms: unknown, ...values: unknown[]) => set(callback, ms, values, true),
    clearTimeout: (...ids: unknown[]) => clear('Timeout', ids),
    clearInterval: (...ids: unknown[]) => clear('Interval', ids),
    changeInterval(id: unknown, ms: unknown): void {
      const timer = timers.find(candidate => candidate.id === Number(id))
      if (!timer) throw realm.error('Error', 'Unknown Interval')
      timer.interval = microseconds(ms)
      timer.due = systemTime() + timer.interval
    },
  })

  return {
    get count() {
      return timers.length
    },
    get nextDue() {
      return Math.min(...timers.map(timer => timer.due))
    },
    runDue(call) {
      // Fixed for the pass: a timer set meanwhile waits for the next one. Espruino looks again as soon as a callback sets
      // a timer, and never comes back while an interval has a jump of the clock to catch up on; once is enough here.
      const due = timers.filter(timer => timer.due <= systemTime())
      for (const timer of due) {
        if (!timers.includes(timer)) continue
        const finished = call(timer.callback, timer.values)
        if (timer.interval !== undefined && finished) timer.due += timer.interval
        else timers = timers.filter(other => other !== timer)
        if (!finished) {
          if (timer.interval !== undefined) dropped()
          break
        }
      }
      return due.length > 0
    },
    shift(by) {
      for (const timer of timers) timer.due += by
    },
    clear() {
      timers = []
    },
  }
}
