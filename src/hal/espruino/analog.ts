import type { Analog } from '../contract'
import type { Pin } from './pin'

declare function analogRead(pin: Pin): number

/** The converter is noisy beside the radio. */
const READINGS = 16
/** Volts, at the attenuation that a pin has by default. */
const FULL_SCALE = 3.6

/** A pin of the first converter, D32 to D39: the second one belongs to the radio. Bent below 0.1 V and above 3.1 V. */
export function analog(pin: Pin): Analog {
  return {
    read: () => {
      let sum = 0
      for (let i = 0; i < READINGS; i++) sum += analogRead(pin)
      return (sum / READINGS) * FULL_SCALE
    },
  }
}
