/**
 * Plays the scenarios with our client and its peers, and prints how many each one passes.
 *
 *     npx tsx test/conformance/compare.ts --client ours --only 4-pub-qos1 --verbose
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Option, program } from 'commander'
import { withTable } from '../../src/host/image/sizes'
import { adapterOf, CLIENTS } from './peers'
import { catchStrays } from './runner/play'
import { type RunAllOptions, runAll, type Verdict } from './runner/run'
import { type Result, tableOf } from './runner/table'
import { scenarios } from './scenarios'

program
  .addOption(new Option('--client <name...>', 'which clients').choices(Object.keys(CLIENTS)))
  .option('--only <text...>', 'scenarios whose id contains one of these; =id for exactly one')
  .option('--protocol <4|5>', 'scenarios of 3.1.1 (4) or 5.0 (5)')
  .option('--parallel <n>', 'how many at once', '30')
  .option('--time-scale <factor>', 'multiplies what a client may take for its answers', '1')
  .option('--skip <tag...>', 'tags of scenarios to skip')
  .option('--failures', 'name the failed scenarios, and why')
  .option('--write', 'write the table of all clients and scenarios to docs/conformance.md')
  .option('--verbose', 'the same, with the steps and everything that was seen; of all where few are played')
  .parse()
const options = program.opts<{
  client?: string[]
  only?: string[]
  protocol?: string
  parallel: string
  timeScale: string
  skip?: string[]
  failures?: true
  write?: true
  verbose?: true
}>()

const FEW = 3

const chosen = scenarios.filter(
  ({ id, protocol }) =>
    (!options.protocol || Number(options.protocol) === protocol) &&
    (options.only?.some(text => (text.startsWith('=') ? id === text.slice(1) : id.includes(text))) ?? true),
)

function tell(verdict: Verdict): void {
  const state = verdict.passed ? 'passed' : verdict.skipped ? `skipped: ${verdict.skipped}` : 'FAILED'
  console.log(`${verdict.id} ${state}${verdict.again ? ' (in a second run, alone)' : ''}`)
  if (verdict.message) console.log(`  step ${verdict.failedStep}: ${verdict.message}`)
  if (!options.verbose) return
  const steps = scenarios.find(({ id }) => id === verdict.id)?.steps ?? []
  for (const [index, step] of steps.entries()) {
    console.log(`  ${index === verdict.failedStep ? '>' : ' '} ${index} ${JSON.stringify(step)}`)
  }
  for (const line of verdict.seen) console.log(`    ${line}`)
}

catchStrays()
const results: Result[] = []
for (const name of options.client ?? Object.keys(CLIENTS)) {
  const adapter = await adapterOf(name)
  if (typeof adapter === 'string') {
    console.log(`${name}: left out, ${adapter}`)
    continue
  }
  const runOptions: RunAllOptions = {
    parallel: Number(options.parallel),
    timeScale: Number(options.timeScale),
    skip: [...(adapter.skip ?? []), ...(options.skip ?? [])],
    again: 10,
  }
  const start = performance.now()
  const verdicts = await runAll(chosen, adapter.Adapter, runOptions)
  console.log(`${name}: ${chosen.length} scenarios in ${((performance.now() - start) / 1000).toFixed(1)} s`)
  for (const verdict of verdicts) {
    const failed = !verdict.passed && !verdict.skipped
    if (failed ? options.failures || options.verbose || chosen.length <= FEW : chosen.length <= FEW) tell(verdict)
  }
  results.push({ name: adapter.name, verdicts })
}
console.log(`\n${tableOf(results)}`)
if (options.write) {
  const page = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url))
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), 'clients', tableOf(results)))
}
// Not later: peers keep timers and sockets of connections that they were told to end.
process.exit(0)
