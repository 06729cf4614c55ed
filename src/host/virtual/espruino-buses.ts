import type { Clock } from './contract'
import type { Interpreter } from './espruino-interpreter'
import type { Callable } from './espruino-realm'
import { partsOn, type Wiring } from './wiring'

export interface BusesOptions {
  interpreter: Interpreter
  clock: Clock
  wiring: Wiring
  /** The number of a pin object or number; undefined where it is none. */
  pinNumber(pin: unknown): number | undefined
  /** Bytes of what Espruino takes for bytes. */
  bytesOf(values: unknown[]): Buffer
}

/** Milliseconds that a transfer waits for a bus that somebody holds. */
const STUCK_MS = 1000

/** I2C1 and I2C2, the class OneWire, and pins that are driven and watched. */
export function installBuses(options: BusesOptions): void {
  const { interpreter } = options
  Object.assign(interpreter.realm.global, { I2C1: port(options, 1), I2C2: port(options, 2) })
  interpreter.expose(interpreter.realm.global, { OneWire: oneWire(options), ...watches(options) })
}

function port({ interpreter, clock, wiring, pinNumber, bytesOf }: BusesOptions, bus: number): object {
  const { realm } = interpreter
  let isSetUp = false

  function fail(call: string, words: string): never {
    throw realm.error('Error', `${call}:${words}`)
  }

  function check(call: string): void {
    if (!isSetUp) fail(call, ', Parameter error')
    if (!wiring.isStuck) return
    interpreter.block(() => clock.block(STUCK_MS))
    fail(call, ', Operation timeout because the bus is busy')
  }

  const object = realm.object()
  interpreter.expose(object, {
    setup(settings?: { sda?: unknown; scl?: unknown }): void {
      const { sda, scl } = settings ?? {}
      const isWrong = [sda, scl].some(pin => pin !== undefined && pinNumber(pin) === undefined)
      if (isWrong) fail('jshI2CSetup', ' Invalid arguments')
      isSetUp = true
    },
    writeTo(address: number, ...data: unknown[]): void {
      check('jshI2CWrite')
      const bytes = bytesOf(data)
      if (bytes.length === 0) return
      if (!wiring.i2c[bus].at(address)?.write([...bytes])) fail('jshI2CWrite', " slave doesn't ACK the transfer")
    },
    readFrom(address: number, count: number): unknown {
      check('jshI2CRead')
      const bytes = wiring.i2c[bus].at(address)?.read(count)
      if (!bytes) fail('jshI2CRead', " slave doesn't ACK the transfer")
      return new (realm.global.Uint8Array as Uint8ArrayConstructor)(bytes)
    },
  })
  return object
}

/** The constructor; with or without `new` it makes an object. */
function oneWire({ interpreter, wiring, pinNumber, bytesOf }: BusesOptions): Callable {
  const { realm } = interpreter
  return (pin: unknown) => {
    const number = pinNumber(pin) ?? -1
    let addressed = partsOn(wiring, number)
    const present = () => partsOn(wiring, number)

    function reset(): boolean {
      addressed = present()
      for (const part of addressed) part.reset()
      return addressed.length > 0
    }

    /** The line is low where one part pulls it. */
    function readByte(): number {
      const plugged = present()
      const byte = addressed.reduce((line, part) => (plugged.includes(part) ? line & part.read() : line), 0xff)
      return wiring.isSpoiled() ? byte ^ 0x10 : byte
    }

    const wire = realm.object()
    interpreter.expose(wire, {
      reset,
      select(rom: unknown): void {
        if (typeof rom !== 'string' || rom.length !== 16) {
          throw realm.error('TypeError', `Invalid OneWire device address ${rom}`)
        }
        reset()
        addressed = addressed.filter(part => part.rom === rom.toUpperCase())
      },
      skip() {},
      write(data: unknown): void {
        const plugged = present()
        for (const byte of bytesOf([data])) {
          for (const part of addressed) if (plugged.includes(part)) part.write(byte)
        }
      },
      read(count?: number): unknown {
        if (count === undefined) return readByte()
        return new (realm.global.Uint8Array as Uint8ArrayConstructor)(Array.from({ length: count }, readByte))
      },
      search: () => realm.array(reset() ? present().map(part => part.rom) : []),
    })
    return wire
  }
}

/** digitalWrite(), setWatch() and clearWatch(), as far as a line with a pull-up and a part on it needs them. */
function watches({ interpreter, clock, wiring, pinNumber }: BusesOptions): Record<string, Callable> {
  const { realm } = interpreter
  /** Since when the board holds a pin low. */
  const lowSince = new Map<number, number>()
  const active = new Map<number, Callable>()
  let lastId = 0

  function number(pin: unknown): number {
    const found = pinNumber(pin)
    if (found === undefined) throw realm.error('Error', 'Invalid pin')
    return found
  }

  return {
    digitalWrite(pin: unknown, value: unknown): void {
      if (value) lowSince.delete(number(pin))
      else lowSince.set(number(pin), clock.now())
    },
    /** Makes the pin an input with a pull-up at once, whatever it was: the low of the board ends here. */
    setWatch(callback: Callable, pin: unknown, settings?: { edge?: string; repeat?: boolean }): number {
      const at = number(pin)
      if (settings?.edge !== 'falling' || !settings.repeat) throw realm.error('Error', 'the double knows no such watch')
      const since = lowSince.get(at)
      lowSince.delete(at)
      const id = ++lastId
      active.set(id, callback)
      const highs = since === undefined ? [] : (wiring.pulses.at(at)?.answer(clock.now() - since) ?? [])
      if (highs.length > 0) clock.after(6, () => deliver(id, highs))
      return id
    },
    clearWatch(...ids: number[]): void {
      if (ids.length === 0) active.clear()
      else if (ids[0] === undefined)
        throw realm.error('Error', 'clearWatch(undefined) not allowed. Use clearWatch() instead')
      else active.delete(ids[0])
    },
  }

  /** The interrupt noted the times; the callbacks run afterwards. Of the first edge it knows no edge before. */
  function deliver(id: number, highs: number[]): void {
    const callback = active.get(id)
    let time = interpreter.systemTime() - 6000
    interpreter.queue(callback, realm.object({ state: false, time: time / 1e6, lastTime: undefined }))
    for (const high of highs) {
      time += 50 + high
      const lastTime = (time - high) / 1e6
      interpreter.queue(callback, realm.object({ state: false, time: time / 1e6, lastTime }))
    }
  }
}
