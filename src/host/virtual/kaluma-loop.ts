import type { Alarm } from './contract'
import { type Chip, STOPPED } from './kaluma-chip'
import type { Realm } from './kaluma-realm'

/** What one timer takes of the C heap. */
const TIMER_BYTES = 40

interface Timer {
  run: unknown
  deadline: number
  delay: number
  isRepeated: boolean
}

/** Kaluma's main loop: a pass runs the timers, then the promise jobs, then polls the radio. */
export interface Loop {
  readonly timers: number
  start(run: unknown, delay: number, isRepeated: boolean): number
  clear(id: number): void
  /** The program itself, before the first pass. */
  first(program: () => void): void
  /** Something that the radio brings, at the end of a pass. */
  poll(event: () => void): void
}

/** `print` gets what a timer's callback throws. */
export function makeLoop(chip: Chip, realm: Realm, print: (error: unknown) => void): Loop {
  // The first handle is the console's.
  let lastId = 0
  const timers = new Map<number, Timer>()
  let alarm: Alarm | undefined
  /** The time that deadlines count from: read once at the start of a pass, old after a call that blocks. */
  let time = 0
  let end = 0

  chip.occupies(() => timers.size * TIMER_BYTES)

  /** Ends a pass and waits for the next one that has something to do. */
  function rest(): void {
    end = chip.uptime()
    alarm?.cancel()
    if (timers.size === 0) return
    const next = Math.min(...[...timers.values()].map(timer => timer.deadline))
    alarm = chip.after(Math.max(0, next + 1 - end), pass)
  }

  function pass(): void {
    time = chip.millis()
    for (const [id, timer] of timers) {
      if (timer.deadline >= time) continue
      // A pass takes its time: not even a delay of 0 comes twice in a millisecond.
      if (timer.isRepeated) timer.deadline += Math.max(1, timer.delay)
      run(id, timer)
      // A timer that is gone takes its place in the list with it: those behind it wait for the next pass.
      if (!timers.has(id)) break
    }
    realm.runJobs()
    rest()
  }

  function run(id: number, timer: Timer): void {
    const callback = timer.run as () => void
    let failed = false
    try {
      callback()
    } catch (error) {
      if (error === STOPPED) throw error
      print(error)
      failed = true
    }
    if (!chip.isAlive) throw STOPPED
    if (!failed && timer.isRepeated) return
    if (!timers.delete(id)) chip.panic('timer released twice')
  }

  return {
    get timers() {
      return timers.size
    },
    start(run, delay, isRepeated) {
      chip.malloc(TIMER_BYTES)
      timers.set(++lastId, { run, deadline: time + Math.trunc(delay), delay: Math.trunc(delay), isRepeated })
      return lastId
    },
    clear(id) {
      timers.delete(id)
    },
    first(program) {
      chip.enter(() => {
        program()
        rest()
      })
    },
    poll(event) {
      chip.enter(() => {
        // What came while a pass blocked still belongs to that pass.
        if (chip.uptime() > end) time = chip.millis()
        event()
        realm.runJobs()
        rest()
      })
    },
  }
}
