import { describe, expect, it } from 'vitest'
import { rig, versions } from './rig'

describe.each(versions)('a message of QoS 1 in %s', (_, v5) => {
  it('goes out with its identifier and is told once, by the first PUBACK', () => {
    const r = rig({ v5 })
    r.up()
    expect(r.publish(1, 'a', 'x', { retain: true })).toBe(1)
    expect(r.sent()).toEqual(['publish1#1 retain a=x'])
    r.ack('puback', 1)
    r.ack('puback', 1)
    expect(r.heard()).toEqual(['published 1'])
    expect(r.sent()).toEqual([])
  })
})
