import { beforeAll, describe, expect, it } from 'vitest'
import Mote from './adapter'
import { runAll, type Verdict } from './runner/run'
import { scenarios } from './scenarios'
import { statementsOf } from './statements'

describe.each([
  ['3.1.1', 4],
  ['5.0', 5],
])('the client of %s plays', (_, protocol) => {
  const chosen = scenarios.filter(scenario => scenario.protocol === protocol)
  const verdicts = new Map<string, Verdict>()

  // Most of a scenario is waiting. A machine that is busy makes clients late: what fails is played again, alone.
  beforeAll(async () => {
    for (const verdict of await runAll(chosen, Mote, { again: 10 })) verdicts.set(verdict.id, verdict)
  }, 120_000)

  it.each(chosen.map(scenario => [scenario.id, scenario.title, statementsOf(scenario).join(' ')]))(
    '%s: %s [%s]',
    id => {
      const { passed, skipped, failedStep, message, seen } = verdicts.get(id) as Verdict
      expect(passed, `${skipped ?? `step ${failedStep}: ${message}`}\n${seen.join('\n')}`).toBe(true)
    },
  )
})
