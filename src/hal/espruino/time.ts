/** The clock starts at 1970 until SNTP or somebody else sets it. 2024 began then. */
const KNOWN = 1704067200000

/** The time `agoMs` milliseconds ago as ISO 8601 has it, in whole seconds and UTC; '' while nobody has set the clock. */
export function time(agoMs: number): string {
  const now = Date.now()
  return now < KNOWN ? '' : new Date(now - agoMs).toISOString().substr(0, 19) + 'Z'
}
