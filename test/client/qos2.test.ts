import { describe, expect, it } from 'vitest'
import { rig, versions } from './rig'

describe.each(versions)('a message of QoS 2 in %s', (_, v5) => {
  it('is released when it is received, and told when that is complete', () => {
    const r = rig({ v5 })
    r.up()
    expect(r.publish(2, 'a', 'x', { retain: true })).toBe(1)
    r.ack('pubrec', 1)
    expect(r.sent()).toEqual(['publish2#1 retain a=x', 'pubrel#1'])
    expect(r.heard()).toEqual([])
    r.ack('pubcomp', 1)
    r.ack('pubcomp', 1)
    expect(r.heard()).toEqual(['published 1'])
  })

  it('is released again for a second PUBREC', () => {
    const r = rig({ v5 })
    r.up()
    r.publish(2, 'a', 'x')
    r.ack('pubrec', 1)
    r.ack('pubrec', 1)
    expect(r.sent()).toEqual(['publish2#1 a=x', 'pubrel#1', 'pubrel#1'])
    r.ack('pubcomp', 1)
    expect(r.heard()).toEqual(['published 1'])
  })

  it('keeps no payload once it is received', () => {
    const r = rig({ v5 })
    r.up()
    r.publish(2, 'a', 'x'.repeat(500))
    r.ack('pubrec', 1)
    expect(r.client._bytes).toBe(4)
  })

  it('among others is released in the order of PUBRECs, on the next link too', () => {
    const r = rig({ v5, clean: false })
    r.up()
    for (let i = 0; i < 3; i++) r.publish(2, 'a', '')
    r.sent()
    for (const id of [3, 1, 2]) r.ack('pubrec', id)
    expect(r.sent()).toEqual(['pubrel#3', 'pubrel#1', 'pubrel#2'])
    r.lost()
    r.up(true)
    expect(r.sent()).toEqual(['pubrel#3', 'pubrel#1', 'pubrel#2'])
  })

  it('mqtt311_U-ACK-2 mqtt5_U-ACK-2 is not told by PUBACK, SUBACK or a PUBCOMP ahead of PUBREC', () => {
    const r = rig({ v5 })
    r.up()
    r.publish(2, 'a', '')
    r.ack('puback', 1)
    r.suback(1, 0)
    r.unsuback(1, ...(v5 ? [0] : []))
    r.ack('pubcomp', 1)
    expect(r.heard()).toEqual([])
    r.ack('pubrec', 1)
    r.ack('pubcomp', 1)
    expect(r.heard()).toEqual(['published 1'])
  })

  it('mqtt311_U-ACK-2 mqtt5_U-ACK-2 leaves one of QoS 1 and requests alone', () => {
    const r = rig({ v5 })
    r.up()
    r.publish(1, 'a', '')
    r.subscribe({ a: 0 })
    for (const id of [1, 2]) for (const ack of ['pubrec', 'pubcomp'] as const) r.ack(ack, id)
    r.ack('puback', 2)
    r.suback(1, 0)
    expect(r.heard()).toEqual([])
    r.ack('puback', 1)
    r.suback(2, 0)
    expect(r.heard()).toEqual(['published 1', 'subscribed 2 0'])
  })

  it('mqtt311_U-ACK-1 mqtt5_U-ACK-1 answers out of the blue do no harm; PUBREC is answered all the same', () => {
    const r = rig({ v5 })
    r.up()
    for (const ack of ['puback', 'pubcomp', 'pubrec', 'pubrel'] as const) r.ack(ack, 9)
    r.suback(9, 0)
    r.unsuback(9, ...(v5 ? [0] : []))
    expect(r.heard()).toEqual([])
    expect(r.sent()).toEqual(v5 ? ['pubrel#9 92', 'pubcomp#9 92'] : ['pubrel#9', 'pubcomp#9'])
    expect(r.publish(1, 'a', '')).toBe(1)
  })
})

describe('a message of QoS 2 in 5.0', () => {
  it('that is refused by PUBREC is told so, is not released, and its identifier is free', () => {
    const r = rig({ v5: true })
    r.up()
    r.publish(2, 'a', 'x')
    r.sent()
    r.ack('pubrec', 1, 0x97)
    expect(r.heard()).toEqual(['published 1 97'])
    r.client._lastId = 0
    expect(r.publish(1, 'a', 'y')).toBe(1)
    expect(r.sent()).toEqual(['publish1#1 a=y'])
  })

  it('that the server does not know when it is released is told so', () => {
    const r = rig({ v5: true })
    r.up()
    r.publish(2, 'a', 'x')
    r.ack('pubrec', 1)
    r.ack('pubcomp', 1, 0x92)
    expect(r.heard()).toEqual(['published 1 92'])
  })
})
