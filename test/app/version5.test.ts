/** Images of MQTT 5.0 on both doubles. */
import { describe, expect, it } from 'vitest'
import { buildImage } from '../../src/host/image'
import { typical } from '../../src/host/image/sizes'
import { bench, HOUR, imageOf, MINUTE, SECOND } from '../outage/bench'

const FIVE = 'mqtt.version=5.0'

describe.each(['esp32', 'pico-w'] as const)('the %s image of 5.0', name => {
  it('reports like one of 3.1.1, and says what it takes', async () => {
    const b = await bench(name, [FIVE])
    b.run(10 * MINUTE)
    expect(b.broker.greetings[0]).toMatchObject({
      protocolVersion: 5,
      clean: true,
      properties: { maximumPacketSize: 512 },
    })
    expect(b.readings().length).toBeGreaterThanOrEqual(59)
    expect(b.statuses()).toEqual(['online'])
    b.broker.kill()
    expect(b.statuses().at(-1)).toBe('offline')
    expect(b.untilNext('status', MINUTE, 'online')).toBeLessThan(MINUTE)
  })

  it('publishes at QoS 1 within the Receive Maximum of the server', async () => {
    const b = await bench(name, [FIVE, 'publish.qos=1', 'publish.intervalS=1', 'limits.queueB=4096'])
    b.broker.grants = { receiveMaximum: 2 }
    let inFlight = 0
    let most = 0
    b.broker.acknowledge = answer => {
      most = Math.max(most, ++inFlight)
      b.clock.after(3 * SECOND, () => {
        inFlight--
        answer()
      })
    }
    b.run(MINUTE)
    b.broker.acknowledge = answer => answer()
    b.run(MINUTE)
    expect(most).toBe(2)
    expect(b.readings().length).toBeGreaterThan(110)
    expect(b.broker.greetings[0].properties).toEqual({ maximumPacketSize: 512, receiveMaximum: 8 })
  })

  it('says a refusal as its reason code, and comes back', async () => {
    const b = await bench(name, [FIVE])
    b.broker.returnCode = 0x86
    b.run(MINUTE)
    expect(b.log).toContain('mqtt: reason code 134')
    b.broker.returnCode = 0
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
  })

  it('leaves who took its session over in peace for as long as its back-off can be', async () => {
    const b = await bench(name, [FIVE])
    let seen = 0
    for (const end = b.now() + HOUR; b.now() < end; b.run(50)) {
      if (b.broker.greetings.length === seen) continue
      seen = b.broker.greetings.length
      b.clock.after(100, () => b.broker.takeOver())
    }
    expect(b.log).toContain('mqtt: lost: reason code 142')
    // Once in 12.5 to 25 seconds, from the first time on.
    expect(seen).toBeGreaterThan(120)
    expect(seen).toBeLessThan(240)
  })

  it('keeps a session for as long as mqtt.sessionExpiryS, and marks duplicates', async () => {
    const b = await bench(name, [FIVE, 'publish.qos=1', 'mqtt.cleanSession=false', 'mqtt.sessionExpiryS=600'])
    b.run(MINUTE)
    b.broker.acknowledgesNothing = true
    b.run(15 * SECOND)
    const lost = b.readings().at(-1)
    b.broker.acknowledgesNothing = false
    b.broker.cut()
    b.run(MINUTE)
    const greetings = b.broker.greetings.map(({ clean, properties }) => [clean, properties?.sessionExpiryInterval])
    // No session is known at power-up, so none is asked for.
    expect(greetings).toEqual([
      [true, 600],
      [false, 600],
    ])
    expect(b.readings()).toContainEqual(expect.objectContaining({ id: lost?.id, dup: true, payload: lost?.payload }))
  })

  it('asks for 3600 seconds where the file wants a session and says no time', async () => {
    const b = await bench(name, [FIVE, 'publish.qos=1', 'mqtt.cleanSession=false'])
    b.run(MINUTE)
    expect(b.broker.greetings[0].properties?.sessionExpiryInterval).toBe(3600)
  })

  it.each([0, 1])('makes a reading about half as long by a topic alias (QoS %i)', async qos => {
    const b = await bench(name, [FIVE, 'mqtt.topicAlias=true', `publish.qos=${qos}`])
    b.broker.grants = { topicAliasMaximum: 10 }
    b.run(MINUTE)
    const [first, second] = b.readings()
    expect(b.readings().every(({ topic }) => topic === first.topic)).toBe(true)
    expect((first.length ?? 0) - (second.length ?? 0)).toBe(first.topic.length)
    // Another link knows no alias; one that takes none gets none.
    b.broker.grants = {}
    b.broker.kill()
    b.run(MINUTE)
    expect(b.readings().at(-1)?.length).toBe((first.length ?? 0) - 3)
  })

  it('gives readings an expiry, and those from the queue what is left of it', async () => {
    const set = [FIVE, 'publish.expiryS=120', 'limits.queueB=4096', 'publish.format=json']
    const b = await bench(name, set)
    b.run(MINUTE)
    expect(b.readings().at(-1)?.expiryS).toBe(120)
    b.broker.listener.mode = 'refuses'
    b.broker.kill()
    const before = b.readings().length
    b.run(5 * MINUTE)
    b.broker.listener.mode = 'accepts'
    b.run(30 * SECOND)
    const late = b.readings().slice(before)
    expect(late.length).toBeGreaterThanOrEqual(11)
    expect(late.length).toBeLessThanOrEqual(16)
    for (const { payload, expiryS } of late) {
      const { age = 0 } = JSON.parse(payload)
      expect(expiryS).toBe(120 - age)
      expect(expiryS).toBeGreaterThan(0)
    }
    // The others are counted: found when they were to leave, said at the next connection.
    b.broker.kill()
    b.run(MINUTE)
    expect(b.log.at(-1)).toMatch(/^mqtt: connected to 10\.0\.0\.2, (1[5-9]|2\d) readings dropped$/)
  })

  it('gives readings an expiry without a queue', async () => {
    for (const qos of [0, 1]) {
      const b = await bench(name, [FIVE, 'publish.expiryS=120', `publish.qos=${qos}`])
      b.run(MINUTE)
      expect(b.readings().every(({ expiryS }) => expiryS === 120)).toBe(true)
    }
  })
})

describe.each(['esp32', 'pico-w'])('the %s image of 3.1.1', name => {
  it('has nothing of 5.0 in it', async () => {
    const { code } = await buildImage(typical(name))
    expect(code).not.toContain('MQTT\\x05')
    expect(await imageOf(name, [FIVE])).toContain('MQTT\\x05')
    expect(await imageOf(name, [FIVE])).not.toContain('wrong user name')
  })
})
