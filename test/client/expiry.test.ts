import { describe, expect, it } from 'vitest'
import { expiring, remaining, taken } from '../../src/client/expiry'
import { encodeProperties } from '../../src/library/properties'
import { type Rig, rig } from './rig'

const bytes = (messageExpiryInterval: number) =>
  encodeProperties({ contentType: 'c', messageExpiryInterval, userProperty: [['k', 'v']] }) as string

describe('what is left of a Message Expiry Interval', () => {
  it.each([
    [10, 0, 10],
    [10, 999, 10],
    [10, 1000, 9],
    [10, 9999, 1],
    [4294967295, 1000, 4294967294],
  ])('of %i s after %i ms is %i s', (seconds, ageMs, left) => {
    expect(remaining(bytes(seconds), ageMs)).toBe(bytes(left))
  })

  it.each([
    [10, 10_000],
    [0, 0],
    [1, 3_600_000],
  ])('of %i s after %i ms is nothing', (seconds, ageMs) => {
    expect(remaining(bytes(seconds), ageMs)).toBeNull()
  })

  it('is nothing to properties without one', () => {
    expect(remaining('', 1e12)).toBe('')
    const others = encodeProperties({ contentType: 'c' }) as string
    expect(remaining(others, 1e12)).toBe(others)
  })
})

describe('a message in the session', () => {
  const aging = () => {
    const r = rig({ v5: true, clean: false, maxPackets: 100 })
    expiring(r.client, r.now)
    return r
  }
  const publish = (r: Rig, payload: string, messageExpiryInterval?: number, retain?: boolean) => {
    const id = r.publish(1, 'a', payload, { retain, properties: { messageExpiryInterval } })
    taken(r.client, id)
    return id
  }
  const upAt = (r: Rig, ms: number, properties?: object) => {
    r.run(ms - 100 - r.now())
    r.greet()
    r.sent()
    r.connack(true && r.dialer.links.length > 1, properties)
  }

  it('that waits goes out with what it has left, and not at all when that is nothing', () => {
    const r = aging()
    publish(r, '1', 60)
    publish(r, '2', 20)
    publish(r, '3')
    upAt(r, 30_000)
    expect(r.sent()).toEqual(['publish1#1 a=1 {"messageExpiryInterval":30}', 'publish1#3 a=3'])
    expect(r.heard()).toEqual(['connect 0', 'published 2 83'])
  })

  it('that has gone out once goes out again as it was, however old it is', () => {
    const r = aging()
    r.up()
    publish(r, '1', 10)
    r.lost()
    upAt(r, 60_000)
    expect(r.sent()).toEqual(['publish1#1 dup a=1 {"messageExpiryInterval":10}'])
  })

  it('that waits for quota grows old as well', () => {
    const r = aging()
    r.up(false, { receiveMaximum: 1 })
    publish(r, '1', 60)
    publish(r, '2', 60)
    r.run(10_000)
    r.ack('puback', 1)
    expect(r.sent()).toEqual([
      'publish1#1 a=1 {"messageExpiryInterval":60}',
      'publish1#2 a=2 {"messageExpiryInterval":50}',
    ])
  })

  it('has an age of its own, not that of one whose identifier it has', () => {
    const r = aging()
    publish(r, '1', 100, true)
    r.up(false, { retainAvailable: false })
    r.run(200_000)
    r.client._lastId = 0
    expect(publish(r, '2', 100)).toBe(1)
    expect(r.sent()).toEqual(['publish1#1 a=2 {"messageExpiryInterval":100}'])
  })
})
