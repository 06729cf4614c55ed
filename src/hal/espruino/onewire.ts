import type { OneWire as Bus } from '../contract'
import type { Pin } from './pin'

declare const OneWire: new (
  pin: Pin,
) => {
  /** True: somebody is there. */
  reset(): boolean
  /** Resets first. */
  select(rom: string): void
  write(bytes: string): void
  read(count: number): Uint8Array
  search(): string[]
}

/** The runtime's own: it turns no interrupt off on this chip, so the radio spoils bits. */
export function oneWire(pin: Pin): Bus {
  const wire = new OneWire(pin)
  return {
    search: () => wire.search(),
    select: rom => {
      if (!wire.reset()) return false
      wire.select(rom)
      return true
    },
    write: bytes => {
      wire.write(bytes)
    },
    read: count => wire.read(count),
  }
}
