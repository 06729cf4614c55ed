import { describe, expect, it } from 'vitest'
import {
  type ClientOptions,
  createClient,
  disconnect,
  type Message,
  publish,
  REFUSED,
  refusalText,
  type Subscription,
  subscribe,
  unsubscribe,
} from '../../src/index'
import { packetId } from '../../src/wire/header'
import { libraryRig } from './rig'

const v5: ClientOptions = { version: '5.0' }

describe('what no CONNECT can say is an error of createClient()', () => {
  it.each<[string, ClientOptions, RegExp]>([
    ['half a surrogate pair', { clientId: '\ud800' }, /surrogate/],
    ['U+0000', { clientId: 'a\0' }, /U\+0000/],
    ['a long client identifier', { clientId: 'x'.repeat(65_536) }, /65,535 bytes/],
    ['a long will', { will: { topic: 'a', payload: new Uint8Array(65_536) } }, /65,535 bytes/],
    ['a will to a filter', { will: { topic: 'a/+', payload: '' } }, /filters/],
    ['a will to nothing', { will: { topic: '', payload: '' } }, /topic to publish to is empty/],
    ['a will of QoS 3', { will: { topic: 'a', payload: '', qos: 3 as never } }, /QoS is not 0, 1 or 2/],
    ['a negative keep alive', { keepAliveS: -1 }, /keep alive/],
    ['a long keep alive', { keepAliveS: 65_536 }, /keep alive/],
    ['half a surrogate pair in the password', { userName: 'u', password: '\ud800' }, /surrogate/],
    ['a password alone', { password: 'x' }, /user name/],
    ['no client identifier for a session that lasts', { clientId: '', clean: false }, /client identifier/],
    ['properties in 3.1.1', { properties: { receiveMaximum: 1 } }, /3\.1\.1/],
    ['a property of another packet', { ...v5, properties: { topicAlias: 1 } }, /property is not one of this packet/],
    ['a value that no property has', { ...v5, properties: { receiveMaximum: 0 } }, /this value/],
    ['a number that is too large', { ...v5, properties: { receiveMaximum: 65_536 } }, /does not fit/],
    ['a property of the will elsewhere', { ...v5, properties: { willDelayInterval: 1 } }, /property/],
  ])('%s', (_, options, why) => {
    const make = () =>
      createClient(
        () => ({ write: () => 0, close() {} }),
        { clientId: 'id', ...options },
        () => {},
      )
    expect(make).toThrow(TypeError)
    expect(make).toThrow(why)
  })
})

describe('what cannot be published is REFUSED, with the reason', () => {
  it.each<[string, ClientOptions, Partial<Message>, RegExp]>([
    ['a filter', {}, { topic: 'a/#' }, /those are for filters/],
    ['no topic', {}, { topic: '' }, /empty/],
    ['half a surrogate pair in the topic', {}, { topic: '\udc00' }, /surrogate/],
    ['half a surrogate pair in the payload', {}, { payload: '\ud800' }, /surrogate/],
    ['U+0000 in the topic', {}, { topic: 'a\0b' }, /U\+0000/],
    ['a long topic', {}, { topic: 'x'.repeat(65_536) }, /65,535 bytes/],
    ['QoS 3', {}, { qos: 3 as never }, /QoS/],
    ['properties in 3.1.1', {}, { properties: { contentType: 'x' } }, /property/],
    ['a property of another packet', v5, { properties: { serverKeepAlive: 1 } }, /property/],
    ['a user property of half a pair', v5, { properties: { userProperty: [['a', '\ud800']] } }, /surrogate/],
    ['a response topic that is a filter', v5, { properties: { responseTopic: 'a/#' } }, /property/],
    ['an expiry beyond its field', v5, { properties: { messageExpiryInterval: 2 ** 32 } }, /does not fit/],
  ])('%s', (_, options, message, why) => {
    const r = libraryRig(options)
    r.up()
    for (const qos of [0, 1] as const) {
      expect(publish(r.client, { topic: 'a', payload: 'x', qos, ...message })).toBe(REFUSED)
      expect(refusalText()).toMatch(why)
    }
    expect(r.sent()).toEqual([])
    expect(r.heard()).toEqual([])
  })
})

describe('what cannot be subscribed to is REFUSED, with the reason', () => {
  it.each<[string, ClientOptions, Subscription[], RegExp]>([
    ['nothing', {}, [], /no filter is given/],
    ['a wildcard inside a level', {}, [{ filter: 'a+' }], /filter/],
    ['QoS 3', {}, [{ filter: 'a', qos: 3 as never }], /QoS/],
    ['options of 5.0 in 3.1.1', {}, [{ filter: 'a', noLocal: true }], /QoS|options/],
    ['No Local on a shared subscription', v5, [{ filter: '$share/g/a', noLocal: true }], /options/],
    ['a shared subscription without a group', v5, [{ filter: '$share//a' }], /filter/],
    ['Retain Handling 3', v5, [{ filter: 'a', retainHandling: 3 as never }], /options/],
  ])('%s', (_, options, subscriptions, why) => {
    const r = libraryRig(options)
    r.up()
    expect(subscribe(r.client, subscriptions)).toBe(REFUSED)
    expect(refusalText()).toMatch(why)
    expect(r.sent()).toEqual([])
  })

  it('nor can it be unsubscribed from', () => {
    const r = libraryRig()
    expect([unsubscribe(r.client, []), unsubscribe(r.client, ['a#'])]).toEqual([REFUSED, REFUSED])
    expect(unsubscribe(r.client, ['a'], { userProperty: [['a', 'b']] })).toBe(REFUSED)
  })
})

describe('what DISCONNECT cannot say is REFUSED, and the session goes on', () => {
  it.each<[string, ClientOptions, Parameters<typeof disconnect>[1]]>([
    ['a reason in 3.1.1', {}, { reasonCode: 4 }],
    ['properties in 3.1.1', {}, { properties: { reasonString: 'why' } }],
    ['the reason of a server', v5, { reasonCode: 0x8e }],
    ['a property of another packet', v5, { properties: { serverReference: 'x' } }],
    [
      'a session that lasts, where none was asked for [mqtt5_U5-PROP-6]',
      v5,
      { properties: { sessionExpiryInterval: 60 } },
    ],
  ])('%s', (_, options, goodbye) => {
    const r = libraryRig(options)
    r.up()
    expect(disconnect(r.client, goodbye)).toBe(REFUSED)
    expect(refusalText()).not.toBe('')
    expect([r.sent(), r.heard()]).toEqual([[], []])
  })
})

describe('a packet identifier that is none', () => {
  it('has words too, though no user sees it', () => {
    packetId(0)
    expect(refusalText()).toContain('1 to 65,535')
  })
})
