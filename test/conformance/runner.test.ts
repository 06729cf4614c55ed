import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sent } from '../wire/arbitrary'
import { write } from '../wire/fields'
import MqttJs from './peers/mqttjs'
import Paho, { findPaho } from './peers/paho'
import { decode } from './runner/decode'
import { match } from './runner/match'
import { type Fault, playedSteps, runPuppet } from './runner/puppet'
import { runAll } from './runner/run'
import { tableOf } from './runner/table'
import { type Scenario, type Step, scenarios } from './scenarios'

/** What it wants is more than an example and the header of a packet say. */
const beyondPuppet = new Set(['5-connect-full'])
const playable = scenarios.filter(({ id }) => !beyondPuppet.has(id))

/** Where a mistake at one of the steps in question was not told as a failure. */
async function missed(fault: Fault, among: (step: Step) => boolean): Promise<string[]> {
  const wrong: string[] = []
  let made = 0
  for (const scenario of playable) {
    const steps = playedSteps(scenario.steps)
    for (const [at, step] of steps.entries()) {
      // Who has closed cannot send any more.
      if (!among(step) || (at > 0 && 'expect_close_within_ms' in steps[at - 1])) continue
      made++
      const { id, passed, skipped, message } = await runPuppet(scenario, { fault, at })
      if (passed || skipped || !/^expected .* (but|came)|no TCP connection/s.test(message ?? ''))
        wrong.push(`${id} ${at} ${message}`)
    }
  }
  expect(made).toBeGreaterThan(0)
  return wrong
}

describe('the runner', () => {
  it('passes a client that does what the scenario wants, in each of them', async () => {
    const failed: string[] = []
    for (const scenario of playable) {
      const verdict = await runPuppet(scenario)
      if (!verdict.passed) failed.push(`${verdict.id} ${verdict.failedStep}: ${verdict.message}`)
    }
    expect(failed).toEqual([])
  })

  it.each<[string, Fault, (step: Step) => boolean]>([
    ['leaves out a packet', 'omits', step => 'expect' in step || 'expect_sequences' in step],
    ['sends another packet in its place', 'sends another packet', step => 'expect' in step],
    ['does not close', 'omits', step => 'expect_close_within_ms' in step],
    ['sends a packet before it closes', 'adds', step => 'expect_close_within_ms' in step],
    ['says nothing of what happened', 'omits', step => 'expect_event' in step],
    ['breaks a silence', 'adds', step => 'wait_ms' in step && !!(step.expect_nothing ?? step.expect_only)],
    ['says what may not be said', 'adds', step => 'expect_no_event' in step],
    ['accepts what it should refuse', 'omits', step => 'app' in step && step.expect_error === true],
  ])('fails a client that %s, wherever it does', async (_, fault, among) => {
    expect(await missed(fault, among)).toEqual([])
  })
})

/** What the runner says of a client that sends these packets where two publishes are wanted. */
async function messageAfter(packets: string[]): Promise<string | undefined> {
  const publish = { packet: 'publish', topic: 'a', qos: 1, dup: false }
  const steps: Step[] = [
    { app: 'connect', args: {} },
    { expect: { packet: 'connect' }, example: '100d00044d51545404020000000163' },
    { expect: { ...publish, payload: '1', packetId: '$p1' }, example: packets.join('') },
    { expect: { ...publish, payload: '2', packetId: '$p2', packetIdNot: ['$p1'] }, example: '' },
    { wait_ms: 200, expect_nothing: true },
  ]
  return (await runPuppet({ id: 'test', protocol: 4, title: '', level: 'must', steps })).message
}

describe('a packet that is not the one that is wanted', () => {
  const first = '3206000161000131'
  const second = '3206000161000232'

  it('is told beside the right one', async () => {
    expect(await messageAfter([first, second])).toBeUndefined()
  })

  it.each([
    ['in the wrong order', [second, first], /^expected .*"payload":"1".* came publish .*: payload is "2", not "1"/],
    ['with another QoS', ['300400016131', second], /qos is 0, not 1/],
    ['with DUP', ['3a06000161000131', second], /dup is true, not false/],
    ['with an identifier in use', [first, '3206000161000132'], /packetId 1 is in use/],
    ['with flags that do not exist', ['3606000161000131', second], /malformed packet: QoS 3/],
    ['once more', [first, second, second], /^expected nothing for 200 ms, came publish/],
    ['with a part of another behind', [first, second, '32'], /came a part of one: 32/],
    ['of another kind', ['c000', second], /packet is "pingreq", not "publish"/],
    ['without its end', ['32060001610001'], /only a part of a packet, 32060001610001, came in 1500 ms/],
    ['nowhere', [], /^expected .* but nothing came in 1500 ms/],
    ['with a length that is none', ['32ffffffff7f'], /Remaining Length of more than four bytes/],
  ])('comes %s', async (_, packets, message) => {
    expect(await messageAfter(packets)).toMatch(message)
  })
})

describe('the strict decoder', () => {
  it.each([4, 5] as const)('takes whatever a client of version %i may send', version => {
    fc.assert(
      fc.property(sent(version), fields => {
        const bytes = Buffer.from(write(version, fields), 'latin1')
        expect(decode(bytes, version === 5)).toMatchObject({ packet: fields.cmd, size: bytes.length })
      }),
    )
  })

  it.each<[string, 4 | 5, string]>([
    ['reserved flags', 4, 'e100'],
    ['SUBSCRIBE without its flag', 4, '8006000100016100'],
    ['DUP at QoS 0', 4, '3804000161' + '31'],
    ['a length that is not as short as it can be', 4, 'c08000'],
    ['bytes behind the last field', 4, '4003000100'],
    ['packet identifier 0', 4, '40020000'],
    ['text that ends inside a character', 4, '30040002' + '61c3'],
    ['a surrogate in UTF-8', 4, '30050003eda080'],
    ['U+0000', 4, '3003000100'],
    ['a wildcard in a Topic Name', 4, '3003000123'],
    ['an empty Topic Name', 4, '30020000'],
    ['SUBSCRIBE without a filter', 4, '82020001'],
    ['a filter with # before its end', 4, '8208000100032f232f00'],
    ['QoS 3 in SUBSCRIBE', 4, '8206000100016103'],
    ['a password without a user name', 4, '101000044d5154540442000000016300' + '0170'],
    ['another protocol level', 4, '100d00044d51545405020000000163'],
    ['an empty client identifier without clean session', 4, '100c00044d515454040000000000'],
    ['a packet that only a server sends', 4, 'd000'],
    ['AUTH in 3.1.1', 4, 'f000'],
    ['a property of another packet', 5, '3007000161' + '022100' + '01'],
    ['a property twice', 5, '3008000161' + '04' + '01000100'],
    ['a property beyond its range', 5, '3006000161' + '02' + '0102'],
    ['Topic Alias 0', 5, '3007000161' + '03' + '230000'],
    ['an empty Topic Name without an alias', 5, '3003000000'],
    ['a reason code of another packet', 5, '4003000192'],
    ['Retain Handling 3', 5, '820700010000016130'],
    ['No Local on a shared subscription', 5, '820f000100' + '0009' + Buffer.from('$share/g/').toString('hex') + '04'],
    ['AUTH without a method', 5, 'f0021800'],
  ])('refuses %s', (_, version, hex) => {
    expect(() => decode(Buffer.from(hex, 'hex'), version === 5)).toThrow()
  })
})

describe('a pattern', () => {
  const none = new Map<string, number>()

  it('is matched by what it names and nothing else', () => {
    const fields = { type: 'message', topic: 'a', payload: Buffer.from('00ff', 'hex'), qos: 1 }
    expect(match({ payload: { hex: '00ff' }, qos: { oneOf: [0, 1] } }, fields, none)).toBe(none)
    expect(match({ payload: { fill: 'ff', length: 2 } }, fields, none)).toMatch('payload is "0x00ff"')
    expect(match({ topic: { regex: '^[b-z]$' } }, fields, none)).toMatch('topic is "a"')
    expect(match({ qos: { max: 0 } }, fields, none)).toMatch('qos is 1')
    expect(match({ retain: false }, fields, none)).toMatch('retain is undefined')
  })

  it('wants user properties in order, and all of them', () => {
    const properties = {
      userProperty: [
        ['b', '1'],
        ['a', '2'],
      ],
      correlationData: Buffer.from('ff', 'hex'),
    }
    const wants = (wanted: object) => typeof match({ properties: wanted }, { properties }, none) !== 'string'
    expect(
      wants({
        userProperty: [
          ['b', '1'],
          ['a', '2'],
        ],
      }),
    ).toBe(true)
    expect(
      wants({
        userProperty: [
          ['a', '2'],
          ['b', '1'],
        ],
      }),
    ).toBe(false)
    expect(wants({ userProperty: [['b', '1']] })).toBe(false)
    expect(wants({ correlationData: 'ff' })).toBe(true)
    expect(match({ propertiesAbsent: ['topicAlias'] }, { properties: { topicAlias: 1 } }, none)).toMatch('topicAlias')
  })

  it('binds an identifier once', () => {
    const bound = match({ packetId: '$p1' }, { packetId: 7 }, none)
    expect(bound).toEqual(new Map([['$p1', 7]]))
    expect(match({ packetId: '$p1' }, { packetId: 7 }, bound as Map<string, number>)).toBe(bound)
    expect(match({ packetId: '$p1' }, { packetId: 8 }, bound as Map<string, number>)).toMatch('packetId is 8, $p1 is 7')
  })
})

describe('over TCP', () => {
  it('plays many scenarios at a time with a client that lives elsewhere, and counts them', async () => {
    const ids = ['4-connect-minimal', '4-pub-qos1', '5-pub-qos1', '4-pub-reject-hash', '5-ids-wrap']
    const chosen = ids.map(id => scenarios.find(scenario => scenario.id === id) as Scenario)
    const verdicts = await runAll(chosen, MqttJs, { parallel: 5 })
    expect(verdicts.map(({ id }) => id)).toEqual(ids)
    expect(verdicts.map(({ passed, skipped }) => skipped ?? passed)).toEqual([
      true,
      true,
      true,
      false,
      'the client has no debug_set_next_packet_id',
    ])
    expect(verdicts[3].message).toBe('expected the client to refuse publish, but it accepted it')
    const rows = tableOf([{ name: 'MQTT.js', verdicts }]).split('\n')
    expect(rows).toContain('| **3.1.1** | 2/3 |')
    expect(rows).toContain('| 5.0 must | 1/1 (skipped 1) |')
  })
})

const paho = findPaho()

describe.skipIf(!paho)('paho-mqtt, needing Debian’s package', () => {
  it('is played with in a process of its own', async () => {
    const ids = ['4-connect-minimal', '4-pub-qos1', '5-pub-qos1', '4-pub-reject-plus']
    const chosen = scenarios.filter(({ id }) => ids.includes(id))
    const verdicts = await runAll(chosen, Paho)
    expect(verdicts.map(({ passed, message }) => message ?? passed)).toEqual([true, true, true, true])
  })
})
