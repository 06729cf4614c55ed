import type { Board } from './board'
import { keyOf, parts, quantities } from './parts'

/** What people write behind a payload of this key: " °C", " %"; '' for what is no plain number of a sensor. */
export function unitOf({ sensors, publish }: Board, key: string): string {
  if (publish.format !== 'plain') return ''
  for (const sensor of sensors) {
    if (sensor.key === key) return ` °${publish.unit}`
    const quantity = parts[sensor.type].also?.find(one => keyOf(sensor.key, one) === key)
    if (quantity) return ` ${quantities[quantity].unit}`
  }
  return ''
}
