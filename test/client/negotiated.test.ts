import { afterEach, describe, expect, it, vi } from 'vitest'
import { NOT_OFFERED, UP } from '../../src/client/client'
import { clientId } from '../../src/client/negotiated'
import { rig } from './rig'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('Receive Maximum of the server', () => {
  it('is how many messages of QoS 1 and 2 are on their way; requests, QoS 0 and answers go on', () => {
    const r = rig({ v5: true })
    r.up(false, { receiveMaximum: 2 })
    for (const payload of ['1', '2', '3', '4']) r.publish(payload === '2' ? 2 : 1, 'a', payload)
    r.publish(0, 'a', '5')
    r.subscribe({ b: 0 })
    r.message(1, 9, 'c', '')
    expect(r.sent()).toEqual(['publish1#1 a=1', 'publish2#2 a=2', 'publish0 a=5', 'subscribe#5 b:0', 'puback#9'])
    r.ack('pubrec', 2)
    expect(r.sent()).toEqual(['pubrel#2'])
    r.ack('pubcomp', 2)
    expect(r.sent()).toEqual(['publish1#3 a=3'])
    r.ack('puback', 1)
    expect(r.sent()).toEqual(['publish1#4 a=4'])
  })

  it('is not raised by answers that nobody waits for', () => {
    const r = rig({ v5: true })
    r.up(false, { receiveMaximum: 1 })
    r.publish(1, 'a', '1')
    r.publish(1, 'a', '2')
    r.sent()
    for (let i = 0; i < 3; i++) for (const id of [2, 9]) r.ack('puback', id)
    expect(r.sent()).toEqual([])
    r.ack('puback', 1)
    r.ack('puback', 1)
    r.publish(1, 'a', '3')
    expect(r.sent()).toEqual(['publish1#2 a=2'])
  })

  it('counts what is sent again, PUBREL aside, and a PUBREC that refuses', () => {
    const r = rig({ v5: true, clean: false })
    r.up()
    for (const payload of ['1', '2', '3']) r.publish(2, 'a', payload)
    r.ack('pubrec', 1)
    r.lost()
    r.up(true, { receiveMaximum: 1 })
    expect(r.sent()).toEqual(['publish2#2 dup a=2', 'pubrel#1'])
    r.ack('pubrec', 2, 0x97)
    expect(r.sent()).toEqual(['publish2#3 dup a=3'])
  })

  it('is not raised by the end of a message that was released on a link before', () => {
    const r = rig({ v5: true, clean: false })
    r.up()
    r.publish(2, 'a', '1')
    r.ack('pubrec', 1)
    r.lost()
    r.up(true, { receiveMaximum: 1 })
    r.ack('pubcomp', 1)
    r.publish(1, 'a', '2')
    r.publish(1, 'a', '3')
    expect(r.sent()).toEqual(['pubrel#1', 'publish1#2 a=2'])
  })

  it('is 65,535 where the server does not say it, also behind one that did', () => {
    const r = rig({ v5: true })
    r.up(false, { receiveMaximum: 1 })
    r.lost()
    for (const payload of ['1', '2', '3']) r.publish(1, 'a', payload)
    r.up()
    expect(r.sent()).toHaveLength(3)
  })
})

describe('what the server does not offer', () => {
  it.each<[string, object, (r: ReturnType<typeof rig>) => number]>([
    ['QoS 2 by Maximum QoS 1', { maximumQoS: 1 }, r => r.publish(2, 'a', '')],
    ['QoS 1 by Maximum QoS 0', { maximumQoS: 0 }, r => r.publish(1, 'a', '')],
    ['RETAIN at QoS 0', { retainAvailable: false }, r => r.publish(0, 'a', '', { retain: true })],
    ['RETAIN at QoS 1', { retainAvailable: false }, r => r.publish(1, 'a', '', { retain: true })],
    ['a large packet of QoS 0', { maximumPacketSize: 20 }, r => r.publish(0, 'a', 'x'.repeat(15))],
    ['a large packet of QoS 1', { maximumPacketSize: 20 }, r => r.publish(1, 'a', 'x'.repeat(15))],
    ['a large SUBSCRIBE', { maximumPacketSize: 20 }, r => r.subscribe({ abcdefghijklmnop: 0 })],
    ['a large UNSUBSCRIBE', { maximumPacketSize: 20 }, r => r.unsubscribe('abcdefghijklmnop')],
    ['+', { wildcardSubscriptionAvailable: false }, r => r.subscribe({ a: 0, 'b/+': 0 })],
    ['#', { wildcardSubscriptionAvailable: false }, r => r.subscribe({ '#': 0 })],
    ['shared subscriptions', { sharedSubscriptionAvailable: false }, r => r.subscribe({ '$share/g/a': 0 })],
    [
      'subscription identifiers',
      { subscriptionIdentifiersAvailable: false },
      r => r.subscribe({ a: 0 }, { subscriptionIdentifier: 1 }),
    ],
  ])('is not sent: %s [mqtt5_U5-SUB-1]', (_, properties, ask) => {
    const r = rig({ v5: true })
    r.up(false, properties)
    expect(ask(r)).toBe(NOT_OFFERED)
    expect(r.sent()).toEqual([])
    expect(r.client._ids).toEqual([])
    r.lost()
    r.up()
    expect(ask(r)).toBeGreaterThanOrEqual(0)
    expect(r.sent()).toHaveLength(1)
  })

  it('is sent as far as it is offered', () => {
    const r = rig({ v5: true })
    r.up(false, { maximumQoS: 1, maximumPacketSize: 20, wildcardSubscriptionAvailable: false })
    r.publish(1, 'a', 'x'.repeat(12))
    r.publish(0, 'a', 'x'.repeat(14), { retain: true })
    r.subscribe({ '$share/g/a': 2 })
    expect(r.sent()).toEqual([
      'publish1#1 a=xxxxxxxxxxxx',
      'publish0 retain a=xxxxxxxxxxxxxx',
      'subscribe#2 $share/g/a:2',
    ])
  })

  it.each<[string, object, 1 | 2, object, string]>([
    ['Maximum QoS', { maximumQoS: 1 }, 2, {}, '9b'],
    ['Retain Available', { retainAvailable: false }, 1, { retain: true }, '9a'],
    ['Maximum Packet Size', { maximumPacketSize: 12 }, 1, {}, '95'],
  ])('is told of a message that has waited for CONNACK: %s', (_, properties, qos, extra, reason) => {
    const r = rig({ v5: true })
    r.publish(qos, 'a', '12345', extra)
    r.publish(1, 'b', '')
    r.greet()
    r.sent()
    r.connack(false, properties)
    expect(r.sent()).toEqual(['publish1#2 b='])
    expect(r.heard()).toEqual(['connect 0', 'published 1 ' + reason])
  })

  it('is not sent where a SUBSCRIBE passes messages that wait for quota', () => {
    const r = rig({ v5: true, clean: false })
    r.up()
    r.publish(1, 'a', '1')
    r.publish(1, 'a', '2')
    r.dialer.answer = 1
    r.subscribe({ 'b/+': 0 })
    r.dialer.answer = 0
    r.lost()
    r.heard()
    r.greet()
    r.sent()
    r.connack(true, { receiveMaximum: 1, wildcardSubscriptionAvailable: false })
    expect(r.sent()).toEqual(['publish1#1 dup a=1'])
    expect(r.heard()).toEqual(['connect 1', 'subscribed 3 a2'])
  })

  it('is told of each of very many messages, without running out of stack', () => {
    const r = rig({ v5: true, maxPackets: 12_000, maxBytes: 1e6 })
    for (let i = 0; i < 12_000; i++) r.publish(1, 'a', '', { retain: true })
    r.greet()
    r.connack(false, { retainAvailable: false })
    expect(r.heard()).toHaveLength(12_001)
  })

  it('is not sent where a SUBSCRIBE has waited for CONNACK or is restored [mqtt5_U5-SUB-1]', () => {
    const r = rig({ v5: true })
    r.up()
    r.subscribe({ 'a/+': 0 })
    r.suback(1, 0)
    r.lost()
    r.subscribe({ abcdefghijklmnop: 0 })
    r.unsubscribe('abcdefghijklmnop')
    r.up(false, { maximumPacketSize: 20, wildcardSubscriptionAvailable: false })
    expect(r.sent()).toEqual([])
  })
})

describe('Server Keep Alive', () => {
  const pingsAfter = (r: ReturnType<typeof rig>) => {
    r.sent()
    for (let seconds = 1; seconds < 200; seconds++) {
      r.run(1000)
      if (r.sent().includes('pingreq')) return seconds
    }
    return 0
  }

  it('takes the place of what was asked for, for this session', () => {
    const r = rig({ v5: true, keepAliveS: 100 })
    r.up(false, { serverKeepAlive: 20 })
    expect(Math.round(pingsAfter(r) / 10)).toBe(2)
    r.lost()
    r.up()
    expect(Math.round(pingsAfter(r) / 10)).toBe(8)
  })

  it('of 0 turns pings off', () => {
    const r = rig({ v5: true, keepAliveS: 100 })
    r.up(false, { serverKeepAlive: 0 })
    expect(pingsAfter(r)).toBe(0)
  })

  it('mqtt5_U5-KA-1 passed without PINGRESP, ends the link without DISCONNECT 8D', () => {
    const r = rig({ v5: true, keepAliveS: 20 })
    r.up()
    r.run(25_000)
    expect(r.sent()).toEqual(['pingreq'])
    const [link] = r.dialer.links
    r.run(1000)
    expect(r.heard()).toEqual(['disconnect link: no PINGRESP'])
    expect([link.closed, link.written.length]).toEqual([1, 2])
  })
})

describe('the client identifier', () => {
  it('is the one that the server has assigned, from the next CONNECT on', () => {
    const r = rig({ v5: true, clean: false, clientId: '' })
    expect(clientId(r.client)).toBe('')
    r.up(false, { assignedClientIdentifier: 'chosen-ü' })
    expect(clientId(r.client)).toBe('chosen-ü')
    r.lost()
    r.greet()
    expect(r.sent()).toEqual(['connect chosen-ü'])
    r.connack(true)
    expect(r.heard()).toContain('connect 1')
    r.lost()
    r.greet()
    expect(r.sent()).toEqual(['connect chosen-ü'])
  })

  it('that is assigned although one was given leaves CONNECT a legal packet', () => {
    const r = rig({ v5: true, clientId: 'mine' })
    r.up(false, { assignedClientIdentifier: 'chosen' })
    r.lost()
    r.greet()
    expect(['connect clean mine', 'connect clean chosen']).toContain(r.sent()[0])
  })
})

describe('Clean Start', () => {
  it('is about the first connection where the session lasts', () => {
    const r = rig({ v5: true, properties: { sessionExpiryInterval: 60 } })
    r.greet()
    expect(r.sent()).toEqual(['connect clean id'])
    r.connack()
    r.lost()
    r.greet()
    expect(r.sent()).toEqual(['connect id'])
    r.connack(true)
    expect(r.client.state).toBe(UP)
  })

  it.each([
    ['the server lets the session end with the link', { sessionExpiryInterval: 60 }, { sessionExpiryInterval: 0 }],
    ['nobody asks for more', {}, {}],
  ])('is asked for at every connection where %s [mqtt5_U5-PROP-6]', (_, properties, granted) => {
    const r = rig({ v5: true, properties })
    r.up(false, granted)
    r.publish(1, 'a', '1')
    r.lost()
    r.greet()
    expect(r.sent()).toEqual(['connect clean id'])
    r.connack()
    expect(r.sent()).toEqual(['publish1#1 a=1'])
  })

  it('is not needed where the server grants a session that nobody asked for [mqtt5_U5-PROP-6]', () => {
    const r = rig({ v5: true })
    r.up(false, { sessionExpiryInterval: 60 })
    r.publish(1, 'a', '1')
    r.lost()
    r.up(true)
    expect(r.sent()).toEqual(['publish1#1 dup a=1'])
  })
})

describe('DISCONNECT of the server', () => {
  it('ends the session with its reason', () => {
    const r = rig({ v5: true })
    r.up()
    r.say({ cmd: 'disconnect', reasonCode: 0x8b })
    expect(r.heard()).toEqual(['disconnect server: 8b'])
    expect(r.sent()).toEqual([])
    expect(r.link().closed).toBe(1)
  })

  it('before CONNACK ends the attempt', () => {
    const r = rig({ v5: true })
    r.greet()
    r.say({ cmd: 'disconnect', reasonCode: 0x89 })
    expect(r.heard()).toEqual(['error server: 89'])
  })

  it('for a session that somebody else took over leaves that one alone for as long as there is', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9999)
    const r = rig({ v5: true })
    for (let i = 0; i < 3; i++) {
      r.up()
      r.say({ cmd: 'disconnect', reasonCode: 0x8e })
      const before = r.dialer.links.length
      r.run(24_000)
      expect(r.dialer.links).toHaveLength(before)
      r.run(2000)
      expect(r.dialer.links).toHaveLength(before + 1)
    }
  })

  it('is no packet of 3.1.1', () => {
    const r = rig()
    r.up()
    r.raw('e000')
    expect(r.sent()).toEqual([])
    expect(r.link().closed).toBe(1)
  })
})

describe('Request Problem Information 0', () => {
  it.each(['puback', 'pubrec', 'pubcomp', 'pubrel'] as const)('makes a Reason String in %s a fault', cmd => {
    const r = rig({ v5: true, properties: { requestProblemInformation: 0 } })
    r.up()
    r.say({ cmd, messageId: 1, reasonCode: 0, properties: { reasonString: 'why' } })
    expect(r.heard()).toEqual(['disconnect server: 82'])
  })

  it('makes one in SUBACK a fault', () => {
    const r = rig({ v5: true, properties: { requestProblemInformation: 0 } })
    r.up()
    r.subscribe({ a: 0 })
    r.say({ cmd: 'suback', messageId: 1, granted: [0], properties: { reasonString: 'why' } })
    expect(r.heard()).toEqual(['disconnect server: 82'])
  })

  it('lets it be in CONNACK and DISCONNECT', () => {
    const r = rig({ v5: true, properties: { requestProblemInformation: 0 } })
    r.up(false, { reasonString: 'why' })
    r.say({ cmd: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'why' } })
    expect(r.heard()).toEqual(['disconnect server: 8b'])
  })
})

describe('a fault of the server', () => {
  it.each([
    ['a malformed packet', 'd00100', '81'],
    ['a packet that nobody expects', '2003000000', '82'],
    ['a packet over the limit', '30ffff7f 0001' + '61'.repeat(600), '95'],
    ['an alias beyond the maximum', '3007 000161 03 230001', '94'],
  ])('mqtt5_U5-ERR-1 is told to it before the link ends: %s', (_, bytes, reason) => {
    const r = rig({ v5: true })
    r.up()
    r.raw(bytes)
    expect(r.sent()).toEqual(['disconnect ' + reason])
    expect(r.link().closed).toBe(1)
  })

  it('mqtt5_U5-ERR-1 before CONNACK ends the link and says nothing', () => {
    const r = rig({ v5: true })
    r.greet()
    r.sent()
    r.raw('d000')
    expect(r.sent()).toEqual([])
    expect(r.heard()).toEqual(['error server: 82'])
  })
})
