import type { Board } from '../contract'
import { now } from './clock'
import { connect } from './link'
import { join } from './wifi'

declare function getSerial(): string
declare function setTimeout(run: () => void, ms: number): number
declare function require(module: 'TelnetServer'): { setOptions(options: { mode: 'off' }): void }
declare const process: { memory(): { free: number; blocksize: number } }
declare const E: {
  srand(seed: number): void
  CRC32(text: string): number
  reboot(): void
  on(event: 'errorFlag', run: (flags: string[]) => void): void
}

/** An ESP32 with Espruino, release 2v29 or later. Call once. */
export function esp32(ssid: string, password: string): Board {
  const serial = getSerial()
  // The generator starts with the same constant at every boot of every board.
  E.srand(E.CRC32(serial))
  // No try reaches these: memory ran out, or a callback was cut off and its timer with it.
  E.on('errorFlag', flags => {
    if (flags.indexOf('MEMORY') >= 0 || flags.indexOf('CALLBACK') >= 0) E.reboot()
  })
  try {
    // A JavaScript prompt without a password, open to the network by default.
    require('TelnetServer').setOptions({ mode: 'off' })
  } catch (_e) {
    // Builds without it.
  }
  return {
    join: (up, down) => {
      join(ssid, password, up, down)
    },
    connect: connect,
    now: now,
    after: (ms, run) => {
      setTimeout(run, ms)
    },
    id: () => serial.split('-').join(''),
    freeMemory: () => {
      const memory = process.memory()
      return memory.free * memory.blocksize
    },
    restart: () => {
      E.reboot()
    },
  }
}
