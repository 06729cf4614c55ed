import type { Alarm, Clock } from './contract'
import { type Emitters, type Listener, makeEmitters } from './espruino-events'
import { type Callable, define, describe, makeRealm, type Realm } from './espruino-realm'
import { makeTimers } from './espruino-timers'

export interface InterpreterOptions {
  clock: Clock
  /** The chip's clock outlives a restart. `offset`: microseconds since 1970 at the zero of `clock`. */
  wallClock: { offset: number }
  print(line: string): void
  /** The chip starts anew: the owner stops this interpreter. */
  reset(): void
}

/**
 * Espruino's main loop around a realm. Idle passes follow one another while there is something to do; an idle chip wakes
 * for its next timer and for wake(). In each pass: timers, then the idle hook, then the events that are queued, then
 * errors are reported.
 */
export interface Interpreter {
  readonly realm: Realm
  readonly emitters: Emitters
  /** How many timers are set. */
  readonly timers: number
  /** Runs in each pass. Answers whether it did something, so that another pass follows. */
  idle: () => boolean
  /** Microseconds since 1970 by the chip's clock. */
  systemTime(): number
  /** As setTime() sets it; `silent`: as SNTP does, behind the timers' back. */
  setSystemTime(time: number, silent?: boolean): void
  /** Puts functions of the runtime into an object. While a call is being cut off, and after stop(), they only throw. */
  expose(target: object, functions: Record<string, Callable>): void
  /** Evaluates an image and what comes behind it: 'init' of E, then onInit(). */
  boot(image: string): void
  /** Queues what listens to `event` now. */
  emit(object: object, event: string, ...values: unknown[]): void
  /** Queues a call; nothing if it is no function. */
  queue(callback: unknown, ...values: unknown[]): void
  /** Calls at once what listens to `event`. Answers false if that was cut off. */
  call(object: object, event: string, ...values: unknown[]): boolean
  /** Lets an idle pass follow soon. */
  wake(): void
  /** Does what blocks. The watchdog may bite meanwhile. */
  block<Result>(run: () => Result): Result
  /** Prints text: bytes, of which a terminal makes UTF-8. */
  print(text: string): void
  /** Raises error flags. E hears of those that are new at the end of the pass. */
  raise(...flags: string[]): void
  takeFlags(): string[]
  /** Cuts the running call off, as soon as it is back in the image: no try of the image can go on behind it. */
  interrupt(): void
  /** The watchdog resets the chip that many seconds after the last kick, or idle pass if it is `automatic`. */
  watch(seconds: number, automatic: boolean): void
  kick(): void
  /** Nothing of the image runs any more. */
  stop(): void
}

interface Event {
  listeners: readonly Listener[]
  object: object | undefined
  values: unknown[]
}

/** Milliseconds from one busy idle pass to the next. */
const PASS = 1

export function makeInterpreter({ clock, wallClock, print, reset }: InterpreterOptions): Interpreter {
  const systemTime = () => Math.round(clock.now() * 1000) + wallClock.offset
  const realm = makeRealm(() => systemTime() / 1000)
  const flags = new Set<string>()
  let flagsSeen = new Set<string>()
  let events: Event[] = []
  /** What the pass threw last; earlier exceptions of the same pass are lost. */
  let thrown: { value: unknown } | undefined
  let cutOff = false
  let stopped = false
  let inPass = false
  let passStart = systemTime()
  let alarm: Alarm | undefined
  let alarmAt = Number.POSITIVE_INFINITY
  let watchdog: { ms: number; automatic: boolean; kickedAt: number; alarm: Alarm | undefined } | undefined

  function check(): void {
    if (stopped || cutOff) throw realm.error('Error', 'Execution Interrupted')
  }

  function expose(target: object, functions: Record<string, Callable>): void {
    for (const [name, run] of Object.entries(functions)) {
      function guarded(this: unknown, ...values: never[]): unknown {
        check()
        const result = run.apply(this, values)
        check()
        return result
      }
      define(target, { [name]: guarded })
    }
  }

  const queueEvent = (listeners: readonly Listener[], object: object | undefined, values: unknown[]) => {
    events.push({ listeners, object, values })
    interpreter.wake()
  }
  const emitters = makeEmitters({ realm, expose, queue: queueEvent })
  const timers = makeTimers({
    realm,
    expose,
    systemTime,
    dropped() {
      interpreter.print('ERROR: Ctrl-C while processing interval - removing it.')
      interpreter.raise('CALLBACK')
    },
  })

  /** Runs one function or text of the image. Answers false if it was cut off. */
  function callOne(listener: Listener, object: object | undefined, values: unknown[]): boolean {
    if (stopped) return false
    try {
      if (typeof listener === 'function') Reflect.apply(listener, object ?? realm.global, values)
      else if (typeof listener === 'string') realm.evaluate(listener)
      else cutOff = true
    } catch (error) {
      if (!cutOff && !stopped) thrown = { value: error }
    }
    return !cutOff && !stopped
  }

  const callAll = ({ listeners, object, values }: Event) =>
    listeners.every(listener => callOne(listener, object, values))

  function runEvents(): boolean {
    const busy = events.length > 0
    while (!cutOff && !stopped) {
      const event = events.shift()
      if (!event) break
      callAll(event)
    }
    return busy
  }

  function reportException(): void {
    const exception = thrown
    thrown = undefined
    if (!exception) return
    const handlers = emitters.listeners(realm.global.process as object, 'uncaughtException')
    if (handlers.length === 0) {
      for (const line of describe(exception.value)) interpreter.print(line)
      return
    }
    callAll({ listeners: handlers, object: realm.global.process as object, values: [exception.value] })
    const another = thrown as { value: unknown } | undefined
    thrown = undefined
    if (another) for (const line of describe(another.value)) interpreter.print(line)
  }

  function reportFlags(): void {
    const fresh = [...flags].filter(flag => !flagsSeen.has(flag)).sort()
    flagsSeen = new Set(flags)
    if (fresh.length === 0) return
    interpreter.call(realm.global.E as object, 'errorFlag', realm.array(fresh))
    interpreter.print(`New interpreter error: ${fresh}`)
  }

  /** Reports what went wrong in this pass. Answers whether anything did. */
  function checkErrors(): boolean {
    const troubled = cutOff || thrown !== undefined
    if (cutOff) {
      cutOff = false
      interpreter.print('Execution Interrupted during event processing.')
    }
    reportException()
    reportFlags()
    return troubled
  }

  function pass(): void {
    alarm = undefined
    alarmAt = Number.POSITIVE_INFINITY
    if (stopped) return
    inPass = true
    passStart = systemTime()
    if (watchdog?.automatic) interpreter.kick()
    let busy = timers.runDue((callback, values) => callOne(callback, undefined, values))
    if (!cutOff && !stopped) busy = interpreter.idle() || busy
    busy = runEvents() || busy
    if (stopped) return
    busy = checkErrors() || busy
    inPass = false
    if (busy || events.length > 0) wakeIn(PASS)
    else wakeIn((timers.nextDue - systemTime()) / 1000)
  }

  function wakeIn(ms: number): void {
    const at = clock.now() + Math.max(0, ms)
    if (stopped || at >= alarmAt || at === Number.POSITIVE_INFINITY) return
    alarm?.cancel()
    alarmAt = at
    alarm = clock.after(at - clock.now(), pass)
  }

  function bite(): void {
    interpreter.print('Task watchdog got triggered.')
    reset()
  }

  const interpreter: Interpreter = {
    realm,
    emitters,
    idle: () => false,
    get timers() {
      return timers.count
    },
    systemTime,
    setSystemTime(time, silent = false) {
      wallClock.offset += time - systemTime()
      if (!silent) timers.shift(time - passStart)
      passStart = time
      interpreter.wake()
    },
    expose,
    boot(image) {
      inPass = true
      callOne(image, undefined, [])
      if (stopped) return
      checkErrors()
      interpreter.call(realm.global.E as object, 'init')
      const { onInit } = realm.global
      if (typeof onInit === 'function') callOne(onInit as Callable, undefined, [])
      if (stopped) return
      checkErrors()
      inPass = false
      wakeIn(PASS)
    },
    emit(object, event, ...values) {
      const listeners = emitters.listeners(object, event)
      if (listeners.length > 0) queueEvent(listeners, object, values)
    },
    queue(callback, ...values) {
      if (typeof callback === 'function') queueEvent([callback as Callable], undefined, values)
    },
    call: (object, event, ...values) => callAll({ listeners: emitters.listeners(object, event), object, values }),
    wake() {
      if (!inPass) wakeIn(0)
    },
    block(run) {
      try {
        return run()
      } finally {
        if (watchdog && clock.now() - watchdog.kickedAt >= watchdog.ms) bite()
      }
    },
    print(text) {
      if (stopped) return
      for (const line of text.split('\n')) print(Buffer.from(line, 'latin1').toString('utf8'))
    },
    raise(...raised) {
      for (const flag of raised) flags.add(flag)
      interpreter.wake()
    },
    takeFlags() {
      const taken = [...flags].sort()
      flags.clear()
      return taken
    },
    interrupt() {
      cutOff = true
    },
    watch(seconds, automatic) {
      watchdog?.alarm?.cancel()
      watchdog = { ms: Math.max(1, Math.round(seconds)) * 1000, automatic, kickedAt: 0, alarm: undefined }
      interpreter.kick()
    },
    kick() {
      if (!watchdog) return
      watchdog.kickedAt = clock.now()
      watchdog.alarm?.cancel()
      if (!watchdog.automatic) watchdog.alarm = clock.after(watchdog.ms, bite)
    },
    stop() {
      stopped = true
      alarm?.cancel()
      watchdog?.alarm?.cancel()
      timers.clear()
      events = []
    },
  }
  return interpreter
}
