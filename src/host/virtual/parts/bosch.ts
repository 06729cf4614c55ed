/** BME280 and BMP280, with the calibration of the data sheets' example. */
import type { Clock } from '../contract'
import type { I2cPart } from '../wiring'

export interface BoschPart extends I2cPart {
  /** Words of the converters; with this calibration 519888 is 25.08 degrees, and 415148 then 1006.53 hPa. */
  temperature: number
  pressure: number
  humidity: number
}

const CALIBRATION = '706B436718FC7D8E43D6D00B270B8C00F9FF8C3CF8C67017004B'
const MORE_CALIBRATION = '7201001329001E'

/** Registers that hold no measurement yet. */
const RESET = [0x80, 0, 0, 0x80, 0, 0, 0x80, 0]

export function boschPart(type: 'bme280' | 'bmp280', clock: Clock): BoschPart {
  const memory = new Uint8Array(256)
  let pointer = 0
  let readyAt = Number.POSITIVE_INFINITY

  function update(): void {
    if (clock.now() < readyAt) return
    readyAt = Number.POSITIVE_INFINITY
    const { pressure: p, temperature: t, humidity: h } = part
    const isHumid = type === 'bme280' && memory[0xf2] > 0
    memory.set([p >> 12, p >> 4, p << 4, t >> 12, t >> 4, t << 4, ...(isHumid ? [h >> 8, h] : [0x80, 0])], 0xf7)
    // Back to sleep.
    memory[0xf4] &= 0xfc
  }

  const part: BoschPart = {
    temperature: 519888,
    pressure: 415148,
    humidity: 0x6a00,
    powerUp() {
      memory.fill(0)
      memory.set(Buffer.from(CALIBRATION, 'hex'), 0x88)
      if (type === 'bme280') memory.set(Buffer.from(MORE_CALIBRATION, 'hex'), 0xe1)
      memory.set(RESET, 0xf7)
      memory[0xd0] = type === 'bme280' ? 0x60 : 0x58
      readyAt = Number.POSITIVE_INFINITY
    },
    write(bytes) {
      update()
      pointer = bytes[0]
      // Writing takes pairs of register and value.
      for (let i = 0; i + 1 < bytes.length; i += 2) {
        memory[bytes[i]] = bytes[i + 1]
        if (bytes[i] === 0xf4 && (bytes[i + 1] & 3) === 1) readyAt = clock.now() + 9.3
      }
      return true
    },
    read(count) {
      update()
      return [...memory.slice(pointer, pointer + count)]
    },
  }
  return part
}
