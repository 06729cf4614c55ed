/** The rules for what keeps a board alive, and for what it may keep to itself. */
import { type Draft, number, report } from './draft'
import { isKaluma, warn } from './network'

/** A connect that nobody refuses blocks about so long on Espruino; see the schema. */
const USUAL_FREEZE_S = 20
/** lwIP gives a SYN up after this. */
const LONGEST_FREEZE_S = 75

function checkReboot(draft: Draft): void {
  const path = 'mqtt.rebootAfterS'
  const seconds = number(draft, path) ?? 0
  if (seconds <= 0 || seconds >= 300) return
  report(draft, path, `${seconds} would reboot during a router restart; use 0 or at least 300.`, 'The usual is 900.')
}

function checkWatchdog(draft: Draft): void {
  const path = 'watchdogS'
  const seconds = number(draft, path) ?? 0
  if (seconds <= 0) return
  if (seconds < 10) report(draft, path, `${seconds} is too short; use 0 or at least 10.`, 'For example 120.')
  else if (isKaluma(draft)) {
    const rule = 'the RP2040 counts no further than 8 s: that holds, from the first join on.'
    warn(draft, path, rule, 'A later join that takes longer restarts the board once.')
  } else if (seconds <= USUAL_FREEZE_S) {
    const rule = `${seconds} is shorter than a blocked connect (about ${USUAL_FREEZE_S} s).`
    report(draft, path, rule, `Use more than ${LONGEST_FREEZE_S}, for example 120.`)
  } else if (seconds <= LONGEST_FREEZE_S) {
    const rule = `${seconds} may be shorter than a connect to a broker that does not answer (up to ${LONGEST_FREEZE_S} s).`
    warn(draft, path, rule, 'The board then restarts until the broker is back. For example 120 is longer.')
  }
}

function checkChange(draft: Draft): void {
  const change = number(draft, 'publish.minChangeC') ?? 0
  const heartbeat = number(draft, 'publish.heartbeatS') ?? 0
  const interval = number(draft, 'publish.intervalS') ?? 0
  const path = 'publish.heartbeatS'
  if (change > 0 && heartbeat < interval) {
    const rule = `${heartbeat} is less than publish.intervalS, ${interval}; a board that never speaks looks dead.`
    report(draft, path, rule, `With minChangeC use at least ${interval}, for example ${interval * 10}.`)
  } else if (change === 0 && heartbeat > 0) {
    warn(draft, path, 'does nothing without publish.minChangeC: every reading is published.', 'Take it out.')
  }
}

export function checkUpkeep(draft: Draft): void {
  checkReboot(draft)
  checkWatchdog(draft)
  checkChange(draft)
}
