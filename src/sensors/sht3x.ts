import type { Board, Bytes, Hygrometer, I2c } from '../hal/contract'
import { onCommand } from './shared/command'
import { checkedWord } from './shared/crc8'

/** SHT30, SHT31, SHT35. Six bytes, data sheet section 4.13: temperature, its CRC, humidity, its CRC. */
export function celsius(bytes: Bytes): number {
  return -45 + (175 * checkedWord(bytes, 0)) / 65535
}

/** Per cent, of the same six bytes. */
export function humidity(bytes: Bytes): number {
  return (100 * checkedWord(bytes, 3)) / 65535
}

/** One measurement, high repeatability, no clock stretching: section 4.3. */
const MEASURE = '\x24\0'
/** Section 2.2: 15.5 ms at most. */
const MEASURE_MS = 20

export function sht3x(board: Board, bus: I2c, address: number): Hygrometer {
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
