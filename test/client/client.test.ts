import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  BUSY,
  type Client,
  close,
  create,
  DIALING,
  drop,
  GREETING,
  IDLE,
  LINK,
  LINK_FAILED,
  NOT_UP,
  ON_CONNECT,
  ON_DISCONNECT,
  ON_ERROR,
  open,
  PEER,
  REFUSED,
  tick,
  tune,
  UP,
} from '../../src/client/client'
import { field, writeConnect } from '../../src/client/connect'
import { publish, RETAIN } from '../../src/client/publish'
import { writePublish } from '../../src/wire/publish'
import { MALFORMED_PACKET, PACKET_TOO_LARGE, PROTOCOL_ERROR } from '../../src/wire/reason'
import { BAD_NAME, refusal } from '../../src/wire/refusal'
import { topicName } from '../../src/wire/topic'
import { fakeDialer, hex } from './fake-link'

const ACCEPTED = '\x20\x02\0\0'
const topic = field('a')

function refused(code: number): string {
  return '\x20\x02\0' + String.fromCharCode(code)
}

/** A client with a clock of its own: run(ms) ticks ten times a second. */
function rig(keepAliveS = 30) {
  const dialer = fakeDialer()
  const heard: [number, number, number | string][] = []
  const client = create(dialer.dial, writeConnect(2, keepAliveS, field('id')), keepAliveS, (event, a, b) => {
    heard.push([event, a, b])
  })
  let now = 0
  const r = {
    dialer,
    heard,
    client,
    /** The present link. */
    link: () => dialer.links[dialer.links.length - 1],
    tick() {
      tick(client, now)
    },
    /** Time passes. */
    run(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) {
        now += 100
        tick(client, now)
      }
    },
    /** Time passes in which nobody ticked: something blocked. */
    block(ms: number) {
      now += ms
    },
    up() {
      open(client)
      r.tick()
      r.link().events.opened()
      r.link().events.received(ACCEPTED)
    },
  }
  return r
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a client on its way up', () => {
  it('dials at the tick after open(), sends CONNECT when the link opens, and is up with CONNACK', () => {
    const r = rig()
    r.run(5000)
    expect(r.dialer.links).toHaveLength(0)
    open(r.client)
    r.tick()
    expect(r.client.state).toBe(DIALING)
    expect(r.link().written).toEqual([])
    r.link().events.opened()
    expect(r.client.state).toBe(GREETING)
    expect(r.link().written.map(hex)).toEqual(['100e00044d5154540402001e00026964'])
    r.link().events.received(ACCEPTED)
    expect(r.client.state).toBe(UP)
    expect(r.heard).toEqual([[ON_CONNECT, 0, 0]])
  })

  it('says whether the server kept a session', () => {
    const r = rig()
    open(r.client)
    r.tick()
    r.link().events.opened()
    r.link().events.received('\x20\x02\x01\0')
    expect(r.heard).toEqual([[ON_CONNECT, 1, 0]])
  })

  it.each([1, 2, 3, 4, 5])('is not connected by CONNACK with return code %i, reports it and tries again', code => {
    const r = rig()
    open(r.client)
    r.tick()
    r.link().events.opened()
    r.link().events.received(refused(code))
    expect(r.heard).toEqual([[ON_ERROR, PEER, code]])
    expect(r.client.state).toBe(IDLE)
    expect(r.link().closed).toBe(1)
    r.run(1100)
    expect(r.dialer.links).toHaveLength(2)
  })

  it.each([
    ['a CONNACK with an unknown code', '\x20\x02\0\x06', PROTOCOL_ERROR],
    ['a CONNACK with a reserved flag', '\x20\x02\x02\0', PROTOCOL_ERROR],
    ['a refusal that claims a session', '\x20\x02\x01\x05', PROTOCOL_ERROR],
    ['a CONNACK of one byte', '\x20\x01\0', PROTOCOL_ERROR],
    ['a CONNACK of three bytes', '\x20\x03\0\0\0', PROTOCOL_ERROR],
    ['a CONNACK with a wrong flag nibble', '\x21\x02\0\0', MALFORMED_PACKET],
    ['another packet before CONNACK', '\xd0\0', PROTOCOL_ERROR],
  ])('ends the link after %s', (_name, bytes, reason) => {
    const r = rig()
    open(r.client)
    r.tick()
    r.link().events.opened()
    r.link().events.received(bytes)
    expect(r.heard).toEqual([[ON_ERROR, PEER, reason]])
    expect(r.link().closed).toBe(1)
  })

  it('gives up a link that does not open in 15 s and one on which no CONNACK comes in another 15 s', () => {
    const r = rig()
    open(r.client)
    r.tick()
    r.run(15000)
    expect(r.client.state).toBe(DIALING)
    r.run(200)
    expect(r.heard).toEqual([[ON_ERROR, LINK, 'no answer']])
    r.run(2000)
    r.link().events.opened()
    r.run(15000)
    expect(r.client.state).toBe(GREETING)
    r.run(200)
    expect(r.heard[1]).toEqual([ON_ERROR, LINK, 'no CONNACK'])
    expect(r.dialer.links.map(link => link.closed)).toEqual([1, 1])
  })

  it('comes up although connecting blocked longer than every deadline', () => {
    const r = rig()
    open(r.client)
    r.tick()
    r.block(40000)
    r.link().events.opened()
    r.block(40000)
    r.tick()
    r.link().events.received(ACCEPTED)
    expect(r.client.state).toBe(UP)
  })
})

describe('the back-off', () => {
  /** Waits between a loss and the next dial, in ms, when every connection is refused. */
  function waits(r: ReturnType<typeof rig>, count: number): number[] {
    const found: number[] = []
    open(r.client)
    r.tick()
    for (let i = 0; i < count; i++) {
      const before = r.dialer.links.length
      r.link().events.closed('refused')
      let waited = -100
      while (r.dialer.links.length === before) {
        r.run(100)
        waited += 100
      }
      found.push(waited)
    }
    return found
  }

  it('doubles from 1 s to 25 s and stays there', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9999)
    expect(waits(rig(), 8)).toEqual([1000, 2000, 4000, 8000, 16000, 25000, 25000, 25000])
  })

  it('is cut by up to a half by chance', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    expect(waits(rig(), 7)).toEqual([500, 1000, 2000, 4000, 8000, 12500, 12500])
  })

  it('keeps to other bounds', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9999)
    const r = rig()
    tune(r.client, 15000, 3000, 5000, 512)
    expect(waits(r, 3)).toEqual([3000, 5000, 5000])
  })

  it('grows on under a server that accepts and hangs up, and starts anew after a session of half a minute', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9999)
    const r = rig()
    const session = (ms: number) => {
      const before = r.dialer.links.length
      r.link().events.opened()
      r.link().events.received(ACCEPTED)
      for (let t = 0; t < ms; t += 1000) {
        r.run(1000)
        r.link().events.received('\xd0\0')
      }
      r.link().events.closed('closed')
      let waited = -100
      while (r.dialer.links.length === before) {
        r.run(100)
        waited += 100
      }
      return waited
    }
    open(r.client)
    r.tick()
    expect([session(100), session(100), session(100)]).toEqual([1000, 2000, 4000])
    expect(session(31000)).toBe(1000)
  })
})

describe('a client that is up', () => {
  it('publishes at QoS 0 with and without RETAIN', () => {
    const r = rig()
    r.up()
    expect(publish(r.client, topic, '21.5', RETAIN)).toBe(0)
    expect(publish(r.client, topic, '', 0)).toBe(0)
    expect(r.link().written.slice(1).map(hex)).toEqual(['310700016132312e35', '3003000161'])
  })

  it('does not publish before it is up, nor while the runtime holds a packet, until that is drained', () => {
    const r = rig()
    expect(publish(r.client, topic, '1', 0)).toBe(NOT_UP)
    r.up()
    r.dialer.answer = 1
    expect(publish(r.client, topic, '1', 0)).toBe(0)
    expect(publish(r.client, topic, '2', 0)).toBe(BUSY)
    r.link().events.drained()
    expect(publish(r.client, topic, '3', 0)).toBe(0)
    expect(r.link().written).toHaveLength(3)
  })

  it('refuses what was refused as a topic, and sends nothing', () => {
    const r = rig()
    r.up()
    expect(publish(r.client, topicName(field('a/#')), '1', 0)).toBe(REFUSED)
    expect(refusal).toBe(BAD_NAME)
    expect(r.link().written).toHaveLength(1)
  })

  it('ends a link whose write fails, reports it once and comes back', () => {
    const r = rig()
    r.up()
    r.dialer.answer = -1
    expect(publish(r.client, topic, '1', 0)).toBe(LINK_FAILED)
    expect(r.heard.slice(1)).toEqual([[ON_DISCONNECT, LINK, 'write failed']])
    r.dialer.answer = 0
    r.run(1100)
    expect(r.dialer.links).toHaveLength(2)
  })

  it('pings after three quarters of the keep-alive in which nothing came, although it publishes every second', () => {
    const r = rig(20)
    r.up()
    r.tick()
    for (let s = 0; s < 15; s++) {
      expect(r.link().written.filter(packet => packet === '\xc0\0')).toHaveLength(0)
      r.run(1000)
      publish(r.client, topic, '1', 0)
    }
    expect(r.link().written.filter(packet => packet === '\xc0\0')).toHaveLength(1)
  })

  it('pings after three quarters of the keep-alive in which it sent nothing, although bytes come in', () => {
    const r = rig(20)
    r.up()
    r.tick()
    for (let s = 0; s < 15; s++) {
      r.run(1000)
      r.link().events.received('\xd0\0')
    }
    expect(r.link().written.slice(1).map(hex)).toEqual(['c000'])
  })

  it('sends no PINGREQ while packets go both ways', () => {
    const r = rig(20)
    r.up()
    for (let s = 0; s < 60; s++) {
      r.run(1000)
      publish(r.client, topic, '1', 0)
      r.link().events.received('\xd0\0')
    }
    expect(r.link().written.filter(packet => packet === '\xc0\0')).toEqual([])
  })

  it('notices a dead link half a keep-alive after PINGREQ, and not when PINGRESP comes', () => {
    const r = rig(20)
    r.up()
    r.tick()
    r.run(15000)
    r.run(9000)
    r.link().events.received('\xd0\0')
    r.run(14900)
    expect(r.client.state).toBe(UP)
    r.run(10200)
    expect(r.heard.slice(1)).toEqual([[ON_DISCONNECT, LINK, 'no PINGRESP']])
    expect(r.dialer.links[0].closed).toBe(1)
  })

  it('pings on a link that is stuck, and does not ping twice', () => {
    const r = rig(20)
    r.up()
    r.dialer.answer = 1
    publish(r.client, topic, '1', 0)
    r.run(24000)
    expect(r.link().written.filter(packet => packet === '\xc0\0')).toHaveLength(1)
  })

  it('with keep-alive 0 never pings and never gives up', () => {
    const r = rig(0)
    r.up()
    r.run(3600000)
    expect(r.link().written).toHaveLength(1)
    expect(r.client.state).toBe(UP)
  })

  it.each([
    ['a second CONNACK', ACCEPTED, PROTOCOL_ERROR],
    ['a packet that only clients send', '\xc0\0', PROTOCOL_ERROR],
    ['PINGRESP with a flag', '\xd1\0', MALFORMED_PACKET],
    ['PINGRESP with a body', '\xd0\x01x', MALFORMED_PACKET],
    ['a fifth length byte', '\xd0\x80\x80\x80\x80\x01', MALFORMED_PACKET],
  ])('ends the session after %s', (_name, bytes, reason) => {
    const r = rig()
    r.up()
    r.link().events.received(bytes)
    expect(r.heard.slice(1)).toEqual([[ON_DISCONNECT, PEER, reason]])
    expect(r.link().closed).toBe(1)
    expect(r.client.state).toBe(IDLE)
  })

  it('reads the same from bytes cut anywhere, one by one and all at once', () => {
    const bytes = ACCEPTED + '\xd0\0' + '\xd0\0' + '\xd0\x01x'
    const told = [
      [ON_CONNECT, 0, 0],
      [ON_DISCONNECT, PEER, MALFORMED_PACKET],
    ]
    for (let cut = 0; cut <= bytes.length; cut++) {
      const r = rig()
      open(r.client)
      r.tick()
      r.link().events.opened()
      r.link().events.received(bytes.slice(0, cut))
      r.link().events.received(bytes.slice(cut))
      expect(r.heard, `cut at ${cut}`).toEqual(told)
    }
    const r = rig()
    open(r.client)
    r.tick()
    r.link().events.opened()
    for (const byte of bytes) r.link().events.received(byte)
    expect(r.heard).toEqual(told)
  })

  it('ends the session over a packet beyond its limit, at its header', () => {
    const r = rig()
    r.up()
    r.link().events.received('\xd0\x81\x04')
    expect(r.heard.slice(1)).toEqual([[ON_DISCONNECT, PEER, PACKET_TOO_LARGE]])
  })

  it('survives a callback that throws', () => {
    const dialer = fakeDialer()
    const client: Client = create(dialer.dial, writeConnect(2, 30, field('id')), 30, () => {
      throw new Error('the owner fails')
    })
    open(client)
    tick(client, 0)
    dialer.links[0].events.opened()
    dialer.links[0].events.received(ACCEPTED)
    expect(client.state).toBe(UP)
    dialer.links[0].events.received('\xff')
    dialer.links[0].events.closed('gone')
    expect(client.state).toBe(IDLE)
  })
})

describe('an end on purpose', () => {
  it('by close(): goodbye, DISCONNECT, closed once, and no way back until open()', () => {
    const r = rig()
    r.up()
    close(r.client, writePublish(topic, 'offline', RETAIN))
    expect(r.link().written.slice(1).map(hex)).toEqual(['310a0001616f66666c696e65', 'e000'])
    expect(r.link().closed).toBe(1)
    expect(r.heard.slice(1)).toEqual([[ON_DISCONNECT, LINK, 'closed']])
    close(r.client, '')
    r.run(60000)
    expect(r.dialer.links).toHaveLength(1)
    open(r.client)
    r.tick()
    expect(r.dialer.links).toHaveLength(2)
  })

  it('by close() with nothing to say: DISCONNECT alone', () => {
    const r = rig()
    r.up()
    close(r.client, '')
    expect(r.link().written.slice(1).map(hex)).toEqual(['e000'])
  })

  it('by drop(): nothing is sent, so that the will stands', () => {
    const r = rig()
    r.up()
    drop(r.client, 'no Wi-Fi')
    expect(r.link().written).toHaveLength(1)
    expect(r.link().closed).toBe(1)
    expect(r.heard.slice(1)).toEqual([[ON_DISCONNECT, LINK, 'no Wi-Fi']])
    r.run(60000)
    expect(r.dialer.links).toHaveLength(1)
  })

  it('in every state leaves nothing behind that would surprise the next link', () => {
    const r = rig()
    r.up()
    r.dialer.answer = 1
    publish(r.client, topic, '1', 0)
    r.link().events.received('\x30\x7fhalf a packet')
    r.link().events.closed('gone')
    r.dialer.answer = 0
    r.up()
    expect(r.client.state).toBe(UP)
    expect(publish(r.client, topic, '2', 0)).toBe(0)
  })
})
