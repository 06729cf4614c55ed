/** What each sensor costs, in bytes of the image. */
import type { Board, Runtime, Sensor, SensorType } from '../boards'
import { isPossible, parts } from '../boards/parts'
import { completeSensor } from '../boards/sensors'
import { buildImage } from './index'
import { typical } from './sizes'

export interface Price {
  type: SensorType
  /** Bytes over an image whose sensor is `virtual`; undefined where the board cannot drive the part. */
  esp32: number | undefined
  'pico-w': number | undefined
}

const BOARDS = ['esp32', 'pico-w'] as const

/** A valid sensor of a type on its usual pins. */
export function exampleSensor(type: SensorType, runtime: Runtime): Sensor {
  const { bus } = parts[type]
  const pin = runtime === 'espruino' ? (bus === 'analog' ? 'D36' : 'D4') : bus === 'analog' ? 26 : 15
  const isWired = bus !== 'none' && bus !== 'i2c'
  return completeSensor({ key: 'temperature', type, offsetC: 0, samples: 1, ...(isWired ? { pin } : {}) }, runtime)
}

/** Builds an image for each sensor on each board that can drive it. */
export async function measurePrices(types = Object.keys(parts) as SensorType[]): Promise<Price[]> {
  const base = { esp32: await sizeOf('esp32', 'virtual'), 'pico-w': await sizeOf('pico-w', 'virtual') }
  const prices: Price[] = []
  for (const type of types) {
    const price: Price = { type, esp32: undefined, 'pico-w': undefined }
    for (const board of BOARDS) {
      if (isPossible(type, typical(board).runtime)) price[board] = (await sizeOf(board, type)) - base[board]
    }
    prices.push(price)
  }
  return prices
}

/** The prices as a Markdown table. */
export function pricesTable(prices: Price[]): string {
  const cell = (bytes: number | undefined) => (bytes === undefined ? 'not possible' : bytes.toLocaleString('en-US'))
  const lines = prices.map(price => {
    const also = parts[price.type].also?.join(', ') ?? ''
    return `| \`${price.type}\` | ${also} | ${BOARDS.map(board => cell(price[board])).join(' | ')} |`
  })
  return ['| sensor | also measures | esp32, bytes | pico-w, bytes |', '|---|---|---:|---:|', ...lines].join('\n')
}

async function sizeOf(board: (typeof BOARDS)[number], type: SensorType): Promise<number> {
  const image: Board = typical(board)
  return (await buildImage({ ...image, sensors: [exampleSensor(type, image.runtime)] })).bytes
}
