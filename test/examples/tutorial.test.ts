import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { embeddedBroker } from '../../src/host/broker/embedded'
import { subscribe } from '../../src/host/broker/subscriber'
import { hasMosquitto, hasPaho, startMosquitto, tutorialSubscriber } from '../real/parts'
import { start } from './program'
import { type Wire, wireTo } from './wire'

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

const DISCONNECT = '\xe0\x00'
const seen = { timeout: 20_000, interval: 20 }

interface Broker {
  /** The way to it. */
  wire: Wire
  /** Ends it and starts another, whose port it answers; the way leads there no sooner than `wire.to` is that. */
  replace(): Promise<number>
}

const brokers: { name: string; isThere: boolean; serve(): Promise<Broker> }[] = [
  {
    name: 'the embedded broker',
    isThere: true,
    async serve() {
      let broker = await embeddedBroker()
      const wire = await wireTo(broker.port)
      ending.push(() => broker.close(), wire.close)
      return {
        wire,
        async replace() {
          await broker.close()
          broker = await embeddedBroker()
          return broker.port
        },
      }
    },
  },
  {
    name: 'Mosquitto',
    isThere: hasMosquitto(),
    async serve() {
      let broker = await startMosquitto()
      const wire = await wireTo(broker.port)
      ending.push(() => broker.stop(), wire.close)
      return {
        wire,
        async replace() {
          await broker.stop()
          broker = await startMosquitto()
          return broker.port
        },
      }
    },
  },
]

describe.each(brokers)('with $name', ({ isThere, serve }) => {
  const test = it.skipIf(!isThere)

  /** Publishes through another client, one message after the other. */
  async function publisher(port: number) {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`)
    ending.push(() => client.endAsync(true))
    return (topic: string, payload: string, qos: 0 | 1 | 2, retain = false) =>
      client.publishAsync(topic, payload, { qos, retain })
  }

  test('examples/publish.ts publishes `on` to house/light, says goodbye and ends', async () => {
    const { wire } = await serve()
    const messages: object[] = []
    const subscriber = await subscribe(`mqtt://127.0.0.1:${wire.to}`, ['#'], message => messages.push(message))
    ending.push(subscriber.close)
    const program = start('publish.ts', '127.0.0.1', String(wire.port))
    ending.push(program.kill)
    expect(await program.ended).toBe(0)
    await vi.waitFor(() => expect(messages).not.toEqual([]), seen)
    expect(messages).toEqual([{ topic: 'house/light', payload: 'on', qos: 0, retain: false }])
    expect([program.lines, program.errors]).toEqual([[], []])
    expect(wire.said).toHaveLength(1)
    expect(wire.said[0].endsWith(DISCONNECT)).toBe(true)
  })

  test('examples/subscribe.ts prints topic, payload, qos and retain, comes back after the broker was away, and says goodbye at Ctrl-C', async () => {
    const { wire, replace } = await serve()
    const say = await publisher(wire.to)
    await say('house/door', 'open', 1, true)
    const program = start('subscribe.ts', '127.0.0.1', String(wire.port))
    ending.push(program.kill)
    await vi.waitFor(() => expect(program.lines).toEqual(['house/door open 1 true']), seen)
    await say('house/light', 'on', 0)
    await say('garden/light', 'on', 0)
    await say('house/light', 'grün', 1)
    await say('house/light', '', 2)
    const heard = [
      'house/door open 1 true',
      'house/light on 0 false',
      'house/light grün 1 false',
      'house/light  2 false',
    ]
    await vi.waitFor(() => expect(program.lines).toEqual(heard), seen)
    expect(program.errors).toEqual([])

    const port = await replace()
    await vi.waitFor(() => expect(program.errors).toContain('closed by the broker'), seen)
    const sayThere = await publisher(port)
    await sayThere('house/door', 'shut', 2, true)
    wire.to = port
    await vi.waitFor(() => expect(program.lines.at(-1)).toBe('house/door shut 2 true'), seen)
    await sayThere('house/light', 'off', 0)
    await vi.waitFor(() => expect(program.lines.at(-1)).toBe('house/light off 0 false'), seen)
    expect(program.lines).toEqual([...heard, 'house/door shut 2 true', 'house/light off 0 false'])

    program.interrupt()
    expect(await program.ended).toBe(0)
    expect(wire.said.at(-1)?.endsWith(DISCONNECT)).toBe(true)
  })
})

describe('without a broker', () => {
  it('the examples say why, and go on trying', async () => {
    const wire = await wireTo(1)
    wire.close()
    for (const file of ['publish.ts', 'subscribe.ts']) {
      const program = start(file, '127.0.0.1', String(wire.port))
      ending.push(program.kill)
      await vi.waitFor(() => expect(program.errors.slice(0, 2)).toEqual(['refused', 'refused']), seen)
    }
  })
})

describe.skipIf(!hasMosquitto() || !hasPaho())('the tutorial’s own subscriber, in Python', () => {
  it('prints what examples/publish.ts publishes', async () => {
    const broker = await startMosquitto()
    ending.push(broker.stop)
    const subscriber = await tutorialSubscriber(broker.port, 'house/#')
    ending.push(subscriber.stop)
    const program = start('publish.ts', '127.0.0.1', String(broker.port))
    ending.push(program.kill)
    expect(await program.ended).toBe(0)
    await vi.waitFor(() => expect(subscriber.lines.at(-1)).toBe('house/light on 0 0'), seen)
  })
})
