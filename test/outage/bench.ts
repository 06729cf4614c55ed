import { fileURLToPath } from 'node:url'
import { type Board, loadBoard } from '../../src/host/boards'
import { buildImage } from '../../src/host/image'
import { virtualClock } from '../../src/host/virtual'
import type { Clock } from '../../src/host/virtual/contract'
import { type EspruinoBoard, type EspruinoBoardOptions, espruinoBoard } from '../../src/host/virtual/espruino'
import { type KalumaBoard, type KalumaOptions, kalumaBoard } from '../../src/host/virtual/kaluma'
import { type MemoryNetwork, memoryNetwork } from '../../src/host/virtual/memory-network'
import { bareWiring, type Wiring } from '../../src/host/virtual/wiring'
import { type ScriptedBroker, scriptedBroker, type Taken } from './broker'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

const HOST = '10.0.0.2'
const images = new Map<string, Promise<string>>()

/** One built image on its double, one broker, one clock. Nothing moves but by run(). */
export interface Bench<B = EspruinoBoard | KalumaBoard> {
  board: B
  broker: ScriptedBroker
  network: MemoryNetwork
  clock: Clock
  /** Nothing is plugged in. */
  wiring: Wiring
  /** What the board's console said, newest last. */
  log: string[]
  run(ms: number): void
  /** Milliseconds since power-up. */
  now(): number
  /** Runs until a message of this key comes in after now; answers how long that took, or Infinity after the limit. */
  untilNext(key: 'temperature' | 'status', limitMs: number, payload?: string): number
  readings(): Taken[]
  statuses(): string[]
}

/** A tracked board for the bench's broker. */
function configOf(name: string, set: string[]): Board {
  const file = fileURLToPath(new URL(`../../boards/${name}.json`, import.meta.url))
  const overrides = [`mqtt.host=${HOST}`, 'publish.intervalS=10', ...set]
  const { board, findings } = loadBoard(file, { standIns: true, set: overrides })
  if (!board) throw new Error(JSON.stringify(findings))
  return board
}

/** The image of a tracked board for the bench's broker, built once for the same overrides. */
export function imageOf(name: string, set: string[] = []): Promise<string> {
  const key = [name, ...set].join(' ')
  let image = images.get(key)
  if (!image) {
    image = (async () => {
      return (await buildImage(configOf(name, set))).code
    })()
    images.set(key, image)
  }
  return image
}

type Special = Partial<EspruinoBoardOptions & KalumaOptions>

/** Powers a board with its image. */
export async function bench(name: 'esp32', set?: string[], special?: Special): Promise<Bench<EspruinoBoard>>
export async function bench(name: 'pico-w', set?: string[], special?: Special): Promise<Bench<KalumaBoard>>
export async function bench(name: 'esp32' | 'pico-w', set?: string[], special?: Special): Promise<Bench>
export async function bench(name: 'esp32' | 'pico-w', set: string[] = [], special: Special = {}): Promise<Bench> {
  const image = await imageOf(name, set)
  const clock = virtualClock()
  const network = memoryNetwork(clock)
  const config = configOf(name, set)
  const broker = scriptedBroker(network, clock, config.mqtt.host, config.mqtt.port)
  const wiring = bareWiring()
  const log: string[] = []
  const options = {
    name,
    world: { clock, transport: network },
    accessPoint: { ssid: config.wifi.ssid, password: config.wifi.password, inRange: true },
    wiring,
    console: (line: string) => log.push(line),
    ...special,
  }
  const board = config.runtime === 'espruino' ? espruinoBoard(options) : kalumaBoard(options)
  const b: Bench = {
    board,
    broker,
    network,
    clock,
    wiring,
    log,
    run: ms => clock.advance(ms),
    now: () => clock.now(),
    untilNext(key, limitMs, payload) {
      const from = broker.taken.length
      const start = clock.now()
      while (clock.now() - start < limitMs) {
        clock.advance(50)
        const found = broker.taken
          .slice(from)
          .find(message => message.topic.endsWith(`/${key}`) && (payload === undefined || message.payload === payload))
        if (found) return found.at - start
      }
      return Number.POSITIVE_INFINITY
    },
    readings: () => broker.taken.filter(message => message.topic.endsWith('/temperature')),
    statuses: () => broker.taken.filter(message => message.topic.endsWith('/status')).map(message => message.payload),
  }
  board.boot(image)
  return b
}
