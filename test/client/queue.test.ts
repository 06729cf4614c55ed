import { describe, expect, it } from 'vitest'
import { BUSY, create, open, REFUSED, tick } from '../../src/client/client'
import { writeConnect } from '../../src/client/connect'
import { publish } from '../../src/client/publish'
import { publishQos } from '../../src/client/publish-qos'
import { enqueue, flush, queue } from '../../src/client/queue'
import { field } from '../../src/wire/header'
import { MESSAGE_EXPIRY_INTERVAL, numberProperty } from '../../src/wire/properties'
import { QOS_1, RETAIN } from '../../src/wire/publish'
import { fakeDialer } from './fake-link'
import { type Rig, rig, versions } from './rig'

const topic = field('q')
const put = (r: Rig, payload: string, flags = 0, properties = '') =>
  enqueue(r.client, topic, payload, flags, properties)

describe.each(versions)('a queue in %s', (_, v5) => {
  it('keeps what comes before CONNACK, and lets it leave in order and with its flags', () => {
    const r = rig({ v5, queueB: 1000 })
    expect([put(r, '1'), put(r, '2', RETAIN), put(r, '3')]).toEqual([0, 0, 0])
    r.greet()
    flush(r.client)
    expect(r.sent()).toEqual(['connect clean id'])
    r.connack()
    expect(r.sent()).toEqual(['publish0 q=1', 'publish0 retain q=2', 'publish0 q=3'])
    r.lost()
    r.up()
    expect(r.sent()).toEqual([])
  })

  it('leaves behind what the session has to send again', () => {
    const r = rig({ v5, clean: false, queueB: 1000 })
    r.up()
    r.publish(1, 'a', '1')
    r.lost()
    put(r, '2')
    r.up(true)
    expect(r.sent()).toEqual(['publish1#1 dup a=1', 'publish0 q=2'])
  })

  it.each([
    ['newest', false, [0, 0, 0, 0, 0], ['3', '4', '5']],
    ['oldest', true, [0, 0, 0, BUSY, BUSY], ['1', '2', '3']],
  ] as const)('keeps the %s when it is full, and counts what gives way', (_, keepOldest, answers, kept) => {
    const r = rig({ v5, queueB: 303, keepOldest })
    expect(['1', '2', '3', '4', '5'].map(payload => put(r, payload))).toEqual(answers)
    expect(r.client.dropped).toBe(2)
    expect(r.client._queuedB).toBe(303)
    r.up()
    expect(r.sent()).toEqual(kept.map(payload => 'publish0 q=' + payload))
    expect(r.client._queuedB).toBe(0)
  })

  it('makes room for a large one by as many small ones as it takes, and refuses one that never fits', () => {
    const r = rig({ v5, queueB: 303 })
    for (const payload of ['1', '2', '3']) put(r, payload)
    expect(put(r, 'x'.repeat(200))).toBe(0)
    expect([r.client.dropped, r.client._queuedB]).toEqual([3, 300])
    expect(put(r, 'x'.repeat(204))).toBe(REFUSED)
    expect(r.client.dropped).toBe(3)
  })

  it('empties packet by packet while the runtime holds bytes', () => {
    const r = rig({ v5, queueB: 1000 })
    for (const payload of ['1', '2', '3']) put(r, payload)
    r.dialer.answer = 1
    r.up()
    expect(r.sent()).toEqual(['publish0 q=1'])
    r.run(1000)
    expect(r.sent()).toEqual([])
    r.link().events.drained()
    expect(r.sent()).toEqual(['publish0 q=2'])
    r.link().events.drained()
    expect(r.sent()).toEqual(['publish0 q=3'])
  })

  it('makes payloads when they leave, of what was taken and how long ago', () => {
    const r = rig({ v5, queueB: 1000 })
    r.client._finish = (payload, ageMs) => payload + '@' + ageMs
    put(r, '1')
    r.run(2000)
    put(r, '2')
    r.greet()
    const ageMs = r.now()
    r.sent()
    r.connack()
    expect(r.sent()).toEqual([`publish0 q=1@${ageMs}`, `publish0 q=2@${ageMs - 2000}`])
  })

  it('keeps the message whose write fails, in its place', () => {
    const r = rig({ v5, queueB: 1000 })
    r.up()
    put(r, '1')
    put(r, '2')
    r.dialer.answer = -1
    flush(r.client)
    r.dialer.answer = 0
    r.up()
    expect(r.sent()).toEqual(['publish0 q=1', 'publish0 q=2'])
    expect(r.client.dropped).toBe(0)
  })

  it('drops what never can be sent, and goes on', () => {
    const r = rig({ v5, queueB: 1000 })
    enqueue(r.client, '', '1', 0, '')
    put(r, '2')
    r.up()
    expect(r.sent()).toEqual(['publish0 q=2'])
    expect(r.client.dropped).toBe(1)
  })

  it('of messages of QoS 1 waits for room in the session', () => {
    const r = rig({ v5, queueB: 1000, maxPackets: 2 })
    r.client._publish = publishQos as typeof r.client._publish
    for (const payload of ['1', '2', '3']) put(r, payload, QOS_1)
    r.up()
    expect(r.sent()).toEqual(['publish1#1 q=1', 'publish1#2 q=2'])
    r.ack('puback', 2)
    expect(r.sent()).toEqual([expect.stringMatching(/^publish1#\d q=3$/)])
    expect(r.client.dropped).toBe(0)
  })

  it('takes what the owner puts in while it leaves', () => {
    const r = rig({ v5, queueB: 1000 })
    put(r, '1')
    r.on = event => {
      if (event === 1) put(r, '2')
    }
    r.up()
    expect(r.sent()).toEqual(['publish0 q=1', 'publish0 q=2'])
  })
})

describe('a queue without a session', () => {
  it('leaves by flush(), and by itself on drained()', () => {
    const dialer = fakeDialer()
    const client = queue(
      create(dialer.dial, writeConnect(2, 0, field('id')), 0, () => {}),
      1000,
      false,
      publish,
      () => 0,
    )
    for (const payload of ['1', '2', '3']) enqueue(client, topic, payload, 0, '')
    open(client)
    tick(client, 0)
    const [link] = dialer.links
    link.events.opened()
    link.events.received('\x20\x02\0\0')
    dialer.answer = 1
    flush(client)
    flush(client)
    expect(link.written.slice(1)).toEqual(['\x30\x04\0\x01q1'])
    dialer.answer = 0
    link.events.drained()
    expect(link.written.slice(2)).toEqual(['\x30\x04\0\x01q2', '\x30\x04\0\x01q3'])
  })
})

describe('a queue in 5.0', () => {
  const expiry = (s: number) => numberProperty(MESSAGE_EXPIRY_INTERVAL, s)

  it('lets messages leave with the seconds that they have left, and drops those that have none', () => {
    const r = rig({ v5: true, queueB: 1000 })
    put(r, '1', 0, expiry(10))
    put(r, '2', 0, expiry(60))
    put(r, '3')
    r.run(30_000)
    r.greet()
    r.sent()
    const left = 60 - Math.floor(r.now() / 1000)
    r.connack()
    expect(r.sent()).toEqual([`publish0 q=2 {"messageExpiryInterval":${left}}`, 'publish0 q=3'])
    expect(r.client.dropped).toBe(1)
  })

  it('drops what the server does not offer', () => {
    const r = rig({ v5: true, queueB: 1000 })
    put(r, '1', RETAIN)
    put(r, '2')
    r.up(false, { retainAvailable: false })
    expect(r.sent()).toEqual(['publish0 q=2'])
    expect(r.client.dropped).toBe(1)
  })
})
