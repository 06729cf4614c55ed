/** What is wrong with a file, and how to mend it. */
export interface Finding {
  file: string
  /** `wifi.ssid`, `sensors[0].type`, `--set mqtt.port`, `line 3, column 7`, or '' for the file as a whole. */
  path: string
  /** As JSON; `***` where it is a secret. Absent where it is no plain value. */
  value?: string
  /** A sentence that says what is wrong. */
  rule: string
  /** A sentence that says what to do, or a list of what is possible in parentheses. */
  fix: string
  didYouMean?: string
  /** A board file with an error gives no board; one with warnings does. */
  severity: 'error' | 'warning'
}

/** Whether a text says the value. A number counts at its beginning only: "0.1" does not say 1. */
function says(text: string, value: string): boolean {
  return value.startsWith('"') ? text.includes(value) : text.startsWith(`${value} `)
}

function formatFinding(finding: Finding): string {
  const { file, path, value, rule, fix, didYouMean, severity } = finding
  const guess = didYouMean === undefined ? '' : `Did you mean "${didYouMean}"?`
  const text = [rule, guess, fix].filter(part => part !== '').join(' ')
  const isSaid = value === undefined || value === '***' || value === '""' || says(text, value)
  const found = isSaid ? '' : ` Found: ${value}.`
  const warning = severity === 'warning' ? ' (warning)' : ''
  return `${path === '' ? file : `${file}: ${path}`}: ${text}${found}${warning}`
}

/** One line a finding, without a line end behind the last. */
export function formatFindings(findings: Finding[]): string {
  return findings.map(formatFinding).join('\n')
}
