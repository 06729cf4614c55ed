import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { budgets } from '../image/budgets'
import { withPrices } from '../image/prices-page'
import { checkSizes, measureSizes, sizesTable, withSizes } from '../image/sizes'

const readmeFile = fileURLToPath(new URL('../../../README.md', import.meta.url))
const pricesFile = fileURLToPath(new URL('../../../docs/sizes.md', import.meta.url))

/**
 * Measures what the budgets are about, and what every sensor and setting costs, and writes the tables into README.md and
 * docs/sizes.md. Answers the exit code: 1 over a budget.
 */
export async function sizes(): Promise<number> {
  const measured = await measureSizes(budgets)
  console.log(sizesTable(measured))
  const readme = withSizes(readFileSync(readmeFile, 'utf8'), measured)
  writeFileSync(readmeFile, readme)
  console.log('building an image for every sensor and setting ...')
  writeFileSync(pricesFile, await withPrices(readFileSync(pricesFile, 'utf8')))
  const faults = checkSizes(measured, readme)
  for (const fault of faults) console.error(fault)
  return faults.length > 0 ? 1 : 0
}
