import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { received, sent } from './arbitrary'
import { hex } from './bytes'
import { decoder, type Fields, type Version, write } from './fields'
import { generated, normal, parsed, toOracle } from './oracle'

/** Packets for each version and direction. A failure prints seed and path; give them to fc.assert() to see it again. */
const numRuns = Number(process.env.WIRE_RUNS ?? 20_000)

function compare(version: Version, bytes: string, actual: unknown, f: Fields) {
  const wanted = toOracle(version, f)
  if (!isDeepStrictEqual(normal(actual), normal(wanted)))
    throw new Error(`${hex(bytes)}\n${JSON.stringify(normal(actual))}\nis not\n${JSON.stringify(normal(wanted))}`)
}

function withBytes<T>(bytes: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw new Error(`${hex(bytes)}: ${cause}`, { cause })
  }
}

describe.each<Version>([4, 5])('%i: beside mqtt-packet', version => {
  it(`${numRuns} packets that we write are read there`, { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(sent(version), f => {
        const bytes = write(version, f)
        compare(
          version,
          bytes,
          withBytes(bytes, () => parsed(version, bytes)),
          f,
        )
      }),
      { numRuns },
    )
  })

  it(`${numRuns} packets that are written there we read, cut anywhere`, { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(received(version), fc.nat(), (f, cut) => {
        const bytes = generated(version, f)
        const d = decoder(version)
        const at = cut % (bytes.length + 1)
        const fault = d.feed(bytes.slice(0, at)) || d.feed(bytes.slice(at))
        if (fault || d.packets.length !== 1) throw new Error(`${hex(bytes)}: ${fault}, ${d.packets.length} packets`)
        compare(version, bytes, toOracle(version, d.packets[0]), f)
      }),
      { numRuns },
    )
  })

  it('a difference would be seen', () => {
    const f: Fields = { cmd: 'puback', messageId: 7, ...(version === 5 && { reasonCode: 0, properties: [] }) }
    expect(() => compare(version, 'x', parsed(version, write(version, f)), { ...f, messageId: 8 })).toThrow('78\n')
  })
})
