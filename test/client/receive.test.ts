import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tune } from '../../src/client/client'
import { rig, versions } from './rig'

describe.each(versions)('a message that comes in %s', (_, v5) => {
  it.each([
    [0, []],
    [1, ['puback#7']],
    [2, ['pubrec#7']],
  ] as const)('at QoS %i is handed over, then answered', (qos, answers) => {
    const r = rig({ v5 })
    r.up()
    r.on = () => {
      expect(r.sent()).toEqual([])
    }
    r.message(qos, 7, 'a/b', 'x\xff', { retain: true, dup: qos > 0 })
    expect(r.heard()).toEqual([`message${qos}${qos ? ' dup' : ''} retain a/b=xÿ`])
    expect(r.sent()).toEqual(answers)
  })

  it('is answered although the owner fails', () => {
    const r = rig({ v5 })
    r.up()
    r.on = () => {
      throw new Error('the owner fails')
    }
    for (const qos of [0, 1, 2] as const) r.message(qos, qos, 'a', '')
    expect(r.sent()).toEqual(['puback#1', 'pubrec#2'])
    r.message(2, 2, 'a', '')
    expect(r.heard()).toEqual(['message0 a=', 'message1 a=', 'message2 a='])
  })

  it('is not answered when the owner ends the link over it, and no other of its chunk is heard', () => {
    const r = rig({ v5 })
    r.up()
    r.on = () => r.lost()
    const one = { cmd: 'publish', qos: 1, messageId: 7, topic: 'a', payload: '', dup: false, retain: false } as const
    r.link().events.received(r.bytesOf(one) + r.bytesOf(one))
    expect(r.sent()).toEqual([])
    expect(r.heard()).toEqual(['message1 a=', 'disconnect link: gone'])
  })

  it('has its own topic, whatever topics, lengths and QoS came before it, on this link or another', () => {
    const message = fc.record({
      topic: fc.constantFrom('a', 'b', 'ab', 'ba'),
      payload: fc.constantFrom('', '1', '2', '12', 'x'.repeat(126), 'x'.repeat(130)),
      qos: fc.constantFrom(0 as const, 0 as const, 0 as const, 1 as const, 2 as const),
      retain: fc.boolean(),
      isFirstOfLink: fc.integer({ min: 0, max: 9 }).map(n => n === 0),
    })
    fc.assert(
      fc.property(fc.array(message, { minLength: 3, maxLength: 30 }), messages => {
        const r = rig({ v5, maxReceived: 30 })
        r.up()
        messages.forEach(({ topic, payload, qos, retain, isFirstOfLink }, i) => {
          if (isFirstOfLink) {
            r.lost()
            r.up()
          }
          r.heard()
          r.message(qos, i + 1, topic, payload, { retain })
          expect(r.heard()).toEqual([`message${qos}${retain ? ' retain' : ''} ${topic}=${payload}`])
        })
      }),
      { numRuns: 300 },
    )
  })

  it('over the limit is not handed over, though one like it was before', () => {
    const r = rig({ v5 })
    r.up()
    tune(r.client, 1000, 1000, 1000, 40)
    r.message(0, 0, 'a', '1')
    r.message(0, 0, 'a', '2')
    r.heard()
    r.message(0, 0, 'a', 'x'.repeat(60))
    expect(r.heard()).toEqual([v5 ? 'disconnect server: 95' : 'error limits: 95'])
  })

  it('at QoS 0 is the same, on the topic of the one before or another, alone or cut in two', () => {
    const r = rig({ v5 })
    r.up()
    const messages = [
      ['a', 'x'],
      ['a', 'y'],
      ['ab', 'z'],
      ['a', ''],
      ['a', 'q'.repeat(200)],
      ['a', 'x'],
    ]
    for (const [topic, payload] of messages) r.message(0, 0, topic, payload, { retain: payload === 'y' })
    for (const [topic, payload] of messages) {
      const bytes = r.bytesOf({ cmd: 'publish', qos: 0, topic, payload, dup: false, retain: false })
      r.link().events.received(bytes.slice(0, 4))
      r.link().events.received(bytes.slice(4))
    }
    const wanted = messages.map(([topic, payload]) => `message0 ${topic}=${payload}`)
    expect(r.heard()).toEqual([wanted[0], wanted[1].replace('0', '0 retain'), ...wanted.slice(2), ...wanted])
  })

  it('at QoS 1 with an identifier of before is another message', () => {
    const r = rig({ v5 })
    r.up()
    r.message(1, 7, 'a', 'x')
    r.message(1, 7, 'a', 'x', { dup: true })
    expect(r.heard()).toEqual(['message1 a=x', 'message1 dup a=x'])
    expect(r.sent()).toEqual(['puback#7', 'puback#7'])
  })
})

describe.each(versions)('a message of QoS 2 that comes in %s', (_, v5) => {
  it('is handed over once until the server releases it', () => {
    const r = rig({ v5 })
    r.up()
    r.message(2, 7, 'a', 'x')
    r.message(2, 7, 'a', 'x', { dup: true })
    r.ack('pubrel', 7)
    r.message(2, 7, 'a', 'y')
    expect(r.heard()).toEqual(['message2 a=x', 'message2 a=y'])
    expect(r.sent()).toEqual(['pubrec#7', 'pubrec#7', 'pubcomp#7', 'pubrec#7'])
  })

  it('is known on the next link of the session, and forgotten with it', () => {
    const r = rig({ v5, clean: false })
    r.up()
    r.message(2, 7, 'a', 'x')
    r.heard()
    r.lost()
    r.up(true)
    r.message(2, 7, 'a', 'x', { dup: true })
    expect(r.heard()).toEqual([])
    expect(r.sent()).toEqual(['pubrec#7'])
    r.lost()
    r.up(false)
    r.message(2, 7, 'a', 'z')
    expect(r.heard()).toEqual(['message2 a=z'])
  })

  it('is one of so many that are not released; one more ends the session [mqtt5_3.3.4-9]', () => {
    const r = rig({ v5, maxReceived: 2 })
    r.up()
    r.message(2, 1, 'a', '')
    r.message(2, 2, 'a', '')
    r.message(2, 2, 'a', '')
    r.heard()
    r.message(2, 3, 'a', '')
    expect(r.heard()).toEqual(['disconnect server: 93'])
  })

  it('and its own identifiers have nothing to do with ours', () => {
    const r = rig({ v5 })
    r.up()
    r.publish(2, 'out', '')
    r.message(2, 1, 'in', '')
    r.ack('pubrec', 1)
    r.ack('pubrel', 1)
    r.ack('pubcomp', 1)
    expect(r.sent()).toEqual(['publish2#1 out=', 'pubrec#1', 'pubrel#1', 'pubcomp#1'])
    expect(r.heard()).toEqual(['message2 in=', 'published 1'])
  })
})

describe('a message over the limit', () => {
  it.each([
    [0, []],
    [1, ['puback#7']],
    [2, ['pubrec#7']],
  ] as const)('in 3.1.1 at QoS %i is drained, reported and answered, and the session goes on', (qos, answers) => {
    const r = rig()
    r.up()
    const bytes = r.bytesOf({
      cmd: 'publish',
      qos,
      messageId: 7,
      topic: 'a',
      payload: 'x'.repeat(2000),
      dup: false,
      retain: false,
    })
    for (let at = 0; at < bytes.length; at += 100) {
      r.link().events.received(bytes.slice(at, at + 100))
      expect(r.client._carried.length).toBeLessThan(520)
    }
    r.message(0, 0, 'a', 'y')
    expect(r.heard()).toEqual(['error limits: 95', 'message0 a=y'])
    expect(r.sent()).toEqual(answers)
  })

  it('in 3.1.1 whose topic alone is over it, so that it has no answer, ends the session', () => {
    const r = rig()
    r.up()
    r.message(1, 7, 't'.repeat(600), '')
    expect(r.heard()).toEqual(['disconnect server: 95'])
  })

  it('in 5.0, where it was announced, ends the session, and the server hears why', () => {
    const r = rig({ v5: true })
    r.up()
    r.message(1, 7, 'a', 'x'.repeat(2000))
    expect(r.heard()).toEqual(['disconnect server: 95'])
    expect(r.sent()).toEqual(['disconnect 95'])
  })
})

describe('a message that the owner refuses in 5.0', () => {
  it.each([
    [1, 0x87, 'puback#7 87'],
    [2, 0x99, 'pubrec#7 99'],
    [1, 0x7f, 'puback#7'],
    [1, 0xff, 'puback#7 83'],
    [2, 0x8e, 'pubrec#7 83'],
  ] as const)('at QoS %i by %i is answered so', (qos, reason, answer) => {
    const r = rig({ v5: true })
    r.up()
    r.on = () => reason
    r.message(qos, 7, 'a', '')
    expect(r.sent()).toEqual([answer])
  })

  it('at QoS 2 is not one that is to be released', () => {
    const r = rig({ v5: true })
    r.up()
    r.on = () => 0x80
    r.message(2, 7, 'a', '')
    r.message(2, 7, 'a', '')
    expect(r.heard()).toEqual(['message2 a=', 'message2 a='])
    r.ack('pubrel', 7)
    expect(r.sent()).toEqual(['pubrec#7 80', 'pubrec#7 80', 'pubcomp#7 92'])
  })

  it('is answered as ever in 3.1.1', () => {
    const r = rig()
    r.up()
    r.on = () => 0x80
    r.message(1, 7, 'a', '')
    expect(r.sent()).toEqual(['puback#7'])
  })
})
