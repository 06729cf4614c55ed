import type { Text } from './telemetry'

/** Says a value in degrees Celsius as `text` does, in degrees Fahrenheit. */
export function fahrenheit(text: Text): Text {
  return (value, decimals, reading) => text(value * 1.8 + 32, decimals, reading)
}
