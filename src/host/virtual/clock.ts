import type { Alarm, Clock } from './contract'

/** A clock whose time passes only by advance() and block(): an hour takes as long as its alarms take to run. */
export interface VirtualClock extends Clock {
  /**
   * Lets `ms` pass and runs every alarm due by then, by time, then by order of asking. An alarm that blocks makes later
   * ones late, and the clock may stand beyond the aim afterwards: what falls due past the aim waits for the next call.
   */
  advance(ms: number): void
}

interface Entry {
  at: number
  order: number
  run: (() => void) | undefined
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** A binary heap of alarms. Cancelled ones stay until they reach the top, unless they become the majority. */
function alarmQueue() {
  let heap: Entry[] = []
  let asked = 0
  let cancelled = 0

  function sink(entry: Entry, from: number): void {
    let index = from
    for (let child = 2 * index + 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
      if (!before(heap[child], entry)) break
      heap[index] = heap[child]
      index = child
    }
    heap[index] = entry
  }

  function removeFirst(): void {
    const last = heap.pop()
    if (last && heap.length > 0) sink(last, 0)
  }

  function sweep(): void {
    heap = heap.filter(entry => entry.run)
    cancelled = 0
    for (let index = (heap.length >> 1) - 1; index >= 0; index--) sink(heap[index], index)
  }

  function first(): Entry | undefined {
    while (heap.length > 0 && !heap[0].run) {
      removeFirst()
      cancelled--
    }
    return heap[0]
  }

  return {
    add(at: number, run: () => void): Entry {
      const entry: Entry = { at, order: asked++, run }
      let index = heap.length
      for (let parent = (index - 1) >> 1; index > 0 && before(entry, heap[parent]); parent = (index - 1) >> 1) {
        heap[index] = heap[parent]
        index = parent
      }
      heap[index] = entry
      return entry
    },
    cancel(entry: Entry): void {
      if (!entry.run) return
      entry.run = undefined
      cancelled++
      if (cancelled > 1000 && cancelled > heap.length / 2) sweep()
    },
    /** The next alarm due. */
    first,
    /** Takes out the next alarm and runs it. */
    runFirst(): void {
      const entry = first()
      if (!entry?.run) return
      const run = entry.run
      entry.run = undefined
      removeFirst()
      run()
    },
    /** The order of asking that the next alarm added will have. */
    asked: (): number => asked,
  }
}

/** A clock at 0 that stands still until it is advanced. */
export function virtualClock(): VirtualClock {
  const alarms = alarmQueue()
  let now = 0
  let advancing = false
  return {
    now: () => now,
    after(ms: number, run: () => void): Alarm {
      const entry = alarms.add(now + Math.max(0, ms), run)
      return { cancel: () => alarms.cancel(entry) }
    },
    block(ms: number): void {
      now += Math.max(0, ms)
    },
    advance(ms: number): void {
      if (advancing) throw new Error('advance() was called by an alarm')
      advancing = true
      const aim = now + Math.max(0, ms)
      try {
        for (let next = alarms.first(); next && next.at <= aim; next = alarms.first()) {
          now = Math.max(now, next.at)
          alarms.runFirst()
        }
        now = Math.max(now, aim)
      } finally {
        advancing = false
      }
    },
  }
}

/** What setTimeout can wait at most; a longer wait is asked for again. */
const LONGEST_TIMEOUT = 0x7fffffff

/** Real time. Pending alarms keep the process alive, like timers. */
export function realClock(): Clock {
  const alarms = alarmQueue()
  const start = performance.now()
  let timer: NodeJS.Timeout | undefined
  let timerAt: number | undefined

  const now = () => performance.now() - start

  function arm(): void {
    const at = alarms.first()?.at
    if (at === timerAt) return
    clearTimeout(timer)
    timerAt = at
    if (at !== undefined) timer = setTimeout(ring, Math.min(Math.ceil(at - now()), LONGEST_TIMEOUT))
  }

  function ring(): void {
    timerAt = undefined
    // What these alarms ask for waits for another turn, or a chain of them would starve the sockets.
    const end = alarms.asked()
    try {
      for (let next = alarms.first(); next && next.at <= now() && next.order < end; next = alarms.first()) {
        alarms.runFirst()
      }
    } finally {
      arm()
    }
  }

  return {
    now,
    after(ms: number, run: () => void): Alarm {
      const entry = alarms.add(now() + Math.max(0, ms), run)
      arm()
      return {
        cancel() {
          alarms.cancel(entry)
          arm()
        },
      }
    },
    block(ms: number): void {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, ms))
    },
  }
}
