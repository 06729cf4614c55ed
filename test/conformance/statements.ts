import { readFileSync } from 'node:fs'
import type { Scenario } from './scenarios'

/** The statements of the standards that bind a client, `mqtt311_…` and `mqtt5_…`, and of what kind they are. */
export const statements: Record<string, string> = JSON.parse(
  readFileSync(new URL('./statements.json', import.meta.url), 'utf8'),
)

/** The statements that a scenario is about. */
export function statementsOf(scenario: Scenario): string[] {
  const version = scenario.protocol === 4 ? 'mqtt311_' : 'mqtt5_'
  const { statements } = scenario as Scenario & { statements: string[] }
  return statements.map(statement => statement.replace('MQTT-', version))
}
