import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { loadBoard } from '../../src/host/boards'
import { embeddedBroker } from '../../src/host/broker/embedded'
import { subscribe } from '../../src/host/broker/subscriber'
import { boot } from '../../src/host/cli/boot'
import { ENGINE_VARIABLE } from '../../src/host/engine/real'
import { buildImage } from '../../src/host/image'
import { until } from './parts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

/** Runs the image of a board with these sensors on the real engine, until it has read all of them several times. */
async function readings(name: 'esp32' | 'pico-w', sensors: object[], silent: string[], before = '') {
  const broker = await embeddedBroker()
  ending.push(broker.close)
  const heard: Record<string, Set<string>> = {}
  let readings = 0
  const subscriber = await subscribe(`mqtt://127.0.0.1:${broker.port}`, ['sensors/#'], ({ topic, payload }) => {
    const key = topic.split('/').at(-1) as string
    heard[key] = (heard[key] ?? new Set()).add(payload)
    if (key === 'last') readings++
  })
  ending.push(subscriber.close)
  const all = [...sensors, { key: 'last', type: 'virtual', minC: 0 }]
  const set = ['mqtt.host=127.0.0.1', `mqtt.port=${broker.port}`, 'publish.intervalS=3', `device.id=${name}`]
  const { board, findings } = loadBoard(path(`../../boards/${name}.json`), {
    ...{ env: {}, standIns: true, local: true },
    set: [...set, `sensors=${JSON.stringify(all)}`],
  })
  if (!board) throw new Error(JSON.stringify(findings))
  const log: string[] = []
  const { code } = await buildImage(board)
  const powered = await boot(board, before + code, { engine: 'real', console: line => log.push(line) })
  ending.push(powered.stop)
  await until(
    () => readings > 2,
    30_000,
    () => [log, heard],
  )
  for (const key of silent) expect(log.filter(line => line.startsWith(`sensors/${name}/${key}: `))).toHaveLength(1)
  const { status, last, ...read } = heard
  return Object.fromEntries(Object.entries(read).map(([key, payloads]) => [key, [...payloads]]))
}

describe('sensors of an image on the real engine', () => {
  it.skipIf(!process.env[ENGINE_VARIABLE.espruino])('are read on Espruino, each part in its own way', async () => {
    const sensors = [
      { key: 'room', type: 'bme280' },
      { key: 'shelf', type: 'sht4x' },
      { key: 'gone', type: 'tmp102' },
      { key: 'garden', type: 'ds18b20', pin: 'D4' },
      { key: 'attic', type: 'dht22', pin: 'D5' },
      { key: 'pipe', type: 'tmp36', pin: 'D36' },
    ]
    expect(await readings('esp32', sensors, ['gone'], readFileSync(path('espruino-parts.js'), 'utf8'))).toEqual({
      room: ['25.08'],
      room_humidity: ['40.8'],
      room_pressure: ['1006.5'],
      shelf: ['25.00'],
      shelf_humidity: ['44.0'],
      garden: ['-10.13'],
      attic: ['35.1'],
      attic_humidity: ['65.2'],
      pipe: ['25.0'],
    })
  })

  it.skipIf(!process.env[ENGINE_VARIABLE.kaluma])('are read on Kaluma, whose buses are empty there', async () => {
    const sensors = [
      { key: 'room', type: 'bme280' },
      { key: 'other', type: 'lm75', i2c: 1 },
      { key: 'attic', type: 'dht22', pin: 15 },
      { key: 'chip', type: 'internal' },
      // Its converter reads half the supply at every pin.
      { key: 'pipe', type: 'ntc', pin: 26 },
    ]
    const silent = ['room', 'room_humidity', 'room_pressure', 'other', 'attic', 'attic_humidity']
    expect(await readings('pico-w', sensors, silent)).toEqual({ chip: ['27.1'], pipe: ['25.0'] })
  })
})
