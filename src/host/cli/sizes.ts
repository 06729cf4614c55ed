import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { budgets } from '../image/budgets'
import { checkSizes, measureSizes, sizesTable, withSizes } from '../image/sizes'

const readmeFile = fileURLToPath(new URL('../../../README.md', import.meta.url))

/** Measures what the budgets are about and writes the table into the README. Answers the exit code: 1 over a budget. */
export async function sizes(): Promise<number> {
  const measured = await measureSizes(budgets)
  console.log(sizesTable(measured))
  const readme = withSizes(readFileSync(readmeFile, 'utf8'), measured)
  writeFileSync(readmeFile, readme)
  const faults = checkSizes(measured, readme)
  for (const fault of faults) console.error(fault)
  return faults.length > 0 ? 1 : 0
}
