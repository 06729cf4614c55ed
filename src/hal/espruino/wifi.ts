import { now } from './clock'

interface Wifi {
  /** The callback gets null, or the reason; release 2v29 does not call it when a join fails. */
  connect(ssid: string, options: { password: string }, done: (error: string | null) => void): void
  stopAP(): void
  getIP(): { ip?: string }
  getStatus(): { station?: string }
  on(event: 'connected' | 'disconnected', run: (details: { msg?: string }) => void): void
}
declare function require(module: 'Wifi'): Wifi
declare function setTimeout(run: () => void, ms: number): number
declare const console: { error(text: string): void }

const POLL_MS = 1000
const MIN_MS = 1000
const MAX_MS = 25000

/** A join that nobody reports on is given up after so many milliseconds. */
let joinMs = 30000

/** Another time than 30,000 ms. */
export function joinWithin(ms: number) {
  joinMs = ms
}

/**
 * Joins for ever. The runtime's events bring things forward, no more: what counts is what getStatus() and getIP() say
 * once a second, since a release may forget to call back, and none joins again by itself.
 */
export function join(ssid: string, password: string, up: () => void, down: (reason: string) => void) {
  const wifi = require('Wifi')
  let joined = false
  let reason = ''
  let backOffMs = MIN_MS
  /** When the next attempt is due. */
  let next = 0
  let attempting = false

  const isUp = () => {
    const ip = wifi.getIP()
    const status = wifi.getStatus()
    return status.station === 'connected' && !!ip.ip && ip.ip !== '0.0.0.0'
  }
  const failed = (why: string) => {
    if (!attempting) return
    attempting = false
    next = now() + backOffMs * (0.5 + Math.random() / 2)
    backOffMs = Math.min(backOffMs * 2, MAX_MS)
    console.error('wifi: cannot join ' + ssid + ': ' + why + '; check wifi.ssid and wifi.password')
  }
  const check = () => {
    if (isUp() !== joined) {
      joined = !joined
      attempting = false
      if (joined) {
        backOffMs = MIN_MS
        up()
      } else {
        next = 0
        down(reason || 'no link')
      }
    }
    if (!joined && now() >= next) {
      failed('no answer')
      attempting = true
      next = now() + joinMs
      // Never while joined: connect() would leave the network first.
      wifi.connect(ssid, { password: password }, error => {
        if (error) failed(error)
      })
    }
  }
  const poll = () => {
    setTimeout(poll, POLL_MS)
    check()
  }
  wifi.on('connected', check)
  wifi.on('disconnected', details => {
    reason = '' + details.msg
    failed(reason)
    check()
  })
  // Behind Wifi.restore(), which the runtime runs after the boot code: release 2v29 opens an access point there.
  setTimeout(() => {
    wifi.stopAP()
    poll()
  }, 1)
}
