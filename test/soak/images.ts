/** Thirty days of a built image at QoS 1 with a queue, in virtual time, over a network that fails several times a day. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadBoard } from '../../src/host/boards'
import { buildImage } from '../../src/host/image'
import { virtualBoard, virtualClock } from '../../src/host/virtual'
import { memoryNetwork } from '../../src/host/virtual/memory-network'
import { keepingBroker } from './broker'
import { DAY, MINUTE, suffer } from './misfortune'

const HOST = '10.0.0.2'
/** SOAK_DAYS=2 is a quick look. */
const DAYS = Number(process.env.SOAK_DAYS ?? 30)

const SETTINGS = [
  `mqtt.host=${HOST}`,
  'mqtt.cleanSession=false',
  'publish.intervalS=60',
  'publish.qos=1',
  'publish.format=json',
  'publish.retain=false',
  'limits.queueB=8000',
  'log.level=debug',
]

/** Each board in each version is a file of its own, so that they run side by side. */
export function soak(name: 'esp32' | 'pico-w', version: '3.1.1' | '5.0') {
  it('lose no reading that the queue could hold, and leave nothing behind', async () => {
    const file = fileURLToPath(new URL(`../../boards/${name}.json`, import.meta.url))
    const set = [...SETTINGS, ...(version === '5.0' ? ['mqtt.version=5.0', 'mqtt.sessionExpiryS=604800'] : [])]
    const { board: config, findings } = loadBoard(file, { standIns: true, set })
    if (!config) throw new Error(JSON.stringify(findings))
    const clock = virtualClock()
    const network = memoryNetwork(clock)
    const broker = keepingBroker(network, clock, HOST, 1883)
    const taken: string[] = []
    let dropped = 0
    const board = virtualBoard(config.runtime, {
      name,
      world: { clock, transport: network },
      accessPoint: { ssid: config.wifi.ssid, password: config.wifi.password, inRange: true },
      console: line => {
        const [, reading] = /temperature: (\{.*\})$/.exec(line) ?? []
        if (reading) taken.push(reading)
        const [, count] = /, (\d+) readings dropped/.exec(line) ?? []
        if (count) dropped += +count
      },
    })
    // Every reading is another one for hours.
    let step = 0
    const warm = () => {
      clock.after(MINUTE, warm)
      step = (step + 1) % 150
      board.celsius = -20 + step * 0.6
    }
    warm()
    board.boot((await buildImage(config)).code)
    clock.advance(10 * MINUTE)
    const first = board.holdings()

    suffer(DAYS * DAY, { clock, broker, network, seed: name.length + version.length })
    expect(broker.faults).toEqual([])
    expect(board.restarts).toBe(0)
    expect(taken.length).toBeGreaterThan(DAYS * 1300)
    const came = broker.taken.filter(({ qos }) => qos === 1).map(({ payload }) => payload.replace(/,"age":\d+/, ''))
    let next = 0
    let missed = 0
    for (const reading of came) {
      // At least once: what was sent again is one of the last.
      if (reading !== taken[next] && taken.slice(Math.max(0, next - 30), next).includes(reading)) continue
      const ahead = taken.indexOf(reading, next)
      expect(ahead).toBeGreaterThanOrEqual(next)
      missed += ahead - next
      next = ahead + 1
    }
    expect(missed).toBe(dropped)
    expect(taken.length - next).toBeLessThanOrEqual(1)
    expect(board.holdings()).toEqual(first)
  }, 600_000)
}
