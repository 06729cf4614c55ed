/** What happens to a connection in thirty days, from a seed. */
import type { Clock } from '../../src/host/virtual/contract'
import type { MemoryNetwork } from '../../src/host/virtual/memory-network'
import type { KeepingBroker } from './broker'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Begins one of the outages that a network has, and answers what ends it. */
export function misfortune(broker: KeepingBroker, network: MemoryNetwork, next: () => number): () => void {
  const { listener } = broker
  const mend = () => {
    listener.mode = 'accepts'
    listener.thaw()
  }
  switch (Math.floor(next() * 6)) {
    case 0:
      broker.cut()
      return mend
    case 1:
      listener.kill()
      listener.mode = 'refuses'
      return mend
    case 2:
      listener.freeze()
      return mend
    case 3:
      broker.swallow = Math.floor(next() * 5)
      return () => broker.cut()
    case 4:
      broker.cut()
      listener.mode = 'silent'
      return mend
    default:
      network.segmentSize = 1 + Math.floor(next() * 30)
      broker.cut()
      return () => {
        network.segmentSize = 1460
      }
  }
}

/** Lets `ms` milliseconds pass with an outage every few hours, of seconds to hours. Ends mended, with time to catch up. */
export function suffer(
  ms: number,
  {
    clock,
    broker,
    network,
    seed,
  }: { clock: Clock & { advance(ms: number): void }; broker: KeepingBroker; network: MemoryNetwork; seed: number },
): number {
  const next = random(seed)
  const end = clock.now() + ms
  let outages = 0
  while (clock.now() < end) {
    clock.advance(10 * MINUTE + next() * 5 * HOUR)
    const mend = misfortune(broker, network, next)
    outages++
    // Most are short.
    clock.advance(SECOND + next() ** 4 * 3 * HOUR)
    mend()
  }
  clock.advance(10 * MINUTE)
  return outages
}
