import packageFile from '../../../package.json' with { type: 'json' }
import type { Budget } from './sizes'

/** The lines of "budgets" in package.json. */
export const budgets = packageFile.budgets as Budget[]

/** The budget of an image in bytes; undefined for one that has none. */
export function budgetOf(image: string): number | undefined {
  return budgets.find(budget => budget.image === image)?.bytes
}
