/** The process of one contestant: measures what its parent asks for, one request at a time. */
import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { CONTESTANTS } from './contestants'
import { type Operation, type Operations, VERSIONS, type Version } from './operations'

export interface Request {
  version: Version
  operation: Operation
  /** speed: calls per CPU-second over `amount` milliseconds; memory: bytes per call over `amount` calls. */
  measure: 'speed' | 'memory'
  amount: number
}

const contestant = CONTESTANTS.find(({ name }) => name === process.argv[2])
if (!contestant) throw new Error(`no contestant ${process.argv[2]}`)
const operations = Object.fromEntries(VERSIONS.map(version => [version, contestant.operations(version)])) as {
  [version in Version]: Operations
}

/** What an operation answered last, so that no engine can leave the work out. */
export let sink: unknown

const collections = new PerformanceObserver(() => {})
collections.observe({ entryTypes: ['gc'] })

/** Calls per second of CPU time, that of the collector's threads included. */
function speed(operation: () => unknown, ms: number): number {
  // So many calls at once that the clock is looked at about every millisecond.
  let batch = 1
  let calls = 0
  const from = process.cpuUsage()
  for (;;) {
    for (let i = 0; i < batch; i++) sink = operation()
    calls += batch
    const { user, system } = process.cpuUsage(from)
    const spent = user + system
    if (spent >= ms * 1000) return (calls / spent) * 1e6
    if (spent < (ms * 1000) / 50) batch *= 2
  }
}

/** Bytes allocated per call, in the heap and beside it, over a span in which nothing was collected. */
async function memory(operation: () => unknown, calls: number): Promise<number> {
  // Twice: Buffers are given back behind the collection that finds them.
  for (let i = 0; i < 2; i++) {
    ;(globalThis.gc as () => void)()
    await sleep(20)
  }
  collections.takeRecords()
  const before = process.memoryUsage()
  for (let i = 0; i < calls; i++) sink = operation()
  const after = process.memoryUsage()
  // What the collector did is known a turn later.
  await sleep(5)
  if (collections.takeRecords().length > 0) throw new Error(`${process.argv[2]}: a collection in the span`)
  return (after.heapUsed + after.external - before.heapUsed - before.external) / calls
}

process.on('message', async ({ version, operation, measure, amount }: Request) => {
  const run = operations[version][operation]
  const figure = run && (await (measure === 'speed' ? speed(run, amount) : memory(run, amount)))
  process.send?.(figure ?? null)
})
