import { i2cModule, pulseReader } from './kaluma-buses'
import type { Chip } from './kaluma-chip'
import { filesModule } from './kaluma-fs'
import type { Loop } from './kaluma-loop'
import { check, type Realm, show } from './kaluma-realm'
import type { Wiring } from './wiring'

export interface GlobalsOptions {
  uid: string
  /** Die temperature in degrees Celsius. */
  celsius(): number
  wiring: Wiring
  /** Files, byte strings by absolute path. */
  flash: Map<string, string>
  /** Bytes of JavaScript heap in use. */
  heapUsed(): number
  /** The chip's clock: the difference from the time since boot. */
  setTime(time: number): void
  getTime(): number
  print(text: string): void
  /** What require() gives beside wdt and rtc. */
  modules: Record<string, object>
  /** Other globals. */
  devices: Record<string, object>
}

const ERRORS: Record<number, string> = {
  2: 'No such file or directory',
  121: 'Remote I/O error',
  140: 'Invalid pin number',
  145: 'Device Init/Deinit Error',
  146: 'Device Read Error',
  147: 'Device Write Error',
}

const HEAP = 184_312
const ADC_STEPS = 4096
/** Volts; the converter's reference. */
const SUPPLY = 3.3

/** RP2040 datasheet 4.9.5: what the sensor's channel reads, as a share of 3.3 V. */
function sensorReading(celsius: number): number {
  const share = (0.706 - (celsius - 27) * 0.001721) / 3.3
  return Math.round(Math.min(1, Math.max(0, share)) * ADC_STEPS) / ADC_STEPS
}

function textCodecs(realm: Realm) {
  const unsupported = () => new realm.Error('Unsupported encoding.')
  class TextEncoder {
    readonly encoding: unknown
    constructor(label: unknown = 'utf-8') {
      this.encoding = label
    }
    encode(...values: unknown[]): Uint8Array {
      check(realm, values, 0, 'input', 'string')
      if (this.encoding !== 'utf-8' && this.encoding !== 'ascii') throw unsupported()
      return new realm.Uint8Array(Buffer.from(values[0] as string, this.encoding === 'ascii' ? 'latin1' : 'utf8'))
    }
  }
  /** Takes valid UTF-8 only for granted; so does Kaluma's, with worse to follow. */
  class TextDecoder {
    readonly encoding: unknown
    constructor(label: unknown = 'utf-8') {
      this.encoding = label
    }
    decode(input: unknown): string {
      if (!(input instanceof realm.Uint8Array)) throw new realm.Error('input must be Uint8Array.')
      if (this.encoding !== 'utf-8' && this.encoding !== 'ascii') throw unsupported()
      return Buffer.from(input).toString(this.encoding === 'ascii' ? 'latin1' : 'utf8')
    }
  }
  return { TextEncoder, TextDecoder }
}

/**
 * Puts Kaluma's globals into the realm: those that an image for a sensor needs. Pins other than the analog ones
 * (but for pulseRead()), tones, interrupts, `storage`, `process.binding`, `stdin` and `stdout` are left out, so that what uses
 * them fails with a ReferenceError or TypeError.
 */
export function defineGlobals(chip: Chip, realm: Realm, loop: Loop, options: GlobalsOptions): void {
  let heapPeak = 0

  class SystemError extends realm.Error {
    readonly errno: number
    constructor(errno: number) {
      super(ERRORS[Math.abs(errno)] ?? '')
      this.errno = -Math.abs(errno)
    }
  }

  function startTimer(values: unknown[], isRepeated: boolean): number {
    check(realm, values, 0, 'callback', 'function')
    check(realm, values, 1, 'delay', 'number')
    if (!((values[1] as number) >= 0)) throw new realm.TypeError('"delay" argument must be a number')
    return loop.start(values[0], values[1] as number, isRepeated)
  }

  function clearTimer(...values: unknown[]): void {
    check(realm, values, 0, 'id', 'number')
    loop.clear(values[0] as number)
  }

  function printLine(...values: unknown[]): void {
    if (values.length > 0) options.print(`${values.map(show).join(' ')}\n`)
  }

  function heapUsed(): number {
    const used = options.heapUsed()
    heapPeak = Math.max(heapPeak, used)
    return used
  }

  const systemError = (errno: number) => new SystemError(errno)
  const buses = { chip, realm, wiring: options.wiring, systemError }
  const functions = {
    setTimeout: (...values: unknown[]) => startTimer(values, false),
    setInterval: (...values: unknown[]) => startTimer(values, true),
    clearTimeout: clearTimer,
    clearInterval: clearTimer,
    millis: () => chip.millis(),
    micros: () => Math.floor(chip.uptime() * 1000),
    delay(...values: unknown[]): void {
      check(realm, values, 0, 'msec', 'number', true)
      chip.block(Math.trunc((values[0] as number) ?? 0))
    },
    delayMicroseconds(...values: unknown[]): void {
      check(realm, values, 0, 'usec', 'number', true)
      chip.block(Math.trunc((values[0] as number) ?? 0) / 1000)
    },
    analogRead(...values: unknown[]): number {
      check(realm, values, 0, 'pin', 'number')
      const pin = values[0] as number
      if (!(pin >= 26 && pin <= 30)) throw new SystemError(-140)
      chip.block(1)
      if (pin === 30) return sensorReading(options.celsius())
      const volts = options.wiring.volts.get(pin)
      // An open pin floats.
      if (volts === undefined) return 0.5
      return Math.min(Math.max(Math.round((volts / SUPPLY) * ADC_STEPS), 0), ADC_STEPS - 1) / ADC_STEPS
    },
    pulseRead: pulseReader(buses),
    seed(...values: unknown[]): void {
      check(realm, values, 0, 'seed', 'number')
      realm.seed(values[0] as number)
    },
    print: (...values: unknown[]) => options.print(values.map(show).join(' ')),
    btoa(data: unknown): string {
      if (typeof data === 'string') return Buffer.from(data, 'latin1').toString('base64')
      if (data instanceof realm.Uint8Array) return Buffer.from(data).toString('base64')
      throw new realm.TypeError('Unsupported binary data.')
    },
    atob(...values: unknown[]): Uint8Array {
      check(realm, values, 0, 'encodedData', 'string')
      return new realm.Uint8Array(Buffer.from(values[0] as string, 'base64'))
    },
    require(name: unknown): object {
      if (!Object.hasOwn(modules, String(name))) throw new realm.Error(`Failed to load module: ${name}`)
      return modules[String(name)]
    },
  }

  class WDT {
    readonly timeout: number
    constructor(...values: unknown[]) {
      check(realm, values, 0, 'timeout', 'number')
      this.timeout = Math.max(0, Math.trunc(values[0] as number))
      chip.watch(this.timeout)
    }
    feed(): void {
      chip.feed()
    }
  }

  const clock = {
    setTime(...values: unknown[]): void {
      check(realm, values, 0, 'time', 'number')
      options.setTime(Math.trunc(values[0] as number))
    },
    getTime: () => options.getTime(),
  }

  chip.guard(WDT.prototype)
  const modules: Record<string, object> = {
    ...options.modules,
    i2c: i2cModule(buses),
    wdt: { WDT },
    fs: chip.guard(filesModule({ realm, flash: options.flash, systemError })),
    rtc: chip.guard(clock),
  }
  Object.assign(realm.global, chip.guard(functions), textCodecs(realm), options.devices, {
    SystemError,
    INPUT: 0,
    OUTPUT: 1,
    INPUT_PULLUP: 2,
    INPUT_PULLDOWN: 3,
    console: chip.guard({ log: printLine, error: printLine }),
    board: { name: 'pico-w', uid: options.uid },
    process: chip.guard({
      arch: 'cortex-m0-plus',
      platform: 'rp2',
      version: '1.2.1',
      builtin_modules: realm.Array.from(Object.keys(modules)),
      memoryUsage() {
        const used = heapUsed()
        return Object.assign(new realm.Object(), { heapTotal: HEAP, heapUsed: used, heapPeak })
      },
    }),
  })
}
