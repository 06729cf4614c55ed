/** What each sensor and each switch of a board file costs, in bytes of the image. */
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
function exampleSensor(type: SensorType, runtime: Runtime): Sensor {
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

/** Something that a board file can ask for. */
interface Switch {
  /** As the file has it. */
  setting: string
  /** Turns it on in a board without. */
  turnOn(board: Board): void
  /** The one runtime that has it. */
  only?: Runtime
}

function of5({ mqtt }: Board): void {
  mqtt.version = '5.0'
}

const switches: Switch[] = [
  { setting: '"publish.format": "json"', turnOn: ({ publish }) => Object.assign(publish, { format: 'json' }) },
  { setting: '"publish.qos": 1', turnOn: ({ publish }) => Object.assign(publish, { qos: 1 }) },
  { setting: '"limits.queueB": 4096', turnOn: ({ limits }) => Object.assign(limits, { queueB: 4096 }) },
  {
    setting: '"limits.queueB": 4096, "publish.format": "json"',
    turnOn({ limits, publish }) {
      limits.queueB = 4096
      publish.format = 'json'
    },
  },
  {
    setting: '"limits.queueB": 4096, "publish.qos": 1',
    turnOn({ limits, publish }) {
      limits.queueB = 4096
      publish.qos = 1
    },
  },
  {
    setting: '"publish.qos": 1, "mqtt.cleanSession": false, "mqtt.keepState": true',
    turnOn({ mqtt, publish }) {
      publish.qos = 1
      Object.assign(mqtt, { cleanSession: false, keepState: true })
    },
  },
  {
    setting: '"mqtt.fallback": [{…}]',
    turnOn({ mqtt }) {
      mqtt.fallback = [{ host: '192.168.100.101', port: 1883 }]
    },
  },
  { setting: '"mqtt.version": "5.0"', turnOn: of5 },
  {
    setting: '"mqtt.version": "5.0", "mqtt.topicAlias": true',
    turnOn(board) {
      of5(board)
      board.mqtt.topicAlias = true
    },
  },
  {
    setting: '"mqtt.version": "5.0", "publish.expiryS": 3600',
    turnOn(board) {
      of5(board)
      board.publish.expiryS = 3600
    },
  },
  {
    setting: '"mqtt.version": "5.0", "publish.qos": 1',
    turnOn(board) {
      of5(board)
      board.publish.qos = 1
    },
  },
  { setting: '"publish.unit": "F"', turnOn: ({ publish }) => Object.assign(publish, { unit: 'F' }) },
  {
    setting: '"publish.minChangeC": 0.2',
    turnOn: ({ publish }) => Object.assign(publish, { minChangeC: 0.2, heartbeatS: 600 }),
  },
  { setting: '"sensors[0].samples": 5', turnOn: ({ sensors }) => Object.assign(sensors[0], { samples: 5 }) },
  { setting: '"mqtt.tls": true', turnOn: ({ mqtt }) => Object.assign(mqtt, { tls: true }), only: 'espruino' },
  { setting: '"mqtt.rebootAfterS": 900', turnOn: ({ mqtt }) => Object.assign(mqtt, { rebootAfterS: 900 }) },
  { setting: '"mqtt.reconnect.maxS": 60', turnOn: ({ mqtt }) => Object.assign(mqtt.reconnect, { maxS: 60 }) },
  {
    setting: '"wifi.hostname": "mote-{id}"',
    turnOn: ({ wifi }) => Object.assign(wifi, { hostname: 'mote-{id}' }),
    only: 'espruino',
  },
  {
    setting: '"wifi.static": {…}',
    turnOn({ wifi }) {
      wifi.static = { ip: '192.168.100.101', gateway: '192.168.100.1', netmask: '255.255.255.0' }
    },
    only: 'espruino',
  },
  {
    setting: '"wifi.connectTimeoutS": 60',
    turnOn: ({ wifi }) => Object.assign(wifi, { connectTimeoutS: 60 }),
    only: 'espruino',
  },
  { setting: '"watchdogS": 120', turnOn: board => Object.assign(board, { watchdogS: 120 }) },
  { setting: '"log.level": "off"', turnOn: ({ log }) => Object.assign(log, { level: 'off' }) },
  { setting: '"log.level": "debug"', turnOn: ({ log }) => Object.assign(log, { level: 'debug' }) },
]

export interface SwitchPrice {
  setting: string
  /** Bytes over an image without it; undefined where the runtime does not have it. */
  esp32: number | undefined
  'pico-w': number | undefined
}

/** Builds an image with each switch on each board that has it. */
export async function measureSwitches(settings = switches.map(one => one.setting)): Promise<SwitchPrice[]> {
  const prices: SwitchPrice[] = []
  for (const { setting, turnOn, only } of switches.filter(one => settings.includes(one.setting))) {
    const price: SwitchPrice = { setting, esp32: undefined, 'pico-w': undefined }
    for (const name of BOARDS) {
      const board = typical(name)
      if (only !== undefined && only !== board.runtime) continue
      const without = (await buildImage(board)).bytes
      turnOn(board)
      price[name] = (await buildImage(board)).bytes - without
    }
    prices.push(price)
  }
  return prices
}

/** The prices of the switches as a Markdown table. */
export function switchesTable(prices: SwitchPrice[]): string {
  const cell = (bytes: number | undefined) => (bytes === undefined ? 'not there' : bytes.toLocaleString('en-US'))
  const lines = prices.map(price => `| \`${price.setting}\` | ${BOARDS.map(board => cell(price[board])).join(' | ')} |`)
  return ['| setting | esp32, bytes | pico-w, bytes |', '|---|---:|---:|', ...lines].join('\n')
}

async function sizeOf(board: (typeof BOARDS)[number], type: SensorType): Promise<number> {
  const image: Board = typical(board)
  return (await buildImage({ ...image, sensors: [exampleSensor(type, image.runtime)] })).bytes
}
