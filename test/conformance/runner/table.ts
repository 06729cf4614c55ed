import { type Scenario, scenarios } from '../scenarios'
import type { Verdict } from './run'

export interface Result {
  name: string
  verdicts: Verdict[]
}

const VERSIONS = { 4: '3.1.1', 5: '5.0' }
const LEVELS = ['must', 'should', 'policy']

function cell(verdicts: Verdict[]): string {
  const skipped = verdicts.filter(verdict => verdict.skipped).length
  const passed = verdicts.filter(verdict => verdict.passed).length
  return `${passed}/${verdicts.length - skipped}${skipped > 0 ? ` (skipped ${skipped})` : ''}`
}

/** A Markdown table: versions and levels of the scenarios down, clients across, passed of those that were played. */
export function tableOf(results: Result[]): string {
  const row = (name: string, chosen: (scenario: Scenario) => boolean) => {
    const ids = new Set(scenarios.filter(chosen).map(({ id }) => id))
    return [name, ...results.map(({ verdicts }) => cell(verdicts.filter(({ id }) => ids.has(id))))]
  }
  const rows = ([4, 5] as const).flatMap(version => [
    row(`**${VERSIONS[version]}**`, ({ protocol }) => protocol === version),
    ...LEVELS.map(name => row(`${VERSIONS[version]} ${name}`, s => s.protocol === version && s.level === name)),
  ])
  const lines = [['', ...results.map(({ name }) => name)], ['---', ...results.map(() => '---:')], ...rows]
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
