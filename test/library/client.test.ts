import { describe, expect, it } from 'vitest'
import {
  BUSY,
  createClient,
  DIALING,
  disconnect,
  IDLE,
  type LinkEvents,
  NOT_OFFERED,
  NOT_UP,
  open,
  publish,
  REFUSED,
  reauthenticate,
  reconfigure,
  subscribe,
  tick,
  UP,
  unsubscribe,
} from '../../src/index'
import { fakeDialer, hex } from '../client/fake-link'
import { versions } from '../client/rig'
import { decode } from '../conformance/runner/decode'
import { libraryRig } from './rig'

/** What CONNECT says. */
function connectOf(options: Parameters<typeof createClient>[1]) {
  const dialer = fakeDialer()
  const client = createClient(dialer.dial, options, () => {})
  open(client)
  tick(client, 0)
  dialer.links[0].events.opened()
  return decode(Buffer.from(dialer.links[0].written[0], 'latin1'), options.version === '5.0')
}

describe('the options of a client', () => {
  it('have defaults: 3.1.1, a clean session, pings, an identifier made at random', () => {
    const connect = connectOf({})
    expect(connect).toMatchObject({ protocolLevel: 4, clean: true, keepAlive: 30, willFlag: false })
    expect(connect.clientId).toMatch(/^mote[a-z0-9]{12}$/)
    expect(connectOf({}).clientId).not.toBe(connect.clientId)
    expect(connect).not.toHaveProperty('userName')
    expect(connect).not.toHaveProperty('password')
  })

  it('go into CONNECT', () => {
    expect(
      connectOf({
        clientId: 'grün',
        clean: false,
        keepAliveS: 7,
        userName: '',
        password: Uint8Array.of(0, 255),
        will: { topic: 'w', payload: '', qos: 2, retain: true },
      }),
    ).toMatchObject({
      clientId: 'grün',
      clean: false,
      keepAlive: 7,
      userName: '',
      password: Buffer.from([0, 255]),
      willTopic: 'w',
      willPayload: Buffer.alloc(0),
      willQos: 2,
      willRetain: true,
    })
  })

  it('go into CONNECT of 5.0 with the properties of both', () => {
    expect(
      connectOf({
        version: '5.0',
        clientId: '',
        password: 'alone',
        properties: {
          sessionExpiryInterval: 4294967295,
          userProperty: [
            ['b', '1'],
            ['a', ''],
            ['b', '2'],
          ],
        },
        will: { topic: 'w', payload: 'x', properties: { willDelayInterval: 5, correlationData: Uint8Array.of(9) } },
      }),
    ).toMatchObject({
      protocolLevel: 5,
      clientId: '',
      password: Buffer.from('alone'),
      properties: {
        sessionExpiryInterval: 4294967295,
        userProperty: [
          ['b', '1'],
          ['a', ''],
          ['b', '2'],
        ],
      },
      willProperties: { willDelayInterval: 5, correlationData: '09' },
    })
  })

  it('bound how long an attempt may take', () => {
    const r = libraryRig({ connectTimeoutMs: 500 })
    r.greet()
    r.run(700)
    expect(r.heard()).toMatchObject([{ type: 'error', reason: 'no CONNACK' }])
  })

  it('bound what is on its way', () => {
    const r = libraryRig({ inflight: 1 })
    expect(publish(r.client, { topic: 'a', payload: '', qos: 1 })).toBe(1)
    expect(publish(r.client, { topic: 'a', payload: '', qos: 2 })).toBe(BUSY)
    const small = libraryRig({ inflightB: 20 })
    expect(publish(small.client, { topic: 'a', payload: 'x'.repeat(30), qos: 1 })).toBe(REFUSED)
  })

  it('bound what may come: Receive Maximum and Maximum Packet Size of 5.0', () => {
    const r = libraryRig({ version: '5.0', properties: { receiveMaximum: 1, maximumPacketSize: 100 } })
    const message = { cmd: 'publish', topic: 'm', payload: 'x', qos: 2, dup: false, retain: false }
    r.up()
    r.say({ ...message, messageId: 1 })
    r.say({ ...message, messageId: 2 })
    r.up()
    r.say({ ...message, messageId: 1, payload: 'x'.repeat(100) })
    expect(r.sent().filter(packet => packet.startsWith('disconnect'))).toEqual(['disconnect 95'])
    expect(r.heard()).toMatchObject([{ type: 'disconnect', reasonCode: 0x95 }])
  })
})

describe.each(versions)('a client of %s', (_, v5) => {
  const version = v5 ? ('5.0' as const) : ('3.1.1' as const)

  it('keeps messages of QoS 0 until it is up, in order', () => {
    const r = libraryRig({ version })
    for (const payload of ['1', '2']) expect(publish(r.client, { topic: 'a', payload })).toBe(0)
    r.greet()
    publish(r.client, { topic: 'a', payload: '3', retain: true })
    r.sent()
    r.say({ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false })
    expect(r.sent()).toEqual(['publish0 a=1', 'publish0 a=2', 'publish0 retain a=3'])
  })

  it.each([
    ['newest', [0, 0, 0], ['2', '3']],
    ['oldest', [0, 0, BUSY], ['1', '2']],
  ] as const)('keeps the %s of them when there is no room', (keep, answers, kept) => {
    const r = libraryRig({ version, queueB: 210, keep })
    expect(['1', '2', '3'].map(payload => publish(r.client, { topic: 'a', payload }))).toEqual(answers)
    expect(r.client.dropped).toBe(1)
    r.greet()
    r.sent()
    r.say({ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false })
    expect(r.sent()).toEqual(kept.map(payload => 'publish0 a=' + payload))
  })

  it('does not let a message of QoS 0 pass those that wait', () => {
    const r = libraryRig({ version })
    r.up()
    r.dialer.answer = 1
    for (const payload of ['1', '2', '3']) publish(r.client, { topic: 'a', payload })
    r.dialer.answer = 0
    r.link().events.drained()
    publish(r.client, { topic: 'a', payload: '4' })
    expect(r.sent()).toEqual(['publish0 a=1', 'publish0 a=2', 'publish0 a=3', 'publish0 a=4'])
  })

  it('publishes payloads of text and of bytes, large ones and none', () => {
    const r = libraryRig({ version })
    r.up()
    publish(r.client, { topic: 'a', payload: 'ü' })
    publish(r.client, { topic: 'a', payload: Uint8Array.of(0, 255), qos: 1 })
    publish(r.client, { topic: 'a', payload: new Uint8Array(0), qos: 2 })
    publish(r.client, { topic: 'a', payload: new Uint8Array(2_097_152), qos: 1 })
    expect(
      r
        .link()
        .written.slice(-4)
        .map(packet => hex(packet.slice(0, 16))),
    ).toEqual(
      v5
        ? [
            '300600016100c3bc',
            '3208000161000100' + '00ff',
            '340600016100' + '0200',
            '3286808001000161' + '000300' + '00'.repeat(5),
          ]
        : ['3005000161c3bc', '320700016100' + '0100ff', '34050001610002', '3285808001000161' + '0003' + '00'.repeat(6)],
    )
  })

  it('ends when what waits is acknowledged, where that is soon enough', () => {
    const r = libraryRig({ version })
    r.up()
    publish(r.client, { topic: 'a', payload: '1', qos: 1 })
    r.dialer.answer = 1
    publish(r.client, { topic: 'a', payload: '2' })
    publish(r.client, { topic: 'a', payload: '3' })
    expect(disconnect(r.client, { withinMs: 2000 })).toBe(0)
    r.run(500)
    r.dialer.answer = 0
    r.link().events.drained()
    r.run(500)
    expect(r.sent()).toEqual(['publish1#1 a=1', 'publish0 a=2', 'publish0 a=3'])
    r.say({ cmd: 'puback', messageId: 1, reasonCode: 0 })
    r.run(100)
    expect(r.sent()).toEqual(['disconnect'])
    expect(r.heard()).toMatchObject([{ type: 'publish' }, { type: 'disconnect', fault: 'link', reason: 'closed' }])
    r.run(60_000)
    expect(r.dialer.links).toHaveLength(1)
  })

  it('ends all the same when it is not', () => {
    const r = libraryRig({ version })
    r.up()
    publish(r.client, { topic: 'a', payload: '1', qos: 1 })
    disconnect(r.client, { withinMs: 2000 })
    r.run(1900)
    expect(r.client.state).toBe(UP)
    r.run(200)
    expect(r.sent()).toEqual(['publish1#1 a=1', 'disconnect'])
    expect(r.client.state).toBe(IDLE)
  })

  it('ends at once with nothing to wait for, or nobody to wait for it', () => {
    const r = libraryRig({ version })
    r.up()
    disconnect(r.client)
    expect(r.sent()).toEqual(['disconnect'])
    open(r.client)
    r.run(100)
    publish(r.client, { topic: 'a', payload: '1', qos: 1 })
    disconnect(r.client)
    expect(r.client.state).toBe(IDLE)
    expect(r.sent()).toEqual([])
  })

  it('does not end when it is opened again meanwhile', () => {
    const r = libraryRig({ version })
    r.up()
    publish(r.client, { topic: 'a', payload: '1', qos: 1 })
    disconnect(r.client)
    open(r.client)
    r.run(5000)
    expect(r.client.state).toBe(UP)
  })

  it('stays away when the link dies while it ends', () => {
    const r = libraryRig({ version })
    r.up()
    publish(r.client, { topic: 'a', payload: '1', qos: 1 })
    disconnect(r.client)
    r.link().events.closed('gone')
    r.run(60_000)
    expect(r.heard()).toHaveLength(1)
    expect(r.dialer.links).toHaveLength(1)
  })

  it('takes other options for the connections to come', () => {
    const r = libraryRig({ version, clean: false, properties: v5 ? { sessionExpiryInterval: 60 } : undefined })
    r.up()
    publish(r.client, { topic: 'a', payload: '1', qos: 1 })
    expect(reconfigure(r.client, { version, clientId: 'id', clean: true, userName: 'u', keepAliveS: 0 })).toBe(0)
    expect(r.client.state).toBe(UP)
    r.link().events.closed('gone')
    r.greet()
    expect(r.sent()).toContain('connect clean id')
    expect(reconfigure(r.client, { version, clientId: 'a\0' })).toBe(REFUSED)
    expect(reconfigure(r.client, { version: v5 ? '3.1.1' : '5.0' })).toBe(REFUSED)
  })

  it('keeps the keep alive of the connection that stands', () => {
    const r = libraryRig({ version, keepAliveS: 20 })
    r.up()
    reconfigure(r.client, { version, clientId: 'id', keepAliveS: 600 })
    r.run(16_000)
    expect(r.sent()).toEqual(['pingreq'])
  })
})

describe('a client of 5.0', () => {
  it('says goodbye with a reason and properties, without the dispensable where they are too much', () => {
    const properties = { sessionExpiryInterval: 9, reasonString: 'x'.repeat(50) }
    for (const [limit, said] of [
      [1000, { ...properties }],
      [20, { sessionExpiryInterval: 9 }],
    ] as const) {
      const r = libraryRig({ version: '5.0', properties: { sessionExpiryInterval: 1 } })
      r.up(false, { maximumPacketSize: limit })
      expect(disconnect(r.client, { reasonCode: 4, properties })).toBe(0)
      expect(r.sent()).toEqual(['disconnect 4 ' + JSON.stringify(said)])
    }
  })

  it('subscribes with options and properties', () => {
    const r = libraryRig({ version: '5.0' })
    r.up()
    subscribe(r.client, [{ filter: 'a', qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 2 }], {
      subscriptionIdentifier: 300,
      userProperty: [['k', 'v']],
    })
    unsubscribe(r.client, ['a'], { userProperty: [['k', 'v']] })
    expect(r.link().written.slice(-2).map(hex)).toEqual([
      '8211' + '0001' + '0a' + '0bac02' + '2600016b000176' + '000161' + '2d',
      'a20d' + '0002' + '07' + '2600016b000176' + '000161',
    ])
  })

  it('publishes with properties, and under aliases of the owner’s choice', () => {
    const r = libraryRig({ version: '5.0' })
    r.up(false, { topicAliasMaximum: 1 })
    const properties = { contentType: 'text', correlationData: Uint8Array.of(1), responseTopic: 'r', topicAlias: 1 }
    publish(r.client, { topic: 'a', payload: 'x', qos: 1, properties })
    publish(r.client, { topic: '', payload: 'y', properties: { topicAlias: 1 } })
    expect(publish(r.client, { topic: 'a', payload: 'z', properties: { topicAlias: 2 } })).toBe(REFUSED)
    expect(publish(r.client, { topic: '', payload: 'z', properties: { topicAlias: 2 } })).toBe(REFUSED)
    expect(r.sent()).toEqual([
      'publish1#1 a=x {"topicAlias":1,"contentType":"text","responseTopic":"r","correlationData":"01"}',
      'publish0 =y {"topicAlias":1}',
    ])
  })

  it('lets what waited expire', () => {
    const r = libraryRig({ version: '5.0' })
    for (const qos of [0, 1] as const)
      for (const messageExpiryInterval of [5, 60])
        publish(r.client, {
          topic: 'a',
          payload: '' + messageExpiryInterval,
          qos,
          properties: { messageExpiryInterval },
        })
    r.run(10_100)
    r.up()
    expect(r.client.dropped).toBe(1)
    expect(
      r
        .link()
        .written.slice(1)
        .map(packet => packet.slice(-2)),
    ).toEqual(['60', '60'])
  })

  it('does what the server does not offer neither now nor later', () => {
    const r = libraryRig({ version: '5.0' })
    r.up(false, { maximumQoS: 0, retainAvailable: false })
    expect(publish(r.client, { topic: 'a', payload: '', qos: 1 })).toBe(NOT_OFFERED)
    expect(publish(r.client, { topic: 'a', payload: '', retain: true })).toBe(NOT_OFFERED)
    expect(r.client.dropped).toBe(0)
  })

  it('authenticates by bytes or text, and anew', () => {
    const authenticationMethod = 'M'
    const challenges: Uint8Array[] = []
    const r = libraryRig({
      version: '5.0',
      properties: { authenticationMethod },
      authenticate: challenge => {
        challenges.push(challenge)
        return challenges.length > 1 ? 'grün' : Uint8Array.of(7)
      },
    })
    expect(reauthenticate(r.client, 'x')).toBe(NOT_UP)
    r.greet()
    r.sent()
    const data = (bytes: number[]) => ({ authenticationMethod, authenticationData: Buffer.from(bytes) })
    for (const bytes of [[1], []]) r.say({ cmd: 'auth', reasonCode: 0x18, properties: data(bytes) })
    r.say({ cmd: 'connack', reasonCode: 0, sessionPresent: false, properties: { authenticationMethod } })
    expect(challenges).toEqual([Uint8Array.of(1), new Uint8Array(0)])
    expect(reauthenticate(r.client, undefined, { reasonString: 'again' })).toBe(0)
    expect(reauthenticate(r.client, '\ud800')).toBe(REFUSED)
    const said = (hexadecimal: string) => `auth 18 {"authenticationMethod":"M","authenticationData":"${hexadecimal}"}`
    expect(r.sent()).toEqual([
      said('07'),
      said(Buffer.from('grün').toString('hex')),
      'auth 19 {"authenticationMethod":"M","reasonString":"again"}',
    ])
  })

  it('gives up an authentication that nobody answers', () => {
    const r = libraryRig({ version: '5.0', properties: { authenticationMethod: 'M' } })
    r.greet()
    r.say({ cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'M' } })
    expect(r.heard()).toMatchObject([{ type: 'error', fault: 'server' }])
    expect(r.link().closed).toBe(1)
  })
})

describe('a client of several servers', () => {
  const client = (...answers: boolean[]) => {
    const dialed: number[] = []
    const links: LinkEvents[] = []
    const dials = answers.map((_, i) => (events: LinkEvents) => {
      dialed.push(i)
      links.push(events)
      return { write: () => 0, close: () => {} }
    })
    const c = createClient(dials, { reconnectMinMs: 1000, reconnectMaxMs: 8000 }, () => {})
    let now = 0
    const run = (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        now += 100
        tick(c, now)
        const last = dialed[dialed.length - 1]
        if (c.state !== DIALING) continue
        if (answers[last]) {
          links[links.length - 1].opened()
          links[links.length - 1].received('\x20\x02\0\0')
        } else links[links.length - 1].closed('refused')
      }
    }
    open(c)
    return { c, dialed, links, run }
  }

  it('dials them in their order, over and over, while the wait grows over all of them', () => {
    const r = client(false, false, false)
    r.run(60_000)
    expect(r.dialed.slice(0, 7)).toEqual([0, 1, 2, 0, 1, 2, 0])
    // With the back-off of one: after 1, 2, 4 and then 8 seconds, or half of each.
    expect(r.dialed.length).toBeLessThanOrEqual(18)
  })

  it('begins with the first again after a session that was accepted', () => {
    const r = client(false, true, false)
    r.run(5_000)
    expect(r.dialed).toEqual([0, 1])
    expect(r.c.state).toBe(UP)
    r.links[1].closed('reset')
    // Waits of up to 2 and 4 seconds.
    r.run(7_000)
    expect(r.dialed).toEqual([0, 1, 0, 1])
  })

  it('wants one at least', () => {
    expect(() => createClient([], {}, () => {})).toThrow('no server is given to dial')
  })
})
