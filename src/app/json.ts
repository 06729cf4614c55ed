import { decimal } from './decimal'
import type { Reading } from './telemetry'

/** As a Text: `{"temperature":21.5}`. Keys of a board file need no escaping. */
export function json(value: number, decimals: number, reading: Reading): string {
  return '{"' + reading.key + '":' + decimal(value, decimals) + '}'
}
