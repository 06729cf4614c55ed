import { describe, expect, it } from 'vitest'
import { BUSY, create, NOT_UP, open, tick, UP } from '../../src/client/client'
import { field, writeConnect } from '../../src/client/connect'
import { RETAIN } from '../../src/client/publish'
import { ON_PUBLISH, publishQos1 } from '../../src/client/publish-qos1'
import { fakeDialer, hex } from './fake-link'

const topic = field('a')

/** A client that is up. */
function rig() {
  const dialer = fakeDialer()
  const heard: (number | string)[][] = []
  const client = create(dialer.dial, writeConnect(2, 0, field('id')), 0, (event, a, b) => heard.push([event, a, b]))
  let now = 0
  const r = {
    client,
    heard,
    link: () => dialer.links[dialer.links.length - 1],
    up() {
      open(client)
      now += 1000
      tick(client, now)
      r.link().events.opened()
      r.link().events.received('\x20\x02\0\0')
      heard.length = 0
    },
    ack(id: number) {
      r.link().events.received('\x40\x02' + String.fromCharCode(id >> 8, id & 255))
    },
  }
  return r
}

describe('publishing at QoS 1', () => {
  it('sends the packet with its identifier and hears of its PUBACK once', () => {
    const r = rig()
    expect(publishQos1(r.client, topic, '1', 0)).toBe(NOT_UP)
    r.up()
    expect(publishQos1(r.client, topic, '21.5', RETAIN)).toBe(1)
    expect(hex(r.link().written[1])).toBe('330900016100' + '01' + '32312e35')
    r.ack(1)
    r.ack(1)
    expect(r.heard).toEqual([[ON_PUBLISH, 1, 0]])
    expect(r.client.state).toBe(UP)
  })

  it('sends no other message before the one before is acknowledged by its own identifier', () => {
    const r = rig()
    r.up()
    expect(publishQos1(r.client, topic, '1', 0)).toBe(1)
    expect(publishQos1(r.client, topic, '2', 0)).toBe(BUSY)
    r.ack(7)
    expect(r.heard).toEqual([])
    expect(publishQos1(r.client, topic, '2', 0)).toBe(BUSY)
    r.ack(1)
    expect(publishQos1(r.client, topic, '2', 0)).toBe(2)
  })

  it('owes nothing on the next link, and does not send again what a clean session has forgotten', () => {
    const r = rig()
    r.up()
    publishQos1(r.client, topic, '1', 0)
    r.link().events.closed('gone')
    r.up()
    expect(r.link().written).toHaveLength(1)
    expect(publishQos1(r.client, topic, '2', 0)).toBe(2)
    r.ack(1)
    expect(r.heard).toEqual([])
  })

  it('counts identifiers from 65,535 to 1', () => {
    const r = rig()
    r.up()
    for (let id = 1; id <= 65535; id++) {
      publishQos1(r.client, topic, '', 0)
      r.ack(id)
    }
    expect(publishQos1(r.client, topic, '', 0)).toBe(1)
  })

  it.each([
    ['identifier 0', '\x40\x02\0\0'],
    ['one byte', '\x40\x01\0'],
    ['flags', '\x41\x02\0\x01'],
  ])('ends the link after a PUBACK with %s', (_name, bytes) => {
    const r = rig()
    r.up()
    publishQos1(r.client, topic, '1', 0)
    r.link().events.received(bytes)
    expect(r.link().closed).toBe(1)
  })
})
