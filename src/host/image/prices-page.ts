import { measurePrices, measureSwitches, pricesTable, switchesTable } from './prices'
import { withTable } from './sizes'

/** docs/sizes.md with its two tables measured anew: what each sensor and each setting costs. Builds a hundred images. */
export async function withPrices(page: string): Promise<string> {
  const sensors = pricesTable(await measurePrices())
  const settings = switchesTable(await measureSwitches())
  return withTable(withTable(page, 'sensors', sensors), 'settings', settings)
}
