import { afterEach, describe, expect, it } from 'vitest'
import { embeddedBroker } from '../../src/host/broker/embedded'
import { net, run } from '../../src/host/node'
import {
  type ClientEvent,
  type ClientOptions,
  createClient,
  disconnect,
  open,
  publish,
  subscribe,
} from '../../src/index'
import { packetsIn, versions } from '../client/rig'
import { decode } from '../conformance/runner/decode'
import { HOST, netServer, type Peer } from '../node/listeners'
import { hasMosquitto, someMosquitto, until } from '../real/parts'

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

/** A client over TCP, opened, and what it hears. */
function connected(port: number, options: ClientOptions) {
  const heard: ClientEvent[] = []
  const client = createClient(net(HOST, port), options, event => heard.push(event))
  ending.push(run(client, 20))
  open(client)
  return { client, heard }
}

describe.each(versions)('a server of %s that reads slowly', (_, v5) => {
  it('gets whole packets in the end, and one after the other [mqtt311_U-WRITE-1 mqtt5_U-WRITE-1]', async () => {
    let peer: Peer | undefined
    const server = await netServer(taken => {
      peer = taken
      // CONNACK, and then it does something else for a while.
      taken.pause()
      taken.send(v5 ? '\x20\x03\0\0\0' : '\x20\x02\0\0')
    })
    ending.push(server.close)
    const { client, heard } = connected(server.port, { version: v5 ? '5.0' : '3.1.1', queueB: 20_000_000 })
    await until(
      () => heard.length > 0,
      10_000,
      () => heard,
    )
    // CONNECT, 20 times PUBLISH, 10 times SUBSCRIBE.
    const bytes = 6_000_000 + (v5 ? 361 : 330)
    const payload = 'x'.repeat(300_000)
    for (let i = 0; i < 10; i++) {
      publish(client, { topic: 'zero', payload })
      publish(client, { topic: 'one', payload, qos: 1 })
      subscribe(client, [{ filter: 'f' + i }])
    }
    await new Promise(resolve => setTimeout(resolve, 200))
    peer?.resume()
    await until(
      () => (peer as Peer).received.length >= bytes,
      20_000,
      () => peer?.received.length,
    )
    const packets = packetsIn((peer as Peer).received).map(bytes => decode(Buffer.from(bytes, 'latin1'), v5))
    const named = (name: string, topic?: string) => packets.filter(p => p.packet === name && p.topic === topic)
    expect(packets).toHaveLength(31)
    expect(
      named('publish', 'zero')
        .concat(named('publish', 'one'))
        .map(p => p.payload?.length),
    ).toEqual(Array(20).fill(300_000))
    expect(named('publish', 'one').map(p => p.packetId)).toEqual(Array.from({ length: 10 }, (_, i) => 1 + 2 * i))
    expect(named('subscribe').flatMap(p => p.filters?.map(({ filter }) => filter))).toEqual(
      Array.from({ length: 10 }, (_, i) => 'f' + i),
    )
  })
})

/** Talks to itself at every QoS, and says goodbye. */
async function talk(port: number, version: '3.1.1' | '5.0') {
  const { client, heard } = connected(port, { version })
  const shown = () => heard.map(event => event.type + ('qos' in event ? event.qos : ''))
  subscribe(client, [{ filter: 'mote/#', qos: 2 }])
  await until(() => shown().includes('subscribe'), 10_000, shown)
  for (const qos of [0, 1, 2] as const) publish(client, { topic: 'mote/' + qos, payload: 'x', qos })
  await until(() => shown().length >= 7, 10_000, shown)
  disconnect(client)
  await until(() => shown().includes('disconnect'), 10_000, shown)
  expect(shown().sort()).toEqual(
    ['connect', 'disconnect', 'message0', 'message1', 'message2', 'publish', 'publish', 'subscribe'].sort(),
  )
}

describe('a broker as it comes', () => {
  it('aedes is one [mqtt311_7.0.0-2]', async () => {
    const broker = await embeddedBroker()
    ending.push(broker.close)
    await talk(broker.port, '3.1.1')
  })

  it.skipIf(!hasMosquitto()).each(['3.1.1', '5.0'] as const)(
    'Mosquitto is one, in %s [mqtt311_7.0.0-2]',
    async version => {
      const broker = await someMosquitto()
      ending.push(broker.stop)
      await talk(broker.port, version)
    },
  )
})
