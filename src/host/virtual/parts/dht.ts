import type { PulsePart } from '../wiring'

export interface Dht extends PulsePart {
  celsius: number
  /** Per cent. */
  humidity: number
  /** How many of the next pulses get lost. */
  lost: number
}

export function dhtPart(type: 'dht11' | 'dht22'): Dht {
  const part: Dht = {
    celsius: 20,
    humidity: 50,
    lost: 0,
    powerUp() {},
    answer(lowMs) {
      if (lowMs < (type === 'dht22' ? 0.8 : 18)) return []
      const bytes = type === 'dht22' ? frame22(part) : frame11(part)
      const frame = [...bytes, bytes.reduce((sum, byte) => sum + byte) & 0xff]
      const bits = frame.flatMap(byte => Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1))
      const pulses = [80, ...bits.map(bit => (bit ? 70 : 27))]
      const lost = Math.min(part.lost, pulses.length)
      part.lost -= lost
      return pulses.filter((_, i) => i % 2 === 0 || i > 2 * lost)
    },
  }
  return part
}

function frame22({ celsius, humidity }: Dht): number[] {
  const h = Math.round(humidity * 10)
  const t = Math.round(Math.abs(celsius) * 10) | (celsius < 0 ? 0x8000 : 0)
  return [h >> 8, h & 0xff, t >> 8, t & 0xff]
}

function frame11({ celsius, humidity }: Dht): number[] {
  const t = Math.round(Math.abs(celsius) * 10)
  return [Math.round(humidity), 0, Math.floor(t / 10), (t % 10) | (celsius < 0 ? 0x80 : 0)]
}
