import { describe, expect, it } from 'vitest'
import type { Runtime } from '../../src/host/boards'
import { ENGINE_VARIABLE, runOnEngine } from '../../src/host/engine/real'
import { virtualBoard, virtualClock } from '../../src/host/virtual'
import { memoryNetwork } from '../../src/host/virtual/memory-network'
import { prepare } from '../../src/wire/utf8'
import { codecVectors } from '../conformance/scenarios'
import { deviceCode, image } from './bundle'
import { bytes, hex } from './bytes'
import * as driver from './engine-driver'
import { write } from './fields'
import { acks } from './vectors/acks'
import { connect } from './vectors/connect'
import { others } from './vectors/others'
import { publish } from './vectors/publish'
import { subscribe } from './vectors/subscribe'

const vectors = [...connect, ...publish, ...acks, ...subscribe, ...others]

/** Streams of both versions: the vectors, bad packets, and some that are over the limit. */
const streams: [v5: boolean, stream: string][] = [
  ...vectors.map(({ version, hex }): [boolean, string] => [version === 5, bytes(hex)]),
  ...codecVectors.map(({ protocol, hex }): [boolean, string] => [protocol === 5, bytes(hex)]),
  ...[false, true].map((v5): [boolean, string] => [v5, bytes('d000 3400 32 c802 0003 612f62 0007 323*80 d000')]),
].filter(([, stream]) => stream.length < 400)

const a = prepare('a/b')
const calls: [name: string, ...args: (string | number | boolean)[]][] = [
  ['varint', 2097152],
  ['header', 0x30, 'x'.repeat(200)],
  ['field', 'x'.repeat(300)],
  ...[0, 1, 65535, 65536].map((id): [string, number] => ['packetId', id]),
  ['prepareConnect', 0x2a, 60, prepare('id'), `${a}${prepare('gone')}`, prepare('me'), prepare('\x7f'), ''],
  ['prepareConnect', 8, 60, prepare('id'), '', '', '', ''],
  ['writePublish', a, '21.5', 1],
  ['writePublishQos', 5, a, 0x3431, '\0', 'x'],
  ['writePublishQos', 6, a, 1, '', 'x'],
  ['again', write(4, { cmd: 'publish', qos: 2, topic: 'a', payload: '\xff', messageId: 9 })],
  ['flags', '\x3d\0'],
  ['idOf', bytes('32 ff01 0001 61 1234'), 3],
  ...[0, 0x10, 0x87, 0x92].map((code): [string, number, number, number, string] => ['writeAck', 0x40, 1, code, '']),
  ['writeAck', 0x62, 1, 0x92, '\x04\x1f\0\x01x'],
  ['subscription', a, 0x2e, true],
  ['subscription', a, 3, false],
  ['writeSubscribe', 1, '\0', `${a}\x01`],
  ['writeUnsubscribe', 2, '', a],
  ['writePingreq'],
  ['writeDisconnect', 0x93, ''],
  ['writeDisconnect', 0x87, ''],
  ['writeAuth', 0x18, prepare('m'), '\x16\0\x01\xff'],
  ['block', 'OVV', '\x26\0\x01k\0\x01v\x1f\0\x01x'],
  ['block', 'OVV', '\x1f\0\x01x\x1f\0\x01x'],
  ['essential', '\x26\0\x01k\0\x01v\x11\0\0\0\x3c'],
  ['numberProperty', 0x27, 0xffffffff],
  ['numberProperty', 0x0b, 300],
  ['numberProperty', 0x21, 65536],
  ['numberAt', '\x27\xff\xff\xff\xff', 1],
  ['userProperty', prepare('k'), prepare('v')],
  ...['a/b', 'a', '#', '+/b', 'a/+', '+', 'a/b/#', 'a/#', '/#', 'b/#'].flatMap((filter): [string, string, string][] => [
    ['matches', prepare(filter), a],
    ['matches', prepare(filter), prepare('$a/b')],
  ]),
  ...['', 'a', 'a+', 'x'.repeat(126), 'x'.repeat(127)].map((name): [string, string] => ['isName', prepare(name)]),
  ...['#', 'a/#/b', '$share/g/a', '$share/g/', '+/+'].map((filter): [string, string, boolean] => [
    'topicFilter',
    prepare(filter),
    true,
  ]),
  ['unshared', prepare('$share/g/a/#')],
  ['prepare', 'plain text'],
  ['text', prepare('plain text')],
  ...['c3a9', 'efbbbf', 'f09f9880', 'eda080', 'c0af', 'f4908080', '80', '610062', '61'].flatMap(
    (digits): [string, string][] => [
      ['wellFormed', bytes(digits)],
      ['isName', `\0${String.fromCharCode(digits.length / 2)}${bytes(digits)}`],
    ],
  ),
]

const literal = (value: string | number | boolean) =>
  typeof value === 'string' ? `"${hex(value).replace(/../g, '\\x$&')}"` : `${value}`

/** One statement for each, so that an interpreter need not hold them all. */
const program = () => `${deviceCode('engine-driver.ts')}
function both(v5, stream) { console.log(read(v5, stream, 1000) + ' & ' + read(v5, stream, 1)) }
function main() {
${streams.map(([v5, stream]) => `both(${v5}, ${literal(stream)})`).join('\n')}
${calls.map(([name, ...args]) => `console.log(call('${name}', [${args.map(literal)}]))`).join('\n')}
console.log('done')
}
main()`

const expected = [
  ...streams.map(([v5, stream]) => `${driver.read(v5, stream, 1000)} & ${driver.read(v5, stream, 1)}`),
  ...calls.map(([name, ...args]) => driver.call(name, args)),
  'done',
]

/** What a board's double prints. */
function inDouble(runtime: Runtime, code: string): string[] {
  const lines: string[] = []
  const clock = virtualClock()
  const board = virtualBoard(runtime, {
    name: runtime,
    world: { clock, transport: memoryNetwork(clock) },
    accessPoint: { ssid: 'home', password: 'secret', inRange: true },
    console: line => lines.push(line),
  })
  board.boot(code)
  clock.advance(100)
  board.unplug()
  return lines
}

/** What an engine prints, up to the last line or an error. */
async function onEngine(runtime: Runtime, engine: string, code: string): Promise<string[]> {
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    const running = runOnEngine(runtime, engine, code, line => {
      lines.push(line)
      if (line === 'done' || /error/i.test(line)) running.then(({ stop }) => stop()).then(resolve)
    })
    running.catch(reject)
  })
  return lines.filter(line => expected.includes(line) || /error/i.test(line))
}

describe.each(['espruino', 'kaluma'] as const)('the wire as an image for %s', runtime => {
  const engine = process.env[ENGINE_VARIABLE[runtime]]

  it('does in the double what its source does in Node', { timeout: 60_000 }, async () => {
    expect(inDouble(runtime, await image(runtime, program(), '5.0'))).toEqual(expected)
    expect(expected.length).toBeGreaterThan(400)
  })

  it(`does the same on the engine that ${ENGINE_VARIABLE[runtime]} names`, { timeout: 120_000 }, async () => {
    if (!engine) return console.info(`${ENGINE_VARIABLE[runtime]} is not set: not run on an engine`)
    expect(await onEngine(runtime, engine, await image(runtime, program(), '5.0'))).toEqual(expected)
  })
})
