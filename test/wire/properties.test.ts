import { describe, expect, it } from 'vitest'
import { field } from '../../src/wire/header'
import { packet } from '../../src/wire/packet'
import * as p from '../../src/wire/properties'
import { PROTOCOL_ERROR } from '../../src/wire/reason'
import { BAD_PROPERTY, OUT_OF_RANGE, refusal } from '../../src/wire/refusal'
import { bytes, hex } from './bytes'
import { listProperties, PROPERTIES, type Property, writeProperties } from './fields'

/** 5.0 table 2-4: which packets may carry which property. S: only the server sends it there, C: only the client. */
const ALLOWED: Record<string, string> = {
  payloadFormatIndicator: 'WILL PUBLISH',
  messageExpiryInterval: 'WILL PUBLISH',
  contentType: 'WILL PUBLISH',
  responseTopic: 'WILL PUBLISH',
  correlationData: 'WILL PUBLISH',
  subscriptionIdentifier: 'PUBLISH-S SUBSCRIBE',
  sessionExpiryInterval: 'CONNECT CONNACK DISCONNECT-C',
  assignedClientIdentifier: 'CONNACK',
  serverKeepAlive: 'CONNACK',
  authenticationMethod: 'CONNECT CONNACK AUTH',
  authenticationData: 'CONNECT CONNACK AUTH',
  requestProblemInformation: 'CONNECT',
  willDelayInterval: 'WILL',
  requestResponseInformation: 'CONNECT',
  responseInformation: 'CONNACK',
  serverReference: 'CONNACK DISCONNECT-S',
  reasonString: 'CONNACK ACK DISCONNECT AUTH',
  receiveMaximum: 'CONNECT CONNACK',
  topicAliasMaximum: 'CONNECT CONNACK',
  topicAlias: 'PUBLISH',
  maximumQoS: 'CONNACK',
  retainAvailable: 'CONNACK',
  userProperty: 'CONNECT WILL CONNACK PUBLISH ACK SUBSCRIBE UNSUBSCRIBE DISCONNECT AUTH',
  maximumPacketSize: 'CONNECT CONNACK',
  wildcardSubscriptionAvailable: 'CONNACK',
  subscriptionIdentifiersAvailable: 'CONNACK',
  sharedSubscriptionAvailable: 'CONNACK',
}

const LISTS: [name: string, list: string, from: 'C' | 'S'][] = [
  ['CONNECT', p.IN_CONNECT, 'C'],
  ['WILL', p.IN_WILL, 'C'],
  ['PUBLISH', p.IN_PUBLISH, 'C'],
  ['SUBSCRIBE', p.IN_SUBSCRIBE, 'C'],
  ['UNSUBSCRIBE', p.IN_UNSUBSCRIBE, 'C'],
  ['DISCONNECT', p.IN_DISCONNECT, 'C'],
  ['ACK', p.IN_ACK, 'S'],
  ['AUTH', p.IN_AUTH, 'S'],
  ['CONNACK', p.IN_CONNACK, 'S'],
  ['PUBLISH', p.IN_RECEIVED_PUBLISH, 'S'],
  ['DISCONNECT', p.IN_RECEIVED_DISCONNECT, 'S'],
]

/** A list that allows a property. */
const listFor = (name: string) =>
  LISTS.find(([packet, , from]) =>
    ALLOWED[name].split(' ').some(entry => entry === packet || entry === `${packet}-${from}`),
  )?.[1] as string

const VALUES = { number: 1, text: 't', binary: '\0', pair: 'n' }
const sample = (name: string): Property => [name, VALUES[PROPERTIES[name][1]], 'v']

/** What a property cannot be without. */
const METHOD = writeProperties([sample('authenticationMethod')])
const needed = (name: string) => (name === 'authenticationData' ? METHOD : '')

/** 0 when a list takes the properties, both when they are written and when they are read; < 0 when both refuse. */
function check(list: string, properties: string): number {
  const written = p.block(list, properties)
  const r = packet()
  const length = String.fromCharCode(properties.length)
  const end = p.readProperties(r, `xx${length}${properties}yy`, 2, list)
  expect(end > 0).toBe(written !== '')
  if (written) expect([end, r.properties, written]).toEqual([3 + properties.length, properties, length + properties])
  else expect(refusal).toBe(BAD_PROPERTY)
  return Math.min(end, 0)
}

describe.each(LISTS)('%s takes', (name, list, from) => {
  it.each(Object.keys(ALLOWED))(
    `from ${from}: %s where the standard does, once or more (mqtt5_U5-PROP-1 mqtt5_U5-PROP-2 ` +
      'mqtt5_3.3.4-6 mqtt5_U5-WILL-1)',
    property => {
      const once = needed(property) + writeProperties([sample(property)])
      const allowed = ALLOWED[property].split(' ').some(entry => entry === name || entry === `${name}-${from}`)
      const repeated = property === 'userProperty' || (property === 'subscriptionIdentifier' && name === 'PUBLISH')
      const user = writeProperties([sample('userProperty')])
      expect(check(list, once)).toBe(allowed ? 0 : -PROTOCOL_ERROR)
      expect(check(list, once + once)).toBe(allowed && repeated ? 0 : -PROTOCOL_ERROR)
      expect(check(list, once + user + once)).toBe(allowed && repeated ? 0 : -PROTOCOL_ERROR)
    },
  )

  it(`from ${from}: no property that is none (mqtt5_U5-PROP-1)`, () => {
    const known = Object.values(PROPERTIES).map(([id]) => id)
    for (let id = 0; id < 256; id++)
      if (!known.includes(id)) expect(check(list, `${String.fromCharCode(id)}\0\0\0\0`)).toBe(-PROTOCOL_ERROR)
  })
})

describe('a property', () => {
  it('may be cut nowhere (mqtt5_U5-PROP-3)', () => {
    for (const name of Object.keys(PROPERTIES)) {
      const whole = writeProperties([sample(name)])
      const list = listFor(name)
      expect(check(list, needed(name) + whole)).toBe(0)
      for (let length = 1; length < whole.length; length++)
        expect(check(list, needed(name) + whole.slice(0, length))).toBeLessThan(0)
    }
  })

  it('that is data to authenticate needs its method, wherever it stands (mqtt5_U5-PROP-5)', () => {
    const data = writeProperties([sample('authenticationData')])
    for (const list of [p.IN_CONNECT, p.IN_CONNACK, p.IN_AUTH]) {
      expect(check(list, data)).toBe(-PROTOCOL_ERROR)
      expect(check(list, data + METHOD)).toBe(0)
      expect(check(list, METHOD + data)).toBe(0)
      expect(check(list, METHOD)).toBe(0)
    }
  })

  it('may not leave its packet (mqtt5_U5-PROP-3)', () => {
    for (const digits of ['05 21 0001', '8001 21 0001', '80', ''])
      expect(p.readProperties(packet(), bytes(digits), 0, p.IN_CONNACK)).toBeLessThan(0)
  })

  it.each([
    ['receiveMaximum', [1, 65535], [0]],
    ['topicAlias', [1, 65535], [0]],
    ['topicAliasMaximum', [0, 65535], []],
    ['serverKeepAlive', [0, 65535], []],
    ['maximumPacketSize', [1, 0xffffffff], [0]],
    ['sessionExpiryInterval', [0, 0xffffffff], []],
    ['messageExpiryInterval', [0, 0xffffffff], []],
    ['willDelayInterval', [0, 0xffffffff], []],
    ['subscriptionIdentifier', [1, 127, 128, 268435455], [0]],
    ['payloadFormatIndicator', [0, 1], [2, 255]],
    ['requestProblemInformation', [0, 1], [2, 255]],
    ['requestResponseInformation', [0, 1], [2, 255]],
    ['maximumQoS', [0, 1], [2, 255]],
    ['retainAvailable', [0, 1], [2, 255]],
    ['wildcardSubscriptionAvailable', [0, 1], [2, 255]],
    ['subscriptionIdentifiersAvailable', [0, 1], [2, 255]],
    ['sharedSubscriptionAvailable', [0, 1], [2, 255]],
  ])(
    '%s takes %j and not %j, and nothing that its bytes cannot hold (mqtt5_U5-PROP-4 mqtt5_3.2.2-9 mqtt5_3.3.2-8)',
    (name, good, bad) => {
      const list = listFor(name)
      for (const value of good) {
        const properties = writeProperties([[name, value]])
        expect(check(list, properties)).toBe(0)
        expect(listProperties(properties)).toEqual([[name, value]])
        expect(p.numberOf(properties, PROPERTIES[name][0], -1)).toBe(value)
      }
      for (const value of bad) expect(check(list, writeProperties([[name, value]]))).toBe(-PROTOCOL_ERROR)
      for (const value of [-1, 2 ** 32, Number.NaN]) {
        expect(p.numberProperty(PROPERTIES[name][0], value)).toBe('')
        expect(refusal).toBe(OUT_OF_RANGE)
      }
    },
  )

  it('that is a text is no number, and the other way round', () => {
    for (const [id, kind] of Object.values(PROPERTIES)) {
      if (kind === 'number') continue
      expect(p.numberProperty(id, 1)).toBe('')
      expect(refusal).toBe(BAD_PROPERTY)
    }
    expect(p.fieldProperty(p.REASON_STRING, '')).toBe('')
    expect(p.userProperty('', field('v'))).toBe('')
    expect(p.userProperty(field('n'), '')).toBe('')
  })

  it(
    'that is a text must be one, to be written as to be read (mqtt5_1.5.4-1 mqtt5_1.5.4-2 ' +
      'mqtt5_1.5.7-1 mqtt5_3.3.2-13 mqtt5_3.3.2-19)',
    () => {
      const bad = field('\xed\xa0\x80')
      const nul = field('a\0')
      for (const value of [bad, nul]) {
        for (const id of [p.CONTENT_TYPE, p.RESPONSE_TOPIC])
          expect(check(p.IN_PUBLISH, p.fieldProperty(id, value))).toBeLessThan(0)
        expect(check(p.IN_PUBLISH, p.userProperty(value, field('v')))).toBeLessThan(0)
        expect(check(p.IN_PUBLISH, p.userProperty(field('n'), value))).toBeLessThan(0)
        expect(check(p.IN_PUBLISH, p.fieldProperty(p.CORRELATION_DATA, value))).toBe(0)
      }
    },
  )

  it('keeps its place among user properties of the same name (mqtt5_1.5.7-1 mqtt5_3.3.2-18)', () => {
    const list: Property[] = [
      ['userProperty', 'b', '1'],
      ['userProperty', 'a', ''],
      ['userProperty', 'b', '1'],
      ['userProperty', '', 'é'],
    ]
    const properties = writeProperties(list)
    expect(hex(properties)).toBe('2600016200013126000161000026000162000131260000 0002c3a9'.replace(' ', ''))
    expect(listProperties(properties)).toEqual(list)
  })

  it('that is not there is not found, behind another neither', () => {
    expect(p.find('', p.REASON_STRING, 0)).toBe(-1)
    const properties = writeProperties([
      ['reasonString', '\x1f'],
      ['userProperty', 'a', 'b'],
    ])
    const at = p.find(properties, p.REASON_STRING, 0)
    expect(p.fieldAt(properties, at)).toBe('\0\x01\x1f')
    expect(p.find(properties, p.REASON_STRING, at + 3)).toBe(-1)
    expect(p.numberOf(properties, p.RECEIVE_MAXIMUM, 65535)).toBe(65535)
  })
})
