import { describe, expect, it } from 'vitest'
import type { Runtime } from '../../../src/host/boards'
import { virtualClock } from '../../../src/host/virtual'
import { type MemoryNetworkOptions, memoryNetwork } from '../../../src/host/virtual/memory-network'
import { runScenario } from '../runner/run'
import { virtualStage } from '../runner/stage'
import { type Scenario, scenarios } from '../scenarios'
import { imageAdapter } from './adapter'
import { OBSTACLES, obstacle } from './fitting'
import { scenarioImage } from './image'

const HOST = '10.0.0.1'
const PORT = 1883

const networks: Record<string, MemoryNetworkOptions> = {
  'on a network without faults': {},
  'when bytes come one by one': { segmentSize: 1 },
  'when the way is long and the send buffer small': { latency: 30, segmentSize: 7, sendBuffer: 10 },
}

/** What the image does wrong in a scenario: none, or one. */
async function faultOf(
  runtime: Runtime,
  image: string,
  scenario: Scenario,
  options: MemoryNetworkOptions,
): Promise<string[]> {
  const clock = virtualClock()
  const network = memoryNetwork(clock, options)
  const complaints: string[] = []
  const complain = (line: string) => complaints.push(line)
  const adapter = imageAdapter({ runtime, image, clock, network, host: HOST, complain })
  const { id, passed, skipped, message } = await runScenario(
    scenario,
    adapter,
    virtualStage(clock, network, HOST, PORT),
  )
  return passed && complaints.length === 0 ? [] : [[id, skipped, message, ...complaints].join(' ')]
}

const versions = [
  ['3.1.1', 4],
  ['5.0', 5],
] as const

describe.each(['espruino', 'kaluma'] as const)('a built image on the double of %s', runtime => {
  it.each(versions)('passes every scenario of %s that fits', async (_, protocol) => {
    const image = await scenarioImage(runtime, protocol)
    const fitting = scenarios.filter(scenario => scenario.protocol === protocol && !obstacle(scenario))
    const faults: string[] = []
    for (const [name, options] of Object.entries(networks)) {
      for (const scenario of fitting) {
        for (const fault of await faultOf(runtime, image, scenario, options)) faults.push(`${name}: ${fault}`)
      }
    }
    expect(faults).toEqual([])
  })
})

describe('the scenarios that images do not play', () => {
  it.each([
    ['3.1.1', 4, { played: 99, text: 33, size: 1, id: 1 }],
    ['5.0', 5, { played: 195, text: 40, size: 2, id: 1 }],
  ])('are these many in %s', (_, protocol, counts) => {
    const obstacles = scenarios.filter(scenario => scenario.protocol === protocol).map(obstacle)
    const left = Object.keys(OBSTACLES).map(name => [name, obstacles.filter(each => each === name).length])
    expect({ played: obstacles.filter(each => !each).length, ...Object.fromEntries(left) }).toEqual(counts)
  })
})
