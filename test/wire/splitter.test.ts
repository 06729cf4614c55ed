import { describe, expect, it } from 'vitest'
import { bodyLimit, header } from '../../src/wire/header'
import { MALFORMED_PACKET, PACKET_TOO_LARGE, PROTOCOL_ERROR } from '../../src/wire/reason'
import { type Splitter, split, splitShort, type Takers } from '../../src/wire/splitter'
import { bytes, hex } from './bytes'

interface Recorder extends Splitter<Recorder> {
  taken: string[]
}

const keep = (s: Recorder, packet: string, at: number) => {
  s.taken.push(`${hex(packet.slice(0, at))} ${hex(packet.slice(at))}`)
  return 0
}
const drain = (s: Recorder, beginning: string, at: number) => {
  s.taken.push(`over ${hex(beginning.slice(0, at))} ${hex(beginning.slice(at))}`)
  return 0
}

function recorder(limit: number, takers: Takers<Recorder> = { '\x30': keep, '\xd0': keep, '': drain }): Recorder {
  return { _takers: takers, _limit: limit, _carried: '', _need: 0, taken: [] }
}

const BOTH = [
  ['split', split],
  ['splitShort', splitShort],
] as const

describe.each(BOTH)('%s', (_name, split) => {
  it('takes a hundred packets from one chunk', () => {
    const s = recorder(10)
    expect(split(s, bytes('50*d000 50*30020000'))).toBe(0)
    expect(s.taken).toEqual([...Array(50).fill('d000 '), ...Array(50).fill('3002 0000')])
  })

  it('takes packets from chunks of any size', () => {
    const stream = bytes('d000 3000 3005 0102030405 30 8001 128*80 d000 3001 ff')
    const whole = recorder(200)
    split(whole, stream)
    expect(whole.taken).toHaveLength(6)
    for (let size = 1; size < 20; size++) {
      const s = recorder(200)
      for (let at = 0; at < stream.length; at += size) expect(split(s, stream.slice(at, at + size))).toBe(0)
      expect(s.taken).toEqual(whole.taken)
    }
  })

  it('is not disturbed by empty chunks', () => {
    const s = recorder(10)
    for (const chunk of ['', '\x30', '', '\x01', '', 'x', '']) expect(split(s, chunk)).toBe(0)
    expect(s.taken).toEqual(['3001 78'])
  })

  it('takes a packet of the limit and not one more byte', () => {
    const s = recorder(3, { '\x30': keep })
    expect(split(s, '\x30\x03abc')).toBe(0)
    expect(split(s, '\x30\x04abcd')).toBe(-PACKET_TOO_LARGE)
    expect(split(recorder(3, { '\x30': keep }), '\x30\x04abcd')).toBe(-PACKET_TOO_LARGE)
  })

  it('refuses a packet over the limit at its header where nobody drains it (mqtt5_3.1.2-24)', () => {
    const s = recorder(64, { '\x30': keep })
    expect(split(s, '\x30\xac')).toBe(0)
    expect(split(s, '\x02')).toBe(-PACKET_TOO_LARGE)
    expect(s.taken).toEqual([])
  })

  it('drains a packet over the limit, its beginning in hand, whatever the chunks', () => {
    const stream = bytes('3001 61 30 8001 0102030405 123*ff d000')
    for (const size of [1, 2, 3, 7, 50, 131, 200]) {
      const s = recorder(4)
      for (let at = 0; at < stream.length; at += size) {
        expect(split(s, stream.slice(at, at + size))).toBe(0)
        expect(s._carried.length).toBeLessThanOrEqual(4 + 3)
      }
      expect(s.taken).toEqual(['3001 61', 'over 308001 01020304', 'd000 '])
      expect([s._carried, s._need]).toEqual(['', 0])
    }
  })

  it('keeps no more than a header and its limit, however large the packet and small the chunks', () => {
    const s = recorder(8, { '\x30': keep, '': drain })
    expect(split(s, '\x30\xff\xff\xff\x7f')).toBe(0)
    for (let i = 0; i < 1000; i++) {
      expect(split(s, 'x'.repeat(97))).toBe(0)
      expect(s._carried.length).toBeLessThanOrEqual(13)
    }
    expect(s.taken).toEqual(['over 30ffffff7f 7878787878787878'])
    expect(s._need).toBe(97000 - 268435455)
  })

  it('looks up the taker of each packet anew, and refuses at the header what has none', () => {
    const s = recorder(10)
    s._takers = {
      '\x20': s => {
        s._takers = { '\xd0': keep }
        return 0
      },
    }
    expect(split(s, '\x20\0\xd0\0\x20')).toBe(-PROTOCOL_ERROR)
    expect(s.taken).toEqual(['d000 '])
    expect(split(recorder(10), '\xd1')).toBe(-MALFORMED_PACKET)
  })

  it('stops at what a taker answers', () => {
    const s = recorder(10, { '\x30': () => -MALFORMED_PACKET, '\xd0': keep })
    expect(split(s, '\xd0\0\x30\0\xd0\0')).toBe(-MALFORMED_PACKET)
    expect(split(s, '\x30\0')).toBe(-MALFORMED_PACKET)
    expect(s.taken).toEqual(['d000 '])
  })

  it.each(['30ffffffff', '30ffffff80', '308000', '30ff8000', '30ffff8000', '3080808000'])(
    'refuses the length of %s, whole and by bytes',
    digits => {
      expect(split(recorder(0xfffffff), bytes(digits))).toBe(-MALFORMED_PACKET)
      const s = recorder(0xfffffff)
      const answers = [...bytes(digits)].map(byte => split(s, byte))
      expect(answers.filter(Boolean)).toEqual([-MALFORMED_PACKET])
    },
  )

  it('takes a packet of ten million bytes in small chunks without copying it for each', () => {
    const s = recorder(0xfffffff, {
      '\x30': (s, packet, at) => {
        s.taken.push(`${packet.length - at}`)
        return 0
      },
    })
    const started = performance.now()
    split(s, '\x30\x80\xad\xe2\x04')
    for (let i = 0; i < 100000; i++) split(s, 'x'.repeat(100))
    expect(s.taken).toEqual(['10000000'])
    // A copy for each chunk would be 500 GB.
    expect(performance.now() - started).toBeLessThan(10000)
  })
})

describe('the largest body of a packet of so many bytes', () => {
  it.each([3, 64, 128, 129, 130, 131, 132, 16385, 16386, 16387, 16388, 2097155, 2097157])(
    '%i (mqtt5_3.1.2-24)',
    packetB => {
      const bodyB = bodyLimit(packetB)
      expect(header(0x30, 'x'.repeat(bodyB)).length).toBeLessThanOrEqual(packetB)
      expect(header(0x30, 'x'.repeat(bodyB + 1)).length).toBeGreaterThan(packetB)
    },
  )
})
