import fc from 'fast-check'
import type { Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { action, enemy } from './enemy'
import { type Rig, rig, versions } from './rig'

/** ENEMY_RUNS=10000 for a long look. */
const RUNS = Number(process.env.ENEMY_RUNS ?? 300)

describe.each(versions)('whatever server, link and owner do to a client of %s', (_, v5) => {
  it.each([
    ['a clean session', true],
    ['a session that lasts', false],
  ])('with %s, it keeps its promises once and its bounds', (_, clean) => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 20, maxLength: 100, size: 'max' }), actions => {
        const { act, atLast } = enemy(v5, clean)
        for (const action of actions) act(action)
        atLast()
      }),
      { numRuns: RUNS },
    )
  })
})

/** What the owner asks for while it is up, and all that a server says to it. */
function talk(r: Rig, v5: boolean): string {
  r.publish(1, 'a', '1')
  r.publish(2, 'a', '2')
  r.subscribe({ b: 1, c: 2 })
  r.unsubscribe('d')
  const message = { cmd: 'publish', topic: 'm', dup: false, retain: false } as const
  const packets: object[] = [
    { ...message, qos: 0, payload: 'x' },
    { ...message, qos: 1, messageId: 1, payload: 'y'.repeat(130) },
    { ...message, qos: 2, messageId: 2, payload: '' },
    { cmd: 'puback', messageId: 1 },
    { cmd: 'pubrec', messageId: 2 },
    { cmd: 'suback', messageId: 3, granted: [1, 2] },
    { cmd: 'pubrel', messageId: 2 },
    { cmd: 'unsuback', messageId: 4, granted: [0] },
    { cmd: 'pingresp' },
    { cmd: 'pubcomp', messageId: 2 },
    { ...message, qos: 0, payload: 'x', properties: v5 ? { userProperties: { k: 'v' } } : undefined },
  ]
  return packets.map(packet => r.bytesOf({ reasonCode: 0, ...packet } as Packet)).join('')
}
const outcomes = (v5: boolean) => [
  'published 1',
  'published 2',
  'subscribed 3 1 2',
  v5 ? 'unsubscribed 4 0' : 'unsubscribed 4',
]

describe.each(versions)('bytes that come cut anywhere in %s', (_, v5) => {
  /** What is told and sent when the server's bytes come in these pieces, CONNACK included. */
  const told = (piecesOf: (bytes: string) => string[]) => {
    const r = rig({ v5 })
    r.greet()
    const connack = r.bytesOf({ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false } as Packet)
    for (const piece of piecesOf(connack + talk(r, v5))) r.link().events.received(piece)
    return [...r.heard(), ...r.sent()]
  }

  it('mqtt311_U-FRAG-1 mqtt5_U-FRAG-1 are the same packets, in two pieces, one by one and all at once', () => {
    const wanted = told(bytes => [bytes])
    expect(wanted).toEqual(expect.arrayContaining(['connect 0', ...outcomes(v5), 'pubcomp#2']))
    expect(told(bytes => [...bytes])).toEqual(wanted)
    let cuts = 0
    told(bytes => {
      cuts = bytes.length
      return [bytes]
    })
    for (let at = 0; at < cuts; at++)
      expect(
        told(bytes => [bytes.slice(0, at), bytes.slice(at)]),
        `cut at ${at}`,
      ).toEqual(wanted)
  })

  it('mqtt311_4.8.0-2 and end there with the link, lose nothing of what was asked for', () => {
    for (let at = 0, length = 1; at <= length; at++) {
      const r = rig({ v5, clean: false })
      const told: string[] = []
      r.on = () => told.push(...r.heard())
      r.up()
      const bytes = talk(r, v5)
      length = bytes.length
      r.link().events.received(bytes.slice(0, at))
      r.lost()
      r.up(true)
      for (const packet of r.sent()) {
        const [, what, id] = packet.match(/^(\w+)#(\d+)/) as RegExpMatchArray
        if (what === 'publish1') r.ack('puback', +id)
        if (what === 'publish2') r.ack('pubrec', +id)
        if (what === 'publish2' || what === 'pubrel') r.ack('pubcomp', +id)
        if (what === 'subscribe') r.suback(+id, 1, 2)
        if (what === 'unsubscribe') r.unsuback(+id, ...(v5 ? [0] : []))
      }
      expect(told.filter(event => /published|subscribed/.test(event)).sort(), `cut at ${at}`).toEqual(
        outcomes(v5).sort(),
      )
    }
  })
})

describe.each(versions)('a link that dies in the middle of what it writes, in %s', (_, v5) => {
  it('costs no message: each outcome is told once [mqtt311_4.8.0-2]', () => {
    for (let fatal = 1; fatal <= 6; fatal++) {
      const r = rig({ v5, clean: false })
      const told: string[] = []
      r.on = () => told.push(...r.heard())
      r.up()
      let writes = 0
      r.dialer.watch = () => {
        r.dialer.answer = ++writes === fatal ? -1 : 0
      }
      talk(r, v5)
      r.message(1, 1, 'm', '')
      r.message(1, 2, 'm', '')
      r.dialer.watch = () => {}
      r.dialer.answer = 0
      r.lost()
      r.up(true)
      r.ack('puback', 1)
      r.ack('pubrec', 2)
      r.ack('pubcomp', 2)
      r.suback(3, 1, 2)
      r.unsuback(4, ...(v5 ? [0] : []))
      expect(told.filter(event => /published|subscribed/.test(event)).sort(), `write ${fatal}`).toEqual(
        outcomes(v5).sort(),
      )
    }
  })
})
