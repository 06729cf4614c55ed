import type { Board, Bytes, Hygrometer, I2c } from '../hal/contract'
import { onCommand } from './shared/command'
import { checkedWord } from './shared/crc8'

/** SHT40, SHT41, SHT45. Six bytes, data sheet section 4.6: temperature, its CRC, humidity, its CRC. */
export function celsius(bytes: Bytes): number {
  return -45 + (175 * checkedWord(bytes, 0)) / 65535
}

/** Per cent, of the same six bytes; the formula reaches beyond 0 and 100, the part does not. */
export function humidity(bytes: Bytes): number {
  return Math.min(Math.max(-6 + (125 * checkedWord(bytes, 3)) / 65535, 0), 100)
}

/** One measurement, high precision: section 4.5. It answers nobody while it measures. */
const MEASURE = '\xfd'
/** Section 3.1: 8.3 ms at most. */
const MEASURE_MS = 12

export function sht4x(board: Board, bus: I2c, address: number): Hygrometer {
  const sensor = onCommand(
    board,
    MEASURE_MS,
    () => bus.write(address, MEASURE),
    () => {
      const bytes = bus.read(address, '', 6)
      sensor.humidity = humidity(bytes)
      return celsius(bytes)
    },
  ) as Hygrometer
  return sensor
}
