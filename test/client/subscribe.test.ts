import { describe, expect, it } from 'vitest'
import { REFUSED } from '../../src/client/client'
import { rig, versions } from './rig'

describe.each(versions)('subscribing in %s', (_, v5) => {
  it('asks for several filters at once and tells of each what became of it', () => {
    const r = rig({ v5 })
    r.up()
    expect(r.subscribe({ a: 2, 'b/+': 1, '#': 0 })).toBe(1)
    expect(r.sent()).toEqual(['subscribe#1 a:2 b/+:1 #:0'])
    r.suback(1, 1, 0x80, 0)
    expect(r.heard()).toEqual(['subscribed 1 1 80 0'])
  })

  it('refuses a request without a filter', () => {
    const r = rig({ v5 })
    r.up()
    expect([r.subscribe({}), r.unsubscribe()]).toEqual([REFUSED, REFUSED])
    expect(r.sent()).toEqual([])
  })

  it.each([[[0]], [[0, 1, 2]]])('ends the session over %j for two filters', codes => {
    const r = rig({ v5 })
    r.up()
    r.subscribe({ a: 0, b: 0 })
    r.suback(1, ...codes)
    expect(r.heard()).toEqual(['disconnect server: 82'])
  })

  it('goes ahead of messages that wait', () => {
    const r = rig({ v5 })
    r.dialer.answer = 1
    r.publish(1, 'a', '1')
    r.publish(1, 'a', '2')
    r.up()
    r.subscribe({ a: 0 })
    r.dialer.answer = 0
    r.link().events.drained()
    expect(r.sent()).toEqual(['publish1#1 a=1', 'subscribe#3 a:0', 'publish1#2 a=2'])
  })

  it('goes out in order with other requests, also when they had to wait', () => {
    const r = rig({ v5 })
    r.subscribe({ a: 0 })
    r.unsubscribe('a')
    r.subscribe({ b: 0 })
    r.up()
    expect(r.sent()).toEqual(['subscribe#1 a:0', 'unsubscribe#2 a', 'subscribe#3 b:0'])
  })

  it('takes messages ahead of SUBACK', () => {
    const r = rig({ v5 })
    r.up()
    r.subscribe({ a: 0 })
    r.message(0, 0, 'a', 'x')
    r.suback(1, 0)
    expect(r.heard()).toEqual(['message0 a=x', 'subscribed 1 0'])
  })

  it('that was not answered is asked for again on the next link, whatever became of the session', () => {
    for (const clean of [true, false]) {
      const r = rig({ v5, clean })
      r.up()
      r.subscribe({ a: 1 })
      r.unsubscribe('b')
      r.lost()
      r.up(!clean)
      expect(r.sent()).toEqual(['subscribe#1 a:1', 'unsubscribe#2 b'])
    }
  })
})

describe.each(versions)('a subscription in %s', (_, v5) => {
  /** Subscribed to a, b and c. */
  const subscribed = (clean: boolean) => {
    const r = rig({ v5, clean })
    r.up()
    r.subscribe({ a: 1, b: 2 })
    r.suback(1, 1, 2)
    r.subscribe({ c: 0 })
    r.suback(2, 0)
    r.lost()
    r.heard()
    return r
  }

  it('is left alone where the server has kept the session', () => {
    const r = subscribed(false)
    r.up(true)
    expect(r.sent()).toEqual([])
  })

  it.each([true, false])('is restored, ahead of all else, where the session is gone (clean: %s)', clean => {
    const r = subscribed(clean)
    r.publish(1, 'x', '1')
    r.up(false)
    expect(r.sent()).toEqual(['subscribe#4 a:1', 'subscribe#5 b:2', 'subscribe#6 c:0', 'publish1#3 x=1'])
    r.suback(4, 1)
    expect(r.heard()).toEqual(['subscribed 4 1'])
  })

  it('is restored once, however often the link dies before the server says so', () => {
    const r = subscribed(true)
    for (let i = 0; i < 5; i++) {
      r.up(false)
      r.lost()
    }
    r.up(false)
    expect(r.sent().map(packet => packet.replace(/#\d+/, ''))).toEqual([
      'subscribe a:1',
      'subscribe b:2',
      'subscribe c:0',
    ])
  })

  it('is not restored when it was refused, was given up, or is refused at its second try', () => {
    const r = subscribed(true)
    r.up(false)
    for (const id of [3, 4]) r.suback(id, 0)
    r.suback(5, 0x80)
    r.unsubscribe('a')
    r.unsuback(6, ...(v5 ? [0] : []))
    r.subscribe({ d: 0 })
    r.suback(7, 0x80)
    r.lost()
    r.up(false)
    expect(r.sent()).toEqual([expect.stringMatching(/^subscribe#\d+ b:2$/), expect.stringMatching(/ c:0$/)])
  })

  it('is restored as it was asked for last', () => {
    const r = subscribed(true)
    r.up(false)
    for (const id of [3, 4, 5]) r.suback(id, 0)
    r.subscribe({ a: 0 })
    r.suback(6, 0)
    r.lost()
    r.up(false)
    expect(
      r
        .sent()
        .map(packet => packet.replace(/#\d+/, ''))
        .sort(),
    ).toEqual(['subscribe a:0', 'subscribe b:2', 'subscribe c:0'])
  })

  it('to a name that objects have is one like any other', () => {
    const r = rig({ v5 })
    r.up()
    r.subscribe({ constructor: 0, __proto__x: 1 })
    r.suback(1, 0, 1)
    r.lost()
    r.up(false)
    expect(r.sent()).toEqual(['subscribe#2 constructor:0', 'subscribe#3 __proto__x:1'])
  })
})

describe.each(versions)('unsubscribing in %s', (_, v5) => {
  it('tells when it is done', () => {
    const r = rig({ v5 })
    r.up()
    expect(r.unsubscribe('a', 'b')).toBe(1)
    expect(r.sent()).toEqual(['unsubscribe#1 a b'])
    r.unsuback(1, ...(v5 ? [0, 0x11] : []))
    expect(r.heard()).toEqual([v5 ? 'unsubscribed 1 0 11' : 'unsubscribed 1'])
  })
})

describe('in 5.0', () => {
  it('a subscription is restored with its options and its properties', () => {
    const r = rig({ v5: true })
    r.up()
    r.subscribe({ a: 1 | 4 | 8 | 16 }, { subscriptionIdentifier: 300, userProperty: [['k', 'v']] })
    const [first] = r.link().written.slice(-1)
    r.suback(1, 1)
    r.lost()
    r.up()
    const [again] = r.link().written.slice(-1)
    expect(again.slice(4)).toBe(first.slice(4))
  })

  it('an UNSUBACK of fewer codes than filters ends the session', () => {
    const r = rig({ v5: true })
    r.up()
    r.unsubscribe('a', 'b')
    r.unsuback(1, 0)
    expect(r.heard()).toEqual(['disconnect server: 82'])
  })

  it('a filter whose UNSUBSCRIBE fails stays subscribed to', () => {
    const r = rig({ v5: true })
    r.up()
    r.subscribe({ a: 0 })
    r.suback(1, 0)
    r.unsubscribe('a')
    r.unsuback(2, 0x87)
    r.lost()
    r.up()
    expect(r.sent()).toEqual(['subscribe#3 a:0'])
  })
})
