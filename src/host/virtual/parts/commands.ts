/** Hygrometers on I2C that measure on command: SHT3x, SHT4x, AHT20. */
import type { Clock } from '../contract'
import type { I2cPart } from '../wiring'
import { crc8 } from './crc8'

export interface Hygrometer extends I2cPart {
  celsius: number
  /** Per cent. */
  humidity: number
}

/** Sensirion's: silent while they measure, and when there is nothing to read. */
export function shtPart(type: 'sht3x' | 'sht4x', clock: Clock): Hygrometer {
  const command = type === 'sht3x' ? [0x24, 0x00] : [0xfd]
  const takes = type === 'sht3x' ? 15.5 : 8.3
  let readyAt = Number.NaN
  const word = (share: number) => {
    const value = Math.round(Math.min(Math.max(share, 0), 1) * 65535)
    const bytes = [value >> 8, value & 0xff]
    return [...bytes, crc8(bytes)]
  }
  const part: Hygrometer = {
    celsius: 20,
    humidity: 50,
    powerUp() {
      readyAt = Number.NaN
    },
    write(bytes) {
      if (clock.now() < readyAt || bytes.join() !== command.join()) return false
      readyAt = clock.now() + takes
      return true
    },
    read(count) {
      if (!(clock.now() >= readyAt)) return undefined
      readyAt = Number.NaN
      const humid = type === 'sht3x' ? part.humidity / 100 : (part.humidity + 6) / 125
      return [...word((part.celsius + 45) / 175), ...word(humid)].slice(0, count)
    },
  }
  return part
}

/** Holds what it measured last, and says by its status byte whether that can be used. */
export function ahtPart(clock: Clock): Hygrometer {
  let readyAt = 0
  let calibrated = false
  let held = [0, 0, 0, 0, 0]
  const part: Hygrometer = {
    celsius: 20,
    humidity: 50,
    powerUp() {
      readyAt = 0
      calibrated = false
      held = [0, 0, 0, 0, 0]
    },
    write(bytes) {
      const [command] = bytes
      if (command === 0xbe) {
        calibrated = true
        readyAt = clock.now() + 10
      } else if (command === 0xac) {
        const t = Math.round(((part.celsius + 50) / 200) * 1048576)
        const h = Math.round((part.humidity / 100) * 1048576)
        held = [h >> 12, (h >> 4) & 0xff, ((h & 15) << 4) | (t >> 16), (t >> 8) & 0xff, t & 0xff]
        readyAt = clock.now() + 80
      }
      return true
    },
    read(count) {
      const status = (clock.now() < readyAt ? 0x80 : 0) | 0x10 | (calibrated ? 0x08 : 0)
      const bytes = [status, ...held]
      return [...bytes, crc8(bytes)].slice(0, count)
    },
  }
  return part
}
