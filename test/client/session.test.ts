import { describe, expect, it } from 'vitest'
import { BUSY, close, drop, LINK_FAILED, ON_PUBLISH, open, REFUSED, UP } from '../../src/client/client'
import { packetsIn, type Rig, rig, versions } from './rig'

describe.each(versions)('packet identifiers in %s', (_, v5) => {
  it('skip what is in flight when they begin anew, requests and messages alike', () => {
    const r = rig({ v5 })
    r.up()
    expect(r.publish(1, 'a', '')).toBe(1)
    expect(r.subscribe({ a: 0 })).toBe(2)
    expect(r.publish(2, 'a', '')).toBe(3)
    r.ack('pubrec', 3)
    r.client._lastId = 65534
    expect(r.unsubscribe('a')).toBe(65535)
    expect(r.publish(1, 'a', '')).toBe(4)
  })

  it('are free again with the answer that ends the flow, not before', () => {
    const r = rig({ v5 })
    r.up()
    const again = () => {
      r.client._lastId = 0
      return r.publish(2, 'a', '')
    }
    r.publish(2, 'a', '')
    r.ack('pubrec', 1)
    expect(again()).toBe(2)
    r.ack('pubcomp', 1)
    expect(again()).toBe(1)
  })
})

describe.each(versions)('the window in %s', (_, v5) => {
  it('holds so many packets, and makes room as they are answered', () => {
    const r = rig({ v5, maxPackets: 2 })
    r.up()
    expect([r.publish(1, 'a', '1'), r.publish(2, 'a', '2'), r.publish(1, 'a', '3')]).toEqual([1, 2, BUSY])
    r.ack('pubrec', 2)
    expect(r.publish(1, 'a', '3')).toBe(BUSY)
    r.ack('puback', 1)
    expect(r.publish(1, 'a', '3')).toBeGreaterThan(2)
    expect(r.sent()).toEqual([
      'publish1#1 a=1',
      'publish2#2 a=2',
      'pubrel#2',
      expect.stringMatching(/^publish1#\d a=3/),
    ])
  })

  it('holds so many bytes, and never takes what is larger than all of it', () => {
    const r = rig({ v5, maxBytes: 40 })
    expect(r.publish(1, 'a', 'x'.repeat(40))).toBe(REFUSED)
    const id = r.publish(1, 'a', 'x'.repeat(28))
    expect(id).toBeGreaterThan(0)
    expect(r.publish(1, 'a', '')).toBe(BUSY)
    r.up()
    r.ack('puback', id)
    expect(r.publish(1, 'a', 'x'.repeat(28))).toBeGreaterThan(0)
    expect(r.client._bytes).toBe(r.client._packets[0].length)
  })

  it('lets requests in beside messages that fill it, and no more than eight', () => {
    const r = rig({ v5, maxPackets: 1 })
    r.up()
    r.publish(1, 'a', '')
    for (let i = 0; i < 8; i++) expect(r.subscribe({ a: 0 })).toBeGreaterThan(0)
    expect([r.subscribe({ a: 0 }), r.unsubscribe('a')]).toEqual([BUSY, BUSY])
  })
})

describe.each(versions)('before CONNACK in %s', (_, v5) => {
  it('nothing is sent; then what was published leaves in order, and once', () => {
    const r = rig({ v5 })
    expect([r.publish(1, 'a', '1'), r.publish(2, 'a', '2')]).toEqual([1, 2])
    r.greet()
    r.publish(1, 'a', '3')
    r.subscribe({ b: 1 })
    r.link().events.drained()
    expect(r.sent()).toEqual(['connect clean id'])
    r.connack()
    expect(r.sent()).toEqual(['subscribe#4 b:1', 'publish1#1 a=1', 'publish2#2 a=2', 'publish1#3 a=3'])
    r.link().events.drained()
    r.run(600_000)
    expect(r.sent()).toEqual([])
  })

  it('mqtt311_U-TIME-1 mqtt5_U-TIME-1 a server that says nothing is left after 15 s, and tried again', () => {
    const r = rig({ v5 })
    r.publish(1, 'a', '1')
    r.greet()
    r.run(15_000)
    expect(r.heard()).toEqual([])
    r.run(200)
    expect(r.heard()).toEqual(['error link: no CONNACK'])
    expect(r.link().closed).toBe(1)
    r.up()
    expect(r.sent()).toEqual(['publish1#1 a=1'])
  })

  it('an attempt that is refused loses none of it', () => {
    const r = rig({ v5 })
    r.publish(1, 'a', '1')
    r.greet()
    r.say({ cmd: 'connack', returnCode: 3, reasonCode: 0x88, sessionPresent: false })
    expect(r.heard()).toEqual([`error server: ${v5 ? '88' : '3'}`])
    r.up()
    expect(r.sent()).toEqual(['publish1#1 a=1'])
  })
})

describe.each(versions)('a session that lasts in %s', (_, v5) => {
  const lasting = () => {
    const r = rig({ v5, clean: false })
    r.up()
    return r
  }

  it('sends again what is not answered, in order and with DUP, and what is new behind it', () => {
    const r = lasting()
    r.publish(1, 'a', '1')
    r.publish(2, 'a', '2')
    r.publish(2, 'a', '3')
    r.publish(1, 'a', '4', { retain: true })
    r.ack('pubrec', 2)
    r.ack('puback', 4)
    r.lost()
    r.publish(1, 'a', '5')
    r.heard()
    r.on = () => {
      r.on = () => {}
      r.publish(1, 'a', '6')
    }
    r.up(true)
    expect(r.sent()).toEqual([
      'publish1#1 dup a=1',
      'publish2#3 dup a=3',
      'pubrel#2',
      'publish1#5 a=5',
      'publish1#6 a=6',
    ])
    expect(r.heard()).toEqual([])
  })

  it('sends nothing again on a link that stands, however long the answer takes', () => {
    const r = lasting()
    r.publish(1, 'a', '1')
    r.publish(2, 'a', '2')
    r.sent()
    r.run(3_600_000)
    expect(r.sent()).toEqual([])
  })

  it('sends again after every loss, on whatever link got how far', () => {
    const r = lasting()
    r.publish(1, 'a', '1')
    r.publish(1, 'a', '2')
    r.lost()
    r.greet()
    r.lost()
    r.dialer.answer = 1
    r.up(true)
    expect(r.sent()).toEqual(['publish1#1 dup a=1'])
    r.lost()
    r.dialer.answer = 0
    r.up(true)
    expect(r.sent()).toEqual(['publish1#1 dup a=1', 'publish1#2 dup a=2'])
  })

  it('takes an answer on the link on which the packet went out, and on no other', () => {
    const r = lasting()
    r.publish(1, 'a', '1')
    r.publish(1, 'a', '2')
    r.lost()
    r.dialer.answer = 1
    r.up(true)
    r.ack('puback', 2)
    expect(r.heard()).toEqual([])
    r.ack('puback', 1)
    expect(r.heard()).toEqual(['published 1'])
  })
})

describe('a session that was to last and is gone', () => {
  /** One message of QoS 1, one of QoS 2 and one that is released are on their way, one of each QoS waits. */
  const interrupted = (v5: boolean, clean: boolean) => {
    const r = rig({ v5, clean })
    r.up()
    r.publish(1, 'a', '1')
    r.publish(2, 'a', '2')
    r.publish(2, 'a', '3')
    r.ack('pubrec', 3)
    r.lost()
    r.publish(1, 'a', '4')
    r.publish(2, 'a', '5')
    r.heard()
    r.greet()
    r.sent()
    r.connack(false)
    return r
  }

  it('is gone on in 3.1.1, where the client keeps its part', () => {
    const r = interrupted(false, false)
    expect(r.sent()).toEqual([
      'publish1#1 dup a=1',
      'publish2#2 dup a=2',
      'pubrel#3',
      'publish1#4 a=4',
      'publish2#5 a=5',
    ])
    expect(r.heard()).toEqual(['connect 0'])
  })

  it.each([
    ['clean in 3.1.1', false, true],
    ['clean in 5.0', true, true],
    ['lost by a server of 5.0', true, false],
  ])('%s: QoS 1 goes out as new, QoS 2 that went out is told to have failed, once', (_, v5, clean) => {
    const r = interrupted(v5, clean)
    expect(r.sent()).toEqual(['publish1#1 a=1', 'publish1#4 a=4', 'publish2#5 a=5'])
    expect(r.heard()).toEqual(['published 2 92', 'published 3 92', 'connect 0'])
    r.lost()
    r.heard()
    r.greet()
    r.connack(false)
    expect(r.heard()).toEqual(['published 5 92', 'connect 0'])
  })

  it('tells of every message of QoS 2 although the owner subscribes when it hears of one', () => {
    const r = rig()
    r.up()
    r.publish(2, 'a', '1')
    r.publish(2, 'a', '2')
    r.lost()
    r.heard()
    r.on = () => {
      r.on = () => {}
      r.subscribe({ b: 0 })
    }
    r.greet()
    r.sent()
    r.connack()
    expect(r.heard()).toEqual(['published 1 92', 'published 2 92', 'connect 0'])
    expect(r.sent()).toEqual(['subscribe#3 b:0'])
  })

  it('is not begun when the owner ends it over what was lost', () => {
    const r = rig()
    r.up()
    r.publish(2, 'a', '1')
    r.lost()
    r.heard()
    r.on = event => {
      if (event === ON_PUBLISH) close(r.client, '')
    }
    r.greet()
    r.connack()
    expect(r.heard()).toEqual(['published 1 92', 'disconnect link: closed'])
  })

  it('tells of messages that went out on a link before the last one as well', () => {
    const r = rig({ v5: true, clean: false })
    r.up()
    r.publish(2, 'a', '1')
    r.publish(2, 'a', '2')
    r.publish(1, 'a', '3')
    r.lost()
    r.dialer.answer = 1
    r.up(true)
    expect(r.sent()).toEqual(['publish2#1 dup a=1'])
    r.lost()
    r.heard()
    r.dialer.answer = 0
    r.greet()
    r.sent()
    r.connack(false)
    expect(r.heard()).toEqual(['published 1 92', 'published 2 92', 'connect 0'])
    expect(r.sent()).toEqual(['publish1#3 a=3'])
  })
})

describe('a session that is present although it cannot be', () => {
  it.each([
    ['3.1.1, after Clean Session', false, true],
    ['5.0, after Clean Start', true, true],
    ['5.0, for a client that has none', true, false],
  ])('is not taken up: %s', (_, v5, clean) => {
    const r = rig({ v5, clean })
    r.greet()
    r.connack(true)
    expect(r.heard()).toEqual(['error server: 82'])
    expect(r.link().closed).toBe(1)
    r.greet()
    expect(r.sent()).toEqual(['connect clean id'])
  })

  it('is taken up in 3.1.1 by a client that has just been switched on', () => {
    const r = rig({ clean: false })
    r.greet()
    r.connack(true)
    expect(r.heard()).toEqual(['connect 1'])
  })
})

describe.each(versions)('while the runtime holds bytes in %s', (_, v5) => {
  it('one packet goes out for each drained()', () => {
    const r = rig({ v5 })
    r.dialer.answer = 1
    for (const payload of ['1', '2', '3']) r.publish(1, 'a', payload)
    r.up()
    expect(r.sent()).toEqual(['publish1#1 a=1'])
    r.ack('puback', 1)
    r.run(1000)
    expect(r.sent()).toEqual([])
    r.link().events.drained()
    expect(r.sent()).toEqual(['publish1#2 a=2'])
    r.link().events.drained()
    r.link().events.drained()
    expect(r.sent()).toEqual(['publish1#3 a=3'])
  })

  it('answers are kept and leave in order, ahead of messages', () => {
    const r = rig({ v5 })
    r.up()
    r.dialer.answer = 1
    r.publish(1, 'a', '1')
    r.publish(1, 'a', '2')
    r.message(1, 7, 'b', '')
    r.message(2, 8, 'b', '')
    r.ack('pubrel', 8)
    expect(r.sent()).toEqual(['publish1#1 a=1'])
    r.link().events.drained()
    expect(r.sent()).toEqual(['puback#7', 'pubrec#8', 'pubcomp#8'])
    r.link().events.drained()
    expect(r.sent()).toEqual(['publish1#2 a=2'])
  })

  it('answers are kept up to 2,000 bytes: who sends on and does not read is left', () => {
    const r = rig({ v5 })
    r.up()
    r.dialer.answer = 1
    r.publish(1, 'a', '1')
    for (let i = 1; i <= 500; i++) r.message(1, i, 'b', '')
    expect(r.client.state).toBe(UP)
    expect(r.client._owed).toHaveLength(2000)
    r.heard()
    r.message(1, 501, 'b', '')
    expect(r.heard()).toEqual(['message1 b=', 'disconnect server: 97'])
    expect(r.link().closed).toBe(1)
  })

  it('answers that are kept die with the link', () => {
    const r = rig({ v5 })
    r.up()
    r.dialer.answer = 1
    r.publish(0, 'a', '1')
    r.message(1, 7, 'b', '')
    r.lost()
    r.dialer.answer = 0
    r.up()
    r.link().events.drained()
    expect(r.sent()).toEqual([])
  })

  it('a write that fails ends the link, and what was to be sent is sent on the next', () => {
    const r = rig({ v5, clean: false })
    r.up()
    r.dialer.answer = -1
    expect(r.publish(0, 'a', '1')).toBe(LINK_FAILED)
    expect(r.heard()).toEqual(['disconnect link: write failed'])
    r.dialer.answer = 0
    r.up(true)
    r.dialer.answer = -1
    expect(r.publish(1, 'a', '2')).toBe(1)
    r.message(1, 9, 'b', '')
    r.dialer.answer = 0
    r.up(true)
    expect(r.sent()).toEqual(['publish1#1 dup a=2'])
  })
})

describe.each(versions)('an owner who, inside the callback of %s,', (_, v5) => {
  /** What makes each event, for a client that is up and has asked for three answers. */
  const occasions: Record<string, (r: Rig) => void> = {
    connect: r => {
      r.lost()
      r.greet()
      r.connack(true)
    },
    disconnect: r => r.lost(),
    error: r => {
      r.lost()
      r.greet()
      r.lost()
    },
    published: r => r.ack('puback', 1),
    subscribed: r => r.suback(2, 0),
    unsubscribed: r => (v5 ? r.unsuback(3, 0) : r.unsuback(3)),
    message0: r => r.message(0, 0, 'm', 'x'),
    message1: r => r.message(1, 7, 'm', 'x'),
    message2: r => r.message(2, 8, 'm', 'x'),
  }
  const deeds: Record<string, (r: Rig) => void> = {
    throws: () => {
      throw new Error('the owner fails')
    },
    closes: r => close(r.client, ''),
    drops: r => drop(r.client, 'dropped'),
    'closes and opens again': r => {
      close(r.client, '')
      open(r.client)
      r.tick()
    },
    opens: r => open(r.client),
    ticks: r => r.tick(),
    publishes: r => {
      r.publish(0, 'a', '')
      r.publish(2, 'a', '')
    },
    subscribes: r => {
      r.subscribe({ c: 0 })
      r.unsubscribe('d')
    },
  }
  const pairs = Object.keys(deeds).flatMap(deed => Object.keys(occasions).map(occasion => [deed, occasion]))

  it.each(pairs)('%s at %s, leaves a client that works', (deed, occasion) => {
    const r = rig({ v5, clean: false })
    r.up()
    r.publish(1, 'a', '1')
    r.subscribe({ b: 0 })
    r.unsubscribe('b')
    let met = false
    const told: string[] = []
    r.on = () => {
      const [event] = r.heard()
      told.push(event)
      if (met || !event.startsWith(occasion)) return
      met = true
      deeds[deed](r)
    }
    occasions[occasion](r)
    expect(met).toBe(true)
    if (r.client.state === UP) r.lost()
    r.on = () => {}
    r.up(true)
    const { written } = r.link()
    for (const packet of written.flatMap(packetsIn)) {
      const id = packet.charCodeAt(packet[0] < '@' ? 6 : 3)
      if (packet[0] === '\x3a' || packet[0] === '\x32') r.ack('puback', id)
      if (packet[0] === '\x82') r.suback(id, 0)
      if (packet[0] === '\xa2') r.unsuback(id, ...(v5 ? [0] : []))
    }
    told.push(...r.heard())
    for (const outcome of ['published 1', `subscribed 2 0`, `unsubscribed 3${v5 ? ' 0' : ''}`])
      expect(told.filter(event => event === outcome)).toEqual([outcome])
  })
})

describe.each(versions)('an end in %s', (_, v5) => {
  it('by close() sends nothing behind DISCONNECT, whatever comes', () => {
    const r = rig({ v5 })
    r.up()
    r.publish(1, 'a', '1')
    close(r.client, '')
    r.publish(1, 'a', '2')
    r.subscribe({ a: 0 })
    expect(r.sent()).toEqual(['publish1#1 a=1', 'disconnect'])
    expect(r.heard()).toEqual(['disconnect link: closed'])
    r.run(60_000)
    expect(r.dialer.links).toHaveLength(1)
  })

  it('over what the server does wrong tells it so in 5.0 and says nothing in 3.1.1, so that the will stands', () => {
    const r = rig({ v5 })
    r.up()
    r.raw('4000')
    expect(r.sent()).toEqual(v5 ? ['disconnect 81'] : [])
    expect(r.heard()).toEqual(['disconnect server: 81'])
    expect(r.link().closed).toBe(1)
  })
})
