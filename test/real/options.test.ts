import { afterEach, describe, it } from 'vitest'
import { ENGINE_VARIABLE } from '../../src/host/engine/real'
import { runImage } from './image'
import { hasMosquitto, hasPaho, startMosquitto, tutorialSubscriber, until } from './parts'

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

const OPTIONS = [
  ...['publish.format=json', 'publish.unit=F', 'publish.minChangeC=20', 'publish.heartbeatS=3', 'sensors[0].samples=3'],
  ...['mqtt.rebootAfterS=300', 'watchdogS=120', 'log.level=debug'],
]
const NETWORK = [
  ...['wifi.hostname=mote', 'wifi.static={"ip":"10.0.0.60","gateway":"10.0.0.1"}', 'wifi.connectTimeoutS=60'],
]

const boards = [
  { name: 'esp32', variable: ENGINE_VARIABLE.espruino, set: [...OPTIONS, ...NETWORK] },
  { name: 'pico-w', variable: ENGINE_VARIABLE.kaluma, set: OPTIONS },
] as const

describe.each(boards)('the $name image with every option on the real engine', ({ name, variable, set }) => {
  it.skipIf(!process.env[variable] || !hasMosquitto() || !hasPaho())(
    'publishes JSON in Fahrenheit: the first reading at once, then one heartbeat in three intervals',
    async () => {
      const broker = await startMosquitto()
      ending.push(broker.stop)
      const subscriber = await tutorialSubscriber(broker.port, `sensors/${name}/temperature`)
      ending.push(subscriber.stop)
      const powered = await runImage(name, broker.port, 'real', [...set])
      ending.push(powered.stop)
      const reading = /temperature \{"temperature":-?\d+\.\d\} 0 0$/
      const times: number[] = []
      await until(
        () => {
          if (subscriber.lines.filter(line => reading.test(line)).length > times.length) times.push(Date.now())
          return times.length === 4
        },
        30_000,
        () => [subscriber.lines, powered.log],
      )
      const gaps = times.slice(1).map((time, i) => time - times[i])
      if (gaps.some(gap => Math.abs(gap - 3000) > 800)) throw new Error(`heartbeats came after ${gaps} ms`)
    },
  )
})
