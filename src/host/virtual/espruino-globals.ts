import type { Clock } from './contract'
import { installBuses } from './espruino-buses'
import type { Interpreter } from './espruino-interpreter'
import { type Callable, show } from './espruino-realm'
import type { Release } from './espruino-wifi'
import type { Wiring } from './wiring'

export interface GlobalsOptions {
  interpreter: Interpreter
  release: Release
  /** As getSerial() gives it. */
  serial: string
  /** What require() knows besides Storage and TelnetServer. */
  modules: Record<string, object>
  /** Files by name, as byte strings. They outlive a restart. */
  storage: Map<string, string>
  /** The raw byte of temprature_sens_read(). */
  temperature(): number
  clock: Clock
  wiring: Wiring
  /** JsVars in use, and in all. */
  usage(): number
  jsVars: number
  reboot(): void
  /** The chip sleeps, and boots after so many milliseconds. */
  deepSleep(ms: number): void
  telnet(on: boolean): void
}

const VERSIONS: Record<Release, string> = { '2v29': '2v29', head: '2v29.277' }

/** Pins D0 to D39. */
const PINS = 40
/** Full scale of the ADC at its default attenuation. */
const FULL_SCALE = 3.6
/** What the generator starts with at every boot. */
const SEED = 0xdeadbeef

/** newlib's rand(). */
function makeRandom() {
  let state = BigInt(SEED)
  return {
    seed(seed: number): void {
      state = BigInt(seed >>> 0)
    },
    next(): number {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1n)
      return Number((state >> 32n) & 0x7fffffffn)
    },
  }
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

/** What Espruino makes of strings, numbers, arrays of them and typed arrays: bytes, one after the other. */
function bytesOf(values: unknown[]): Buffer {
  return Buffer.concat(
    values.map(value => {
      if (typeof value === 'string') return Buffer.from(value, 'latin1')
      if (typeof value === 'number') return Buffer.from([value & 0xff])
      if (value instanceof Object || typeof value === 'object') return bytesOf(Array.from(value as unknown[]))
      return Buffer.alloc(0)
    }),
  )
}

/** Everything that an image finds without require(), and require() itself. */
export function installGlobals(options: GlobalsOptions): void {
  const { interpreter, release, serial, modules } = options
  const { realm } = interpreter
  const { global } = realm
  const random = makeRandom()
  const version = VERSIONS[release]

  function library(members: Record<string, Callable>, values: Record<string, unknown> = {}): Record<string, unknown> {
    const object = realm.object(values)
    interpreter.expose(object, members)
    return object
  }

  const log = (...values: unknown[]) => interpreter.print(values.map(show).join(' '))
  const memory = () => {
    const usage = options.usage()
    const total = options.jsVars
    return realm.object({ free: total - usage, usage, total, history: 0, gc: 0, gctime: 0, blocksize: 14 })
  }
  const env = realm.object({
    VERSION: version,
    BOARD: 'ESP32',
    RAM: 524288,
    FLASH: 0,
    SERIAL: serial,
    CONSOLE: 'Serial1',
    MODULES: 'net,tls,Wifi,TelnetServer,Storage',
  })

  Object.assign(global, {
    console: library({ log, debug: log, info: log, warn: log, error: log }),
    process: library({ memory }, { env, version }),
    E: library({
      getTemperature: options.temperature,
      CRC32: (data: unknown) => crc32(bytesOf([data])),
      srand: (seed: number) => random.seed(seed),
      hwRand: random.next,
      toString: (...values: unknown[]) => bytesOf(values).toString('latin1'),
      toUint8Array: (...values: unknown[]) => new (global.Uint8Array as Uint8ArrayConstructor)(bytesOf(values)),
      isUTF8: () => false,
      getErrorFlags: () => realm.array(interpreter.takeFlags()),
      enableWatchdog: (seconds: number, automatic?: unknown) =>
        interpreter.watch(seconds, automatic === undefined || Boolean(automatic)),
      kickWatchdog: interpreter.kick,
      setTimeZone() {},
      reboot: options.reboot,
    }),
    ESP32: library({
      getState: () => realm.object({ sdkVersion: 'v3.1.3', freeHeap: 50_000, BLE: false, Wifi: true, minHeap: 40_000 }),
      setAtten() {},
      reboot: options.reboot,
      deepSleep: (microseconds: number) => options.deepSleep(microseconds / 1000),
    }),
  })

  const libraries: Record<string, object> = {
    ...modules,
    Storage: library(storageFunctions(options)),
    TelnetServer: library({
      setOptions(settings?: { mode?: unknown }): void {
        if (typeof settings !== 'object') throw realm.error('Error', `Expecting Object, got ${typeof settings}`)
        if (typeof settings.mode !== 'string') return
        if (settings.mode !== 'on' && settings.mode !== 'off') throw realm.error('Error', 'Unknown mode value')
        options.telnet(settings.mode === 'on')
      },
    }),
  }
  interpreter.expose(global, {
    require(name: string): object {
      const found = Object.hasOwn(libraries, name) ? libraries[name] : undefined
      if (!found) throw realm.error('Error', `Module "${name}" not found`)
      return found
    },
    print: log,
    getTime: () => interpreter.systemTime() / 1e6,
    setTime: (seconds: number) => interpreter.setSystemTime(Math.round(seconds * 1e6)),
    getSerial: () => serial,
    btoa: (text: string) => Buffer.from(text, 'latin1').toString('base64'),
    atob: (text: string) => Buffer.from(text, 'base64').toString('latin1'),
  })
  interpreter.expose(global.Math as object, {
    random: () => random.next() / 0x80000000,
    randInt: (range: number) => random.next() % range,
    clip: (value: number, least: number, most: number) => Math.min(Math.max(value, least), most),
    wrap: (value: number, size: number) => (size > 0 ? ((value % size) + size) % size : 0),
  })
  installPins(options)
}

/** The pins by name, and what reads the analog ones. */
function installPins({ interpreter, clock, wiring }: GlobalsOptions): void {
  const { realm } = interpreter
  const numbers = new WeakMap<object, number>()
  for (let number = 0; number < PINS; number++) {
    const pin = realm.object()
    interpreter.expose(pin, { toString: () => `D${number}` })
    numbers.set(pin, number)
    realm.global[`D${number}`] = pin
  }
  const pinNumber = (pin: unknown) => {
    const number = typeof pin === 'object' && pin !== null ? numbers.get(pin) : pin
    return typeof number === 'number' && number >= 0 && number < PINS ? number : undefined
  }
  installBuses({ interpreter, clock, wiring, pinNumber, bytesOf })
  interpreter.expose(realm.global, {
    analogRead(pin: unknown): number {
      const number = pinNumber(pin)
      // The ADC2 belongs to the Wi-Fi.
      if (number === undefined || number < 32) return Number.NaN
      return Math.min(Math.max(Math.floor(((wiring.volts.get(number) ?? 0) / FULL_SCALE) * 4096), 0), 4095) / 4096
    },
  })
}

function storageFunctions({ interpreter, storage }: GlobalsOptions): Record<string, Callable> {
  const { parse, stringify } = interpreter.realm.global.JSON as JSON
  const write = (name: string, data: unknown) => {
    const bytes = bytesOf([data]).toString('latin1')
    if (bytes === '') throw interpreter.realm.error('Error', "Can't create zero length file")
    storage.set(name, bytes)
    return true
  }
  return {
    read: (name: string, offset = 0, length?: number) =>
      storage.get(name)?.slice(offset, length ? offset + length : undefined),
    write,
    readJSON(name: string, quiet?: boolean): unknown {
      try {
        return parse(storage.get(name) ?? 'null') ?? undefined
      } catch (error) {
        if (quiet) return undefined
        throw error
      }
    },
    writeJSON: (name: string, data: unknown) => write(name, stringify(data)),
    erase: (name: string) => void storage.delete(name),
    eraseAll: () => storage.clear(),
    list: () => interpreter.realm.array([...storage.keys()]),
    getFree: () => 896 * 1024,
  }
}
