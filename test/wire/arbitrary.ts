/** Packets at random, of all that the standard allows. */
import fc from 'fast-check'
import * as p from '../../src/wire/properties'
import { type Fields, PROPERTIES, type Property, type Version } from './fields'

const text = fc.string({ unit: 'binary', maxLength: 20 }).map(text => text.replaceAll('\0', 'x'))
const bytes = fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes).toString('latin1'))
const id = fc.integer({ min: 1, max: 65535 })
const qos = fc.constantFrom(0, 1, 2)
const plain = fc.string({ unit: fc.constantFrom(...'abz/ '), minLength: 1, maxLength: 30 })
const name = fc.oneof(
  plain,
  text.map(text => text.replace(/[+#]/g, '/') || '/'),
)
const filter = fc.oneof(
  name,
  plain.map(name => `${name}/+`),
  fc.constantFrom('#', '+', 'a/#', '+/b/#'),
)
/** Bodies of more than 127 and more than 16,383 bytes among the short ones. */
const payload = fc.oneof(
  { weight: 20, arbitrary: bytes },
  { weight: 2, arbitrary: fc.integer({ min: 100, max: 200 }).map(length => '\xff'.repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 16300, max: 16500 }).map(length => '\x80'.repeat(length)) },
)

const LIMITS: Record<string, [min: number, max: number]> = {
  subscriptionIdentifier: [1, 268435455],
  receiveMaximum: [1, 65535],
  topicAlias: [1, 65535],
  topicAliasMaximum: [0, 65535],
  serverKeepAlive: [0, 65535],
  messageExpiryInterval: [0, 0xffffffff],
  sessionExpiryInterval: [0, 0xffffffff],
  willDelayInterval: [0, 0xffffffff],
  maximumPacketSize: [1, 0xffffffff],
}

function property(property: string): fc.Arbitrary<Property> {
  const kind = PROPERTIES[property][1]
  // Of several values of one name mqtt-packet loses the empty ones; the vectors have them.
  if (kind === 'pair')
    return fc.tuple(
      fc.constant(property),
      text,
      text.map(text => text || '-'),
    )
  const [min, max] = LIMITS[property] ?? [0, 1]
  const value = property === 'responseTopic' ? name : kind === 'text' ? text : kind === 'binary' ? bytes : undefined
  return fc.tuple(fc.constant(property), value ?? fc.integer({ min, max }))
}

/** Some of the properties of a list, each once, then those that may repeat. `method` comes first where it must. */
function properties(list: string, method = false): fc.Arbitrary<Property[]> {
  const names = Object.keys(PROPERTIES).filter(name => list.includes(String.fromCharCode(PROPERTIES[name][0] + 48)))
  const repeated = names.filter(name => list.split(String.fromCharCode(PROPERTIES[name][0] + 48)).length > 2)
  const once = names.filter(name => !repeated.includes(name) && name !== 'authenticationMethod')
  return fc
    .tuple(
      fc.subarray(once).chain(some => fc.tuple(...some.map(property))),
      fc.array(fc.constantFrom(...repeated).chain(property), { maxLength: 3 }),
      text,
    )
    .map(([some, more, text]) => {
      const needed = method || some.some(([name]) => name === 'authenticationData')
      return [...(needed ? [['authenticationMethod', text] as Property] : []), ...some, ...more]
    })
}

/** Everything of one packet; in 5.0 with the properties of `list`. */
function fields(version: Version, cmd: string, list: string, parts: Record<string, fc.Arbitrary<unknown>>) {
  const all = version === 5 && list ? { ...parts, properties: properties(list, cmd === 'auth') } : parts
  return fc.record(all).map(parts => ({ cmd, ...parts }) as Fields)
}

const reason = (version: Version, ...codes: number[]): Record<string, fc.Arbitrary<number>> =>
  version === 5 ? { reasonCode: fc.constantFrom(...codes) } : {}

function publish(version: Version, list: string) {
  return fields(version, 'publish', list, {
    retain: fc.boolean(),
    qos,
    dup: fc.boolean(),
    topic: name,
    payload,
    messageId: id,
  }).map(({ messageId, ...rest }) => (rest.qos ? { ...rest, messageId } : { ...rest, dup: false }) as Fields)
}

const acks = (version: Version) =>
  ['puback', 'pubrec', 'pubrel', 'pubcomp'].map((cmd, i) =>
    fields(version, cmd, p.IN_ACK, {
      messageId: id,
      ...(i < 2 ? reason(version, 0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99) : reason(version, 0, 0x92)),
    }),
  )

/** What a client sends. */
export function sent(version: Version): fc.Arbitrary<Fields> {
  const will = fc.record({
    topic: name,
    payload: bytes,
    qos,
    retain: fc.boolean(),
    ...(version === 5 && { properties: properties(p.IN_WILL) }),
  })
  const connect = fields(version, 'connect', p.IN_CONNECT, {
    clean: fc.boolean(),
    keepalive: fc.integer({ min: 0, max: 65535 }),
    clientId: text,
    will: fc.option(will, { nil: undefined }),
    username: fc.option(text, { nil: undefined }),
    password: fc.option(bytes, { nil: undefined }),
  }).map(f => ({
    ...f,
    clean: f.clean || f.clientId === '',
    ...(version === 4 && f.username === undefined && { password: undefined }),
  }))
  const options = version === 5 ? { qos, nl: fc.boolean(), rap: fc.boolean(), rh: fc.constantFrom(0, 1, 2) } : { qos }
  const all = [
    connect,
    publish(version, p.IN_PUBLISH),
    ...acks(version),
    fields(version, 'subscribe', p.IN_SUBSCRIBE, {
      messageId: id,
      subscriptions: fc.array(fc.record({ topic: filter, ...options }), { minLength: 1, maxLength: 4 }),
    }),
    fields(version, 'unsubscribe', p.IN_UNSUBSCRIBE, {
      messageId: id,
      unsubscriptions: fc.array(filter, { minLength: 1, maxLength: 4 }),
    }),
    fields(version, 'pingreq', '', {}),
    fields(
      version,
      'disconnect',
      p.IN_DISCONNECT,
      reason(version, 0, 4, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99),
    ),
  ]
  if (version === 5) all.push(fields(version, 'auth', p.IN_AUTH, reason(version, 0x18, 0x19)))
  return fc.oneof(...all)
}

/** What a server sends. */
export function received(version: Version): fc.Arbitrary<Fields> {
  const granted = version === 5 ? [0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2] : [0, 1, 2, 0x80]
  const codes = (...codes: number[]) => fc.array(fc.constantFrom(...codes), { minLength: 1, maxLength: 5 })
  const code = version === 5 ? [0, 0x80, 0x84, 0x87, 0x8a, 0x9f] : [0, 1, 2, 3, 4, 5]
  const all = [
    fields(version, 'connack', p.IN_CONNACK, {
      sessionPresent: fc.boolean(),
      [version === 5 ? 'reasonCode' : 'returnCode']: fc.constantFrom(...code),
    }).map(f => (f.reasonCode || f.returnCode ? { ...f, sessionPresent: false } : f)),
    publish(version, p.IN_RECEIVED_PUBLISH),
    ...acks(version),
    fields(version, 'suback', p.IN_ACK, { messageId: id, granted: codes(...granted) }),
    fields(version, 'unsuback', p.IN_ACK, {
      messageId: id,
      ...(version === 5 && { granted: codes(0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91) }),
    }),
    fields(version, 'pingresp', '', {}),
  ]
  if (version === 5) {
    const codes = [0, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x9f, 0xa0, 0xa1, 0xa2]
    all.push(
      fields(version, 'disconnect', p.IN_RECEIVED_DISCONNECT, reason(version, ...codes)),
      fields(version, 'auth', p.IN_AUTH, reason(version, 0, 0x18)),
    )
  }
  return fc.oneof(...all)
}
