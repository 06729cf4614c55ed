/** What a run of the bench finds, and how it is shown: as JSON and as Markdown, from the same tables. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, type } from 'node:os'

export type Cell = string | number | null

export interface Table {
  title: string
  columns: string[]
  /** As many cells as columns; numbers are figures, null is what was not measured. */
  rows: Cell[][]
  /** What the table alone does not say. */
  notes: string[]
}

/** A figure of design that must hold. */
export interface Budget {
  name: string
  figure: number
  limit: number
  /** Whether the figure may not be below the limit; otherwise it may not be above. */
  isLeast?: boolean
}

export interface Section {
  tables: Table[]
  budgets: Budget[]
}

/** A section as it is kept: a run without an engine leaves the figures of an earlier run with it alone. */
export interface Measured extends Section {
  date: string
  machine: string
  node: string
}

export type Results = { [section: string]: Measured }

export function holds({ figure, limit, isLeast }: Budget): boolean {
  return isLeast ? figure >= limit : figure <= limit
}

export function stamped(section: Section): Measured {
  const [{ model }, ...others] = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${model.trim()}, ${others.length + 1} cores, ${type()} ${process.arch}`,
    node: process.version,
    ...section,
  }
}

/** Three significant digits for what is small or not whole, thousands apart for what is large. */
export function shown(cell: Cell): string {
  if (cell === null) return '–'
  if (typeof cell === 'string') return cell
  const digits = Number.isInteger(cell) ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(cell), 0.01))))
  return cell.toLocaleString('en-US', { maximumFractionDigits: digits })
}

function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}

function tableText({ title, columns, rows, notes }: Table): string {
  const isFigure = columns.map((_column, i) => rows.some(row => typeof row[i] === 'number'))
  const rule = isFigure.map(figure => (figure ? '---:' : '---'))
  const lines = [line(columns), line(rule), ...rows.map(row => line(row.map(shown)))]
  return [`### ${title}`, lines.join('\n'), ...notes].join('\n\n')
}

function budgetsText(budgets: Budget[]): string {
  const lines = budgets.map(budget => {
    const bound = `${budget.isLeast ? 'at least' : 'at most'} ${shown(budget.limit)}`
    return line([budget.name, shown(budget.figure), bound, holds(budget) ? 'yes' : '**no**'])
  })
  return [
    '### Budgets',
    [line(['what', 'figure', 'budget', 'holds']), '|---|---:|---:|---|', ...lines].join('\n'),
  ].join('\n\n')
}

/** A section as Markdown. */
export function sectionText({ date, machine, node, tables, budgets }: Measured): string {
  const parts = [`Measured ${date} on ${machine}; Node ${node}.`, ...tables.map(tableText)]
  if (budgets.length > 0) parts.push(budgetsText(budgets))
  return parts.join('\n\n')
}

/** The sections that were measured now, beside those of earlier runs. */
export function merged(file: string, measured: Results): Results {
  return { ...(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}), ...measured }
}

export function writeResults(file: string, results: Results) {
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
}

/** Puts each section between its markers, `<!-- bench: name -->` and `<!-- /bench: name -->`. */
export function withSections(document: string, results: Results): string {
  return Object.entries(results).reduce((text, [name, section]) => {
    const between = new RegExp(`(<!-- bench: ${name} -->\n)[\\s\\S]*?(<!-- /bench: ${name} -->)`)
    if (!between.test(text)) throw new Error(`docs/bench.md has no markers for ${name}`)
    return text.replace(between, (_all, begin, end) => `${begin}\n${sectionText(section)}\n\n${end}`)
  }, document)
}

/** The middle one, or the mean of the middle two. At least one figure. */
export function median(figures: number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
