import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { received } from './arbitrary'
import { hex } from './bytes'
import { type Decoder, decoder, type Fields, type Version } from './fields'
import { generated } from './oracle'

const numRuns = Number(process.env.WIRE_RUNS ?? 20_000)
const LIMIT = 300

const charCodeAt = String.prototype.charCodeAt
let steps = 0

// A reader that looks behind the end gets NaN, and NaN compares false with everything: such a look is a fault here.
beforeEach(() => {
  String.prototype.charCodeAt = function (at: number): number {
    if (!(at >= 0 && at < this.length)) throw new RangeError(`charCodeAt(${at}) of ${this.length}`)
    if (++steps > 5_000_000) throw new Error('endless')
    return charCodeAt.call(this, at)
  }
})
afterEach(() => {
  String.prototype.charCodeAt = charCodeAt
})

type Mutation = { how: 'flip' | 'set' | 'insert' | 'remove' | 'repeat' | 'cut'; at: number; value: number }

const mutation: fc.Arbitrary<Mutation> = fc.record({
  how: fc.constantFrom('flip', 'set', 'insert', 'remove', 'repeat', 'cut'),
  at: fc.nat(),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
})

function mutate(bytes: string, { how, at: where, value }: Mutation): string {
  const at = where % (bytes.length + 1)
  const byte = String.fromCharCode(value)
  const before = bytes.slice(0, at)
  switch (how) {
    case 'flip':
      if (at === bytes.length) return bytes
      return before + String.fromCharCode(Buffer.from(bytes, 'latin1')[at] ^ (1 << (value & 7))) + bytes.slice(at + 1)
    case 'set':
      return before + byte + bytes.slice(at + 1)
    case 'insert':
      return before + byte + bytes.slice(at)
    case 'remove':
      return before + bytes.slice(at + 1 + (value & 7))
    case 'repeat':
      return before + bytes.slice(at, at + value) + bytes.slice(at)
    case 'cut':
      return before
  }
}

/** Feeds a stream in chunks of these sizes, over and over, until it ends or is refused. */
function feed(d: Decoder, stream: string, sizes: number[]): number {
  let fault = 0
  for (let at = 0, i = 0; at < stream.length && !fault; i++) {
    const size = 1 + (sizes[i % sizes.length] ?? stream.length)
    fault = d.feed(stream.slice(at, at + size))
    at += size
    if (d._carried.length > LIMIT + 5) throw new Error(`${d._carried.length} bytes kept`)
  }
  return fault
}

const stream = (version: Version) =>
  fc
    .tuple(
      fc.array(received(version), { minLength: 1, maxLength: 3 }),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
    )
    .map(([packets, mutations]) => {
      const bytes = packets.map(f => generated(version, f)).join('')
      return mutations.reduce(mutate, bytes)
    })

const drain = {
  '': (d: Decoder, beginning: string, at: number) => {
    d.packets.push({ cmd: 'over', beginning, at })
    return 0
  },
}

describe.each<Version>([4, 5])('%i: spoilt streams', version => {
  it(`${numRuns} of them break nothing and read the same however they are cut`, { timeout: 600_000 }, () => {
    const outcomes = new Set<string>()
    fc.assert(
      fc.property(stream(version), fc.array(fc.nat(40), { maxLength: 5 }), fc.boolean(), (stream, sizes, drains) => {
        steps = 0
        const whole = decoder(version, LIMIT, drains ? drain : {})
        const cut = decoder(version, LIMIT, drains ? drain : {})
        try {
          const fault = feed(whole, stream, [])
          outcomes.add(`${fault}`)
          expect(feed(cut, stream, sizes)).toBe(fault)
          expect(cut.packets).toEqual(whole.packets)
          if (!fault) expect([cut._carried, cut._need]).toEqual([whole._carried, whole._need])
        } catch (cause) {
          throw new Error(hex(stream), { cause })
        }
      }),
      { numRuns },
    )
    if (numRuns >= 1000) expect([...outcomes].sort()).toEqual(['-129', '-130', '-149', '0'])
  })

  it('leave no memory behind', { timeout: 120_000 }, () => {
    setFlagsFromString('--expose-gc')
    const gc: () => void = runInNewContext('gc')
    const streams = fc.sample(stream(version), { numRuns: 300, seed: 1 })
    const d = decoder(version, LIMIT, drain)
    const round = () => {
      steps = 0
      for (const stream of streams) {
        feed(d, stream, [7])
        Object.assign(d, { _carried: '', _need: 0, packets: [] as Fields[] })
      }
      gc()
      return process.memoryUsage().heapUsed
    }
    for (let i = 0; i < 10; i++) round()
    const before = round()
    for (let i = 0; i < 40; i++) round()
    // 40 bytes kept of each stream would be this much; the engine's own needs are below it.
    expect(round() - before).toBeLessThan(500_000)
  })

  it('a look behind the end would be seen', () => {
    expect(() => 'ab'.charCodeAt(2)).toThrow(RangeError)
  })
})
