import { readFileSync } from 'node:fs'

interface Step {
  send?: string
  malformed?: unknown
  steps?: Step[]
}
export interface Scenario {
  id: string
  protocol: number
  steps: Step[]
}
export interface CodecVector {
  id: string
  protocol: number
  hex: string
  valid: boolean
  why: string
}

const file = new URL('./scenarios.json', import.meta.url)

export const { scenarios, codec_vectors: codecVectors }: { scenarios: Scenario[]; codec_vectors: CodecVector[] } =
  JSON.parse(readFileSync(file, 'utf8'))

/**
 * All that a scenario's server sends in good form, as hexadecimal digits; identifiers that a client would choose are 7.
 */
export function goodSends(steps: Step[]): string[] {
  return steps.flatMap(({ send, malformed, steps }) => [
    ...(send && !malformed ? [send.replace(/\{\w+(\+\d+)?\}/g, '0007')] : []),
    ...goodSends(steps ?? []),
  ])
}

/** The packets of a stream, by their lengths alone. */
export function packetsOf(stream: Buffer): Buffer[] {
  const packets: Buffer[] = []
  for (let at = 0; at < stream.length; ) {
    let length = 0
    let head = 1
    for (let shift = 0; ; shift += 7) {
      const digit = stream[at + head++]
      length |= (digit & 127) << shift
      if (digit < 128) break
    }
    packets.push(stream.subarray(at, at + head + length))
    at += head + length
  }
  return packets
}
