import { describe, expect, it } from 'vitest'
import { drop, publish, subscribe, unsubscribe } from '../../src/index'
import { libraryRig } from './rig'

const message = { cmd: 'publish', topic: 'a/ü', payload: Buffer.from([0, 255]), dup: false, retain: false, qos: 0 }

describe('the event', () => {
  it('connect says whether the session was kept', () => {
    const r = libraryRig({ clean: false })
    r.greet()
    r.say({ cmd: 'connack', returnCode: 0, sessionPresent: true })
    expect(r.heard()).toEqual([{ type: 'connect', sessionPresent: true, properties: {} }])
  })

  it('connect has the properties of CONNACK in 5.0', () => {
    const r = libraryRig({ version: '5.0' })
    r.greet()
    const properties = {
      receiveMaximum: 3,
      serverKeepAlive: 9,
      reasonString: 'fine',
      userProperties: { k: ['1', '2'] },
    }
    r.say({ cmd: 'connack', reasonCode: 0, sessionPresent: false, properties })
    expect(r.heard()).toEqual([
      {
        type: 'connect',
        sessionPresent: false,
        properties: {
          receiveMaximum: 3,
          serverKeepAlive: 9,
          reasonString: 'fine',
          userProperty: [
            ['k', '1'],
            ['k', '2'],
          ],
        },
      },
    ])
  })

  it('connect has them also when messages of the lost session are told of first', () => {
    const r = libraryRig({ version: '5.0' })
    r.up()
    publish(r.client, { topic: 'a', payload: '', qos: 2 })
    r.link().events.closed('gone')
    r.greet()
    r.heard()
    r.say({ cmd: 'connack', reasonCode: 0, sessionPresent: false, properties: { reasonString: 'fine' } })
    expect(r.heard()).toEqual([
      { type: 'publish', id: 1, reasonCode: 0x92 },
      { type: 'connect', sessionPresent: false, properties: { reasonString: 'fine' } },
    ])
  })

  it('error says that the link did not come up', () => {
    const r = libraryRig()
    r.greet()
    r.link().events.closed('refused')
    expect(r.heard()).toEqual([{ type: 'error', fault: 'link', reason: 'refused', properties: {} }])
  })

  it('error says why the server refused', () => {
    const r = libraryRig()
    r.greet()
    r.say({ cmd: 'connack', returnCode: 4, sessionPresent: false })
    expect(r.heard()).toEqual([
      { type: 'error', fault: 'server', reason: expect.any(String), reasonCode: 4, properties: {} },
    ])
  })

  it('error has the Server Reference, which nobody follows [mqtt5_U5-SRV-1]', () => {
    const r = libraryRig({ version: '5.0' })
    r.greet()
    const properties = { serverReference: 'other.example:1883', reasonString: 'moved' }
    r.say({ cmd: 'connack', reasonCode: 0x9d, sessionPresent: false, properties })
    expect(r.heard()).toMatchObject([{ type: 'error', fault: 'server', reasonCode: 0x9d, properties }])
    r.up()
    r.say({ cmd: 'disconnect', reasonCode: 0x9c, properties })
    expect(r.heard()).toMatchObject([{ type: 'disconnect', fault: 'server', reasonCode: 0x9c, properties }])
  })

  it('error says that a message was over the limit, and the session goes on', () => {
    const r = libraryRig({ packetB: 100 })
    r.up()
    r.say({ ...message, payload: 'x'.repeat(100) })
    expect(r.heard()).toMatchObject([{ type: 'error', fault: 'limits', reasonCode: 0x95 }])
    r.say(message)
    expect(r.heard()).toMatchObject([{ type: 'message' }])
  })

  it('disconnect says whose doing it was: the link’s, the owner’s, the server’s', () => {
    const r = libraryRig({ version: '5.0' })
    r.up()
    r.link().events.closed('gone')
    r.up()
    drop(r.client, 'the owner')
    expect(r.heard()).toEqual([{ type: 'disconnect', fault: 'link', reason: 'the owner', properties: {} }])
    r.up()
    r.link().events.received('\0\0')
    expect(r.heard()).toMatchObject([{ type: 'disconnect', fault: 'server', reasonCode: 0x82 }])
  })

  it('disconnect has properties of the packet that says it, not of one before', () => {
    const r = libraryRig({ version: '5.0' })
    r.up()
    r.say({ cmd: 'puback', messageId: 9, reasonCode: 0, properties: { reasonString: 'of nobody' } })
    r.link().events.received('\0\0')
    expect(r.heard()).toEqual([expect.objectContaining({ type: 'disconnect', reasonCode: 0x82, properties: {} })])
  })

  it('publish, subscribe and unsubscribe tell the outcome by the number that the call answered', () => {
    const r = libraryRig({ version: '5.0' })
    r.up()
    const ids = [
      publish(r.client, { topic: 'a', payload: '', qos: 1 }),
      subscribe(r.client, [{ filter: 'a', qos: 2 }, { filter: 'b' }]),
      unsubscribe(r.client, ['c']),
    ]
    expect(ids).toEqual([1, 2, 3])
    r.say({ cmd: 'puback', messageId: 1, reasonCode: 0x97 })
    r.say({ cmd: 'suback', messageId: 2, granted: [1, 0x87], properties: { reasonString: 'some' } })
    r.say({ cmd: 'unsuback', messageId: 3, granted: [0x11] })
    expect(r.heard()).toEqual([
      { type: 'publish', id: 1, reasonCode: 0x97 },
      { type: 'subscribe', id: 2, reasonCodes: [1, 0x87], properties: { reasonString: 'some' } },
      { type: 'unsubscribe', id: 3, reasonCodes: [0x11], properties: {} },
    ])
  })

  it('message has texts, bytes and flags', () => {
    const r = libraryRig()
    r.up()
    r.say({ ...message, qos: 1, messageId: 1, dup: true, retain: true })
    r.say(message)
    const payload = Uint8Array.of(0, 255)
    expect(r.heard()).toEqual([
      { type: 'message', topic: 'a/ü', payload, qos: 1, retain: true, dup: true, properties: {} },
      { type: 'message', topic: 'a/ü', payload, qos: 0, retain: false, dup: false, properties: {} },
    ])
  })

  it('message has its properties in 5.0, and the answer that the listener returns is sent', () => {
    const r = libraryRig({ version: '5.0' })
    r.up()
    r.on = () => 0x87
    const given = { payloadFormatIndicator: true, correlationData: Buffer.from([1, 2]), contentType: '' }
    r.say({ ...message, qos: 1, messageId: 1, properties: { ...given, subscriptionIdentifier: [1, 300] } })
    expect(r.heard()).toMatchObject([
      {
        properties: {
          payloadFormatIndicator: 1,
          correlationData: Uint8Array.of(1, 2),
          contentType: '',
          subscriptionIdentifier: [1, 300],
        },
      },
    ])
    expect(r.sent()).toEqual(['puback#1 87'])
  })

  it('auth has the data of the server', () => {
    const properties = { authenticationMethod: 'M' }
    const r = libraryRig({ version: '5.0', properties, authenticate: () => '' })
    r.up(false, properties)
    const authenticationData = Buffer.from([1, 255])
    r.say({ cmd: 'auth', reasonCode: 0, properties: { ...properties, authenticationData } })
    expect(r.heard()).toEqual([{ type: 'auth', data: Uint8Array.of(1, 255) }])
  })
})
