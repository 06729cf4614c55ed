import { decimal } from './decimal'
import type { Text } from './telemetry'

/** `{"temperature":21.5}` for the key "temperature"; keys of a board file need no escaping. */
export function json(key: string): Text {
  return (value, decimals) => '{"' + key + '":' + decimal(value, decimals) + '}'
}
