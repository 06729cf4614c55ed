import { describe, expect, it } from 'vitest'
import { bytes, hex } from './bytes'
import { type Decoder, decoder, type Fields, type Version, write } from './fields'
import { generated, normal, parsed, toOracle } from './oracle'
import { acks } from './vectors/acks'
import { connect } from './vectors/connect'
import { others } from './vectors/others'
import { publish } from './vectors/publish'
import { subscribe } from './vectors/subscribe'

const vectors = [...connect, ...publish, ...acks, ...subscribe, ...others]

/** Packets that go one way only: mqtt-packet is their other end. */
const SENT = ['connect', 'subscribe', 'unsubscribe', 'pingreq']
const RECEIVED = ['connack', 'suback', 'unsuback', 'pingresp']

/** Takes what only a client sends as it is, and DISCONNECT in 3.1.1. */
function both(version: Version): Decoder {
  const raw = (d: Decoder, packet: string) => {
    d.packets.push({ cmd: 'raw', packet })
    return 0
  }
  const takers = Object.fromEntries(['\x10', '\x82', '\xa2', '\xc0'].map(first => [first, raw]))
  return decoder(version, undefined, version === 4 ? { ...takers, '\xe0': raw } : takers)
}

function feed(version: Version, chunks: string[]): Fields[] {
  const d = both(version)
  for (const chunk of chunks) expect(d.feed(chunk)).toBe(0)
  expect([d._carried, d._need]).toEqual(['', 0])
  return d.packets
}

function same(actual: string, expected: string) {
  expect(actual.length).toBe(expected.length)
  expect(hex(actual)).toBe(hex(expected))
}

for (const { version, name, statements = [], hex: annotated, fields } of vectors) {
  describe([`${version}: ${name}`, ...statements].join(' '), () => {
    const wanted = bytes(annotated)
    const isRaw = SENT.includes(fields.cmd) || (version === 4 && fields.cmd === 'disconnect')
    const seen = isRaw ? { cmd: 'raw', packet: wanted } : fields

    it('is written', () => {
      same(RECEIVED.includes(fields.cmd) ? generated(version, fields) : write(version, fields), wanted)
    })

    it('is read', () => {
      expect(feed(version, [wanted])).toEqual([seen])
      const oracle = normal(parsed(version, wanted))
      expect(oracle).toMatchObject(normal(toOracle(version, fields)) as object)
    })

    it('is read one byte at a time', () => {
      expect(feed(version, [...wanted])).toEqual([seen])
    })

    it('is read in two pieces, cut anywhere', () => {
      const step = Math.ceil(wanted.length / 500)
      for (let cut = 0; cut <= wanted.length; cut += cut < 20 ? 1 : step)
        expect(feed(version, [wanted.slice(0, cut), wanted.slice(cut)]), `cut at ${cut}`).toEqual([seen])
    })

    it('is read twice from one chunk', () => {
      expect(feed(version, [wanted + wanted])).toEqual([seen, seen])
    })
  })
}
