import type { Finding } from './findings'
import { isWithin, parentOf, valueAt } from './path'
import { fieldAt, secretPaths } from './schema'

/** A board file on its way to a Board. */
export interface Draft {
  /** As people know it. */
  file: string
  /** Name of the file without .json. */
  name: string
  /** Changed by every step: overrides, secrets, defaults. May hold anything. */
  data: unknown
  /** Where each path begins in the file. */
  offsets: Map<string, number>
  /** Paths that came from --set. */
  overridden: string[]
  /** Names of the secrets that stand at these paths. */
  secrets: Map<string, string>
  /** Paths in them are bare: no --set before them. */
  findings: Finding[]
}

function isHidden(draft: Draft, path: string): boolean {
  const hidden = [...draft.secrets.keys(), ...secretPaths.filter(secret => fieldAt(secret)?.writeOnly)]
  // Both ways: a section that is no object may be a secret in the wrong place.
  return hidden.some(secret => isWithin(path, secret) || isWithin(secret, path))
}

/** A value as JSON, `***` for a secret, undefined for what is no plain value. */
export function shown(draft: Draft, path: string): string | undefined {
  const value = valueAt(draft.data, path)
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined
  if (isHidden(draft, path)) return '***'
  const json = JSON.stringify(value)
  // mqtt://user:password@host
  const safe = /^mqtt\.(fallback\[\d\]\.)?host$/.test(path) ? json.replace(/^"(.*:\/\/)?.*@/, '"$1***@') : json
  return safe.length > 80 ? `${safe.slice(0, 79)}…"` : safe
}

export function text(draft: Draft, path: string): string | undefined {
  const value = valueAt(draft.data, path)
  return typeof value === 'string' ? value : undefined
}

export function number(draft: Draft, path: string): number | undefined {
  const value = valueAt(draft.data, path)
  return typeof value === 'number' ? value : undefined
}

type More = Partial<Pick<Finding, 'didYouMean' | 'severity' | 'value'>>

/** Adds a finding. The rule may say the value only as shown() gives it. */
export function report(draft: Draft, path: string, rule: string, fix: string, more: More = {}): void {
  const { file } = draft
  draft.findings.push({ file, path, value: shown(draft, path), rule, fix, severity: 'error', ...more })
}

/** How to mend a text: at the secret it came from, or else as `fix` says. */
export function mend(draft: Draft, path: string, fix: string): string {
  const secret = draft.secrets.get(path)
  return secret === undefined ? fix : `Set ${secret} in the environment or in secrets.json.`
}

function offsetOf(draft: Draft, path: string): number {
  const offset = draft.offsets.get(path)
  if (offset !== undefined) return offset
  const parent = parentOf(path)
  return parent === path ? 0 : offsetOf(draft, parent)
}

/** The findings in the order of the file; a path that came from --set says so. */
export function sortedFindings(draft: Draft): Finding[] {
  return draft.findings
    .map(finding => ({ finding, offset: offsetOf(draft, finding.path) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ finding }) => {
      const isSet = draft.overridden.some(path => isWithin(finding.path, path))
      return isSet ? { ...finding, path: `--set ${finding.path}` } : finding
    })
}
