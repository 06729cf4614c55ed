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

  it('is told by its identifier, in whatever order the answers come', () => {
    const r = rig({ v5 })
    r.up()
    for (let i = 0; i < 3; i++) r.publish(1, 'a', '')
    for (const id of [2, 3, 1]) r.ack('puback', id)
    expect(r.heard()).toEqual(['published 2', 'published 3', 'published 1'])
  })

  it('is not told by a PUBACK that comes before it went out', () => {
    const r = rig({ v5 })
    r.publish(1, 'a', '1')
    r.publish(1, 'a', '2')
    r.dialer.answer = 1
    r.up()
    r.ack('puback', 2)
    expect(r.heard()).toEqual([])
  })
})

describe('a message of QoS 1 in 5.0', () => {
  it.each([0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99])('that fails with %i is told so, and not sent again', reason => {
    const r = rig({ v5: true, clean: false })
    r.up()
    r.publish(1, 'a', 'x')
    r.ack('puback', 1, reason)
    expect(r.heard()).toEqual(['published 1 ' + reason.toString(16)])
    r.lost()
    r.up(true)
    expect(r.sent()).toEqual([])
  })

  it('that nobody has subscribed to is a success', () => {
    const r = rig({ v5: true })
    r.up()
    r.publish(1, 'a', 'x')
    r.ack('puback', 1, 0x10)
    expect(r.heard()).toEqual(['published 1'])
  })
})
