import { readFileSync } from 'node:fs'

/** Bytes as the scenarios write them: text is UTF-8, `fill` is hexadecimal and repeated up to `length` bytes. */
export type Bytes = string | { hex: string } | { fill: string; length: number }

/** A decoded packet or an event of the client; what is not named may be anything. */
export type Pattern = Record<string, unknown>

interface AppStep {
  app: string
  args: Record<string, unknown>
  expect_error?: true | 'maybe'
  expect_no_connection?: true
  /** A client that cannot do this is not asked the rest. */
  optional_hook?: true
}

interface ExpectStep {
  /** Hexadecimal digits, `?` is any of them; or a pattern. */
  expect: string | Pattern
  /** One packet that fits. */
  example?: string
  within_ms?: number
}

interface ExpectSequencesStep {
  expect_sequences: Pattern[][]
  within_ms: number
}

interface SendStep {
  send: string
  as: string
  malformed?: true
  send_fragmented?: true
  chunk?: number
  gap_ms?: number
}

/** With neither of the expectations it only waits. */
interface WaitStep {
  wait_ms: number
  expect_nothing?: true
  except?: string[]
  expect_only?: string[]
  match?: Pattern
}

interface ExpectCloseStep {
  expect_close_within_ms: number
  allow?: Pattern[]
}

interface CloseStep {
  close: true
}

interface RepeatStep {
  repeat: number
  steps: Step[]
}

interface ExpectEventStep {
  expect_event: Pattern
  deferred?: true
}

interface ExpectNoEventStep {
  expect_no_event: Pattern
  within_ms: number
}

export type Step =
  | AppStep
  | ExpectStep
  | ExpectSequencesStep
  | SendStep
  | WaitStep
  | ExpectCloseStep
  | CloseStep
  | RepeatStep
  | ExpectEventStep
  | ExpectNoEventStep

export interface Scenario {
  id: string
  /** 4 is 3.1.1. */
  protocol: 4 | 5
  title: string
  level: 'must' | 'should' | 'policy'
  /** What makes the scenario unfit for some clients. */
  tags?: string[]
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
  return steps.flatMap(step => {
    if ('steps' in step) return goodSends(step.steps)
    return 'send' in step && !step.malformed ? [step.send.replace(/\{\w+(\+\d+)?\}/g, '0007')] : []
  })
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
