import type { WifiDevice } from './device'

declare const __ieee80211dev: WifiDevice
declare function millis(): number
declare const console: { error(text: string): void }

const MIN_MS = 1000
const MAX_MS = 25000

/**
 * One step of joining for ever, to be called again and again. Nothing is reported by the runtime, neither a loss nor a
 * failed join: what counts is whether there is a connection now. Answers that.
 */
export function joiner(ssid: string, password: string, up: () => void, down: (reason: string) => void): () => boolean {
  let joined = false
  let backOffMs = MIN_MS
  /** When the next attempt is due. */
  let next = 0

  const isUp = () => {
    let connected = false
    __ieee80211dev.get_connection((_error, network) => {
      connected = !!network
    })
    return connected
  }
  return () => {
    if (isUp() !== joined) {
      joined = !joined
      backOffMs = MIN_MS
      // The chip may come back by itself.
      next = millis() + MIN_MS
      if (joined) up()
      else down('no link')
    } else if (!joined && millis() >= next) {
      __ieee80211dev.connect({ ssid: ssid, password: password }, () => {})
      next = millis() + backOffMs * (0.5 + Math.random() / 2)
      backOffMs = Math.min(backOffMs * 2, MAX_MS)
      if (__ieee80211dev.errno) console.error('wifi: cannot join ' + ssid + '; check wifi.ssid and wifi.password')
    }
    return joined
  }
}
