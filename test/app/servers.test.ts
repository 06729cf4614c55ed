/** Several brokers, and one that somebody else's client takes away, in built images on both doubles. */
import { describe, expect, it } from 'vitest'
import { type Bench, bench, HOUR, MINUTE, SECOND } from '../outage/bench'
import { type ScriptedBroker, scriptedBroker } from '../outage/broker'

const OTHERS = 'mqtt.fallback=[{"host":"10.0.0.3"},{"host":"10.0.0.4","port":1884}]'

/** A bench with the two other brokers of OTHERS. */
async function threeBrokers(name: 'esp32' | 'pico-w', set: string[] = []): Promise<[Bench, ...ScriptedBroker[]]> {
  const b = await bench(name, [OTHERS, ...set])
  const second = scriptedBroker(b.network, b.clock, '10.0.0.3', 1883)
  const third = scriptedBroker(b.network, b.clock, '10.0.0.4', 1884)
  return [b, b.broker, second, third]
}

const connected = (b: Bench) => b.log.filter(line => line.startsWith('mqtt: connected'))

describe.each(['esp32', 'pico-w'] as const)('the %s image with several brokers', name => {
  it('dials them in their order, says which one it has, and begins with the first again after a session', async () => {
    const [b, first, second, third] = await threeBrokers(name)
    first.listener.mode = second.listener.mode = 'refuses'
    b.run(MINUTE)
    expect(connected(b)).toEqual(['mqtt: connected to 10.0.0.4'])
    expect(third.taken.length).toBeGreaterThan(3)
    second.listener.mode = 'accepts'
    third.kill()
    b.run(MINUTE)
    first.listener.mode = 'accepts'
    second.kill()
    b.run(MINUTE)
    expect(connected(b)).toEqual([
      'mqtt: connected to 10.0.0.4',
      'mqtt: connected to 10.0.0.3',
      'mqtt: connected to 10.0.0.2',
    ])
  })

  it('goes to the next one also where CONNACK does not come, or refuses', async () => {
    const [b, first, second, third] = await threeBrokers(name)
    first.mute = true
    second.returnCode = 5
    b.run(MINUTE)
    expect(third.online.size).toBe(1)
    expect([first, second].map(one => one.greetings.length)).toEqual([1, 1])
  })

  it('keeps the back-off over all of them, and comes back within a minute', async () => {
    const [b, ...brokers] = await threeBrokers(name)
    for (const { listener } of brokers) listener.mode = 'refuses'
    b.run(10 * MINUTE)
    const tries = b.log.filter(line => line.startsWith('mqtt: ')).length
    // A wait of 12.5 to 25 seconds once the back-off has grown, not for each broker anew.
    expect(tries).toBeGreaterThan(24)
    expect(tries).toBeLessThan(55)
    for (const { listener } of brokers) listener.mode = 'accepts'
    b.run(MINUTE)
    expect(connected(b)).toHaveLength(1)
  })

  it('restarts after mqtt.rebootAfterS, and begins with the first', async () => {
    const [b, ...brokers] = await threeBrokers(name, ['mqtt.rebootAfterS=300'])
    for (const { listener } of brokers) listener.mode = 'refuses'
    b.run(5 * MINUTE - SECOND)
    expect(b.board.restarts).toBe(0)
    while (b.board.restarts === 0 && b.now() < 6 * MINUTE) b.run(10)
    expect(b.board.restarts).toBe(1)
    for (const { listener } of brokers) listener.mode = 'accepts'
    b.run(MINUTE)
    expect(connected(b)).toEqual(['mqtt: connected to 10.0.0.2'])
  })
})

describe.each(['esp32', 'pico-w'] as const)('the %s image whose client id somebody else uses too', name => {
  it.each([
    ['at once', 100],
    ['after 20 seconds', 20 * SECOND],
  ])('and who takes the session over %s does not storm', async (_when, after) => {
    const b = await bench(name, ['publish.qos=1', 'limits.queueB=4096'])
    // The other one connects again so long after each connection of ours.
    let seen = 0
    for (const end = b.now() + HOUR; b.now() < end; b.run(50)) {
      if (b.broker.greetings.length === seen) continue
      seen = b.broker.greetings.length
      b.clock.after(after, () => b.broker.cut())
    }
    // Waits grow to 12.5 to 25 seconds.
    expect(seen).toBeGreaterThan(60)
    expect(seen).toBeLessThan(240)
    b.run(MINUTE)
    expect(b.statuses().at(-1)).toBe('online')
  })
})
