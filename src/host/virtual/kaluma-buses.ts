import { types } from 'node:util'
import type { Chip } from './kaluma-chip'
import { check, type Realm } from './kaluma-realm'
import type { Wiring } from './wiring'

/** Errors of the firmware. */
const INIT = -145
const READ = -146
const WRITE = -147

export interface BusesOptions {
  chip: Chip
  realm: Realm
  wiring: Wiring
  /** A SystemError of the realm. */
  systemError(errno: number): Error
}

/** Which pins reach which bus: src/targets/rp2 of Kaluma, i2c.c. */
function fits(bus: number, sda: number, scl: number): boolean {
  const isFree = (pin: number) => pin <= 21 || (bus === 1 && (pin === 26 || pin === 27))
  return sda % 4 === 2 * bus && scl % 4 === 2 * bus + 1 && isFree(sda) && isFree(scl)
}

/**
 * The module i2c. Left out: memRead() and memWrite(), whose first half waits for ever on a bus that is stuck, so that what
 * uses them fails; and the other modes.
 */
export function i2cModule({ chip, realm, wiring, systemError }: BusesOptions): object {
  const open = new Set<number>()

  class I2C {
    bus?: number
    constructor(...values: unknown[]) {
      check(realm, values, 0, 'bus', 'number')
      const bus = values[0] as number
      const usual = bus === 0 ? { sda: 4, scl: 5 } : { sda: 2, scl: 3 }
      const { sda, scl } = { ...usual, ...((values[1] as object) ?? {}) }
      if ((bus !== 0 && bus !== 1) || open.has(bus) || !fits(bus, sda, scl)) throw systemError(INIT)
      open.add(bus)
      this.bus = bus
    }
    write(...values: unknown[]): number {
      const [data, address, timeout = 5000] = values as [unknown, number, number]
      const bus = this.#open()
      check(realm, values, 1, 'address', 'number')
      check(realm, values, 2, 'timeout', 'number', true)
      const bytes = bytesOf(data)
      if (!bytes) throw new realm.TypeError('The data argument must be Uint8Array or string.')
      this.#wait(timeout, WRITE)
      if (!wiring.i2c[bus].at(address)?.write(bytes)) throw systemError(WRITE)
      return bytes.length
    }
    read(...values: unknown[]): Uint8Array {
      const [count, address, timeout = 5000] = values as number[]
      check(realm, values, 0, 'length', 'number')
      const bus = this.#open()
      check(realm, values, 1, 'address', 'number')
      check(realm, values, 2, 'timeout', 'number', true)
      // Cut to 8 bits.
      this.#wait(timeout & 0xff, READ)
      const bytes = wiring.i2c[bus].at(address)?.read(count)
      if (!bytes) throw systemError(READ)
      return realm.Uint8Array.from(bytes)
    }
    close(): void {
      open.delete(this.#open())
      this.bus = undefined
    }
    #open(): number {
      if (this.bus === undefined) throw new realm.Error('I2C bus is not initialized.')
      return this.bus
    }
    #wait(timeout: number, errno: number): void {
      if (timeout === 0) throw systemError(errno)
      if (!wiring.isStuck) return
      chip.block(timeout)
      throw systemError(errno)
    }
  }

  chip.guard(I2C.prototype)
  return { I2C }
}

/** Of a subarray the whole buffer, of a string its characters below 256. */
function bytesOf(data: unknown): number[] | undefined {
  if (typeof data === 'string') return [...Buffer.from(data, 'latin1')]
  return types.isUint8Array(data) ? [...new Uint8Array(data.buffer)] : undefined
}

/** pulseRead(): triggers, listens in one piece, and gives nothing or the lengths of high and low in turn. */
export function pulseReader({ chip, realm, wiring }: BusesOptions) {
  return (...values: unknown[]): number[] | null => {
    check(realm, values, 0, 'pin', 'number')
    check(realm, values, 1, 'count', 'number')
    const [pin, count] = values as number[]
    const {
      timeout = 1_000_000,
      startState,
      trigger,
    } = (values[2] ?? {}) as {
      timeout?: number
      startState?: number
      trigger?: { startState?: number; interval?: number[] }
    }
    const isLow = trigger !== undefined && (trigger.startState ?? 0) === 0 && trigger.interval?.length === 1
    const lowMs = isLow ? (trigger?.interval?.[0] ?? 0) / 1000 : 0
    chip.block(lowMs)
    const highs = wiring.pulses.at(pin)?.answer(lowMs) ?? []
    if (highs.length === 0 || startState !== 1) {
      chip.block(timeout / 1000)
      return null
    }
    // The line is high until the part answers, 30 us later.
    const lengths = [30, 80, ...highs.flatMap(high => [high, 50])]
    const total = lengths.reduce((sum, length) => sum + length, 0)
    chip.block((lengths.length >= count ? total : timeout) / 1000)
    return realm.Array.from(lengths.slice(0, count))
  }
}
