import { describe, expect, it } from 'vitest'
import { create } from '../../src/client/client'
import { field, writeConnect } from '../../src/client/connect'
import { publishQos } from '../../src/client/publish-qos'
import { type Session, session } from '../../src/client/session'
import { mark, restore, stateOf } from '../../src/client/store'
import { header, PUBREL, packetId } from '../../src/wire/header'
import { QOS_1, QOS_2, RETAIN } from '../../src/wire/publish'
import { fakeDialer } from './fake-link'

const topic = field('a')

/** A client with a session that has never been opened. */
function fresh(properties?: string): Session {
  const connect = writeConnect(2, 0, field('id'), properties)
  return session(
    create(fakeDialer().dial, connect, 0, () => {}),
    8,
    4096,
  )
}

/** One of everything that is kept. */
function busy(properties?: string): Session {
  const c = fresh(properties)
  const block = properties ? '\0' : ''
  publishQos(c, topic, 'one', QOS_1 | RETAIN, block)
  publishQos(c, topic, '\xff\0'.repeat(200), QOS_2, block)
  c._ids.push(7)
  c._packets.push(header(PUBREL, packetId(7)))
  c._bytes += 4
  c._received.push(300, 65535)
  return c
}

describe.each([
  ['3.1.1', undefined],
  ['5.0', '\0'],
])('the state of a session of %s', (version, properties) => {
  it('is taken up whole: packets in their order, identifiers, what is not released', () => {
    const before = busy(properties)
    const after = fresh(properties)
    expect(restore(after, stateOf(before))).toBe(true)
    for (const name of ['_ids', '_packets', '_bytes', '_received'] as const) expect(after[name]).toEqual(before[name])
    // All of it was sent, as far as anybody knows.
    expect(after._sent).toBe(3)
    expect(stateOf(after)).toBe(stateOf(before))
    // The next message has another identifier.
    expect(publishQos(after, topic, '', QOS_1, properties ? '\0' : '')).toBe(8)
  })

  it('asks for the session that it belongs to', () => {
    const c = fresh(properties)
    restore(c, stateOf(busy(properties)))
    const flags = c._connect.charCodeAt(c._connect.indexOf('MQTT') + 5)
    // In 3.1.1 Clean Session is the owner's to say.
    expect(flags).toBe(version === '5.0' ? 0 : 2)
  })

  it('is nothing where nothing is kept', () => {
    const c = fresh(properties)
    const state = stateOf(c)
    expect(state.length).toBeGreaterThan(0)
    expect(restore(fresh(properties), state)).toBe(false)
  })

  it('is not taken up when a byte is another or missing', () => {
    const state = stateOf(busy(properties))
    for (let at = 0; at < state.length; at++) {
      const c = fresh(properties)
      const byte = String.fromCharCode((state.charCodeAt(at) + 1) & 255)
      expect(restore(c, state.substr(0, at) + byte + state.substr(at + 1))).toBe(false)
      expect(restore(c, state.substr(0, at))).toBe(false)
      expect([c._ids, c._packets, c._received, c._sent, c._bytes]).toEqual([[], [], [], 0, 0])
    }
  })

  it('has another mark whenever it is another', () => {
    const c = busy(properties)
    const before = mark(c)
    expect(mark(busy(properties))).toBe(before)
    c._received.pop()
    expect(mark(c)).not.toBe(before)
    const received = mark(c)
    publishQos(c, topic, '', QOS_1, properties ? '\0' : '')
    expect(mark(c)).not.toBe(received)
  })
})

it('a state of the one version is not taken up by a client of the other', () => {
  expect(restore(fresh('\0'), stateOf(busy()))).toBe(false)
  expect(restore(fresh(), stateOf(busy('\0')))).toBe(false)
})
