import type { Clock } from '../contract'
import type { OneWirePart } from '../wiring'
import { dallasCrc } from './crc8'

export interface Ds18b20 extends OneWirePart {
  celsius: number
}

/** `serial`: twelve hexadecimal digits. */
export function ds18b20Part(clock: Clock, serial = '139bbb0b0000', celsius = 20): Ds18b20 {
  const code = [...Buffer.from(`28${serial}`, 'hex')]
  let scratchpad: number[] = []
  let readyAt = Number.POSITIVE_INFINITY
  let received: number[] = []
  let answer: number[] = []

  function update(): void {
    if (clock.now() < readyAt) return
    readyAt = Number.POSITIVE_INFINITY
    const raw = Math.round(part.celsius * 16)
    scratchpad[0] = raw & 0xff
    scratchpad[1] = (raw >> 8) & 0xff
    scratchpad[6] = 0x10 - (raw & 15)
  }

  const part: Ds18b20 = {
    celsius,
    rom: Buffer.from([...code, dallasCrc(code)])
      .toString('hex')
      .toUpperCase(),
    powerUp() {
      // 85 degrees, and the sign that nothing was measured.
      scratchpad = [0x50, 0x05, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10]
      readyAt = Number.POSITIVE_INFINITY
      part.reset()
    },
    reset() {
      received = []
      answer = []
    },
    write(byte) {
      update()
      received.push(byte)
      const [command, ...values] = received
      if (command === 0x44) readyAt = clock.now() + 750 / (1 << (3 - ((scratchpad[4] >> 5) & 3)))
      else if (command === 0xbe) answer = [...scratchpad, dallasCrc(scratchpad)]
      else if (command === 0x4e && values.length === 3) scratchpad.splice(2, 3, ...values)
    },
    read: () => answer.shift() ?? 0xff,
  }
  return part
}
