import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { boardNames, loadBoard } from '../../src/host/boards'
import { buildImage } from '../../src/host/image'
import { virtualBoard, virtualClock } from '../../src/host/virtual'
import { memoryNetwork } from '../../src/host/virtual/memory-network'
import { scriptedBroker } from '../outage/broker'

const folder = fileURLToPath(new URL('../../boards', import.meta.url))

/** The client id that the built image of a tracked board, which leaves it to the default, connects with. */
async function clientIdOf(name: string): Promise<string> {
  const set = ['mqtt.host=10.0.0.2']
  const { board } = loadBoard(`${folder}/${name}.json`, { standIns: true, set })
  if (!board) throw new Error(`boards/${name}.json is not valid`)
  const clock = virtualClock()
  const network = memoryNetwork(clock)
  const broker = scriptedBroker(network, clock, board.mqtt.host, board.mqtt.port)
  const { ssid, password } = board.wifi
  const accessPoint = { ssid, password, inRange: true }
  virtualBoard(board.runtime, { name, world: { clock, transport: network }, accessPoint }).boot(
    (await buildImage(board)).code,
  )
  clock.advance(10_000)
  return [...broker.online][0]
}

describe.each(boardNames(folder))('the client id that %s makes itself', name => {
  it('mqtt311_3.1.3-5 mqtt5_3.1.3-5 has 1 to 23 letters and digits, which every server must take', async () => {
    expect(await clientIdOf(name)).toMatch(/^[0-9A-Za-z]{1,23}$/)
  })
})
