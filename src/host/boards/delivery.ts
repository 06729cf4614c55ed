/** The rules for what becomes of readings that the broker has not got yet. */
import { type Draft, number, report, text } from './draft'
import { warn } from './network'
import { valueAt } from './path'

/** What holds one reading of any text. */
const LEAST_QUEUE_B = 200

function checkQueue(draft: Draft): void {
  const path = 'limits.queueB'
  const bytes = number(draft, path) ?? 0
  if (bytes > 0 && bytes < LEAST_QUEUE_B) {
    const rule = `${bytes} holds no reading; use 0 or at least ${LEAST_QUEUE_B}.`
    report(draft, path, rule, 'For example 4096, which holds about 38.')
  } else if (bytes > 0 && text(draft, 'publish.format') === 'plain') {
    const rule = 'plain has no place for the time at which a reading was taken that leaves later; use json.'
    warn(draft, 'publish.format', rule, 'Write "json", or take limits.queueB out.')
  } else if (bytes === 0 && text(draft, 'publish.keep') === 'oldest') {
    warn(draft, 'publish.keep', 'does nothing without limits.queueB: no reading waits.', 'Take it out.')
  }
}

function checkSession(draft: Draft): void {
  const keeps = valueAt(draft.data, 'mqtt.keepState') === true
  if (keeps && (valueAt(draft.data, 'mqtt.cleanSession') !== false || number(draft, 'publish.qos') !== 1)) {
    const rule = 'needs a session to keep: publish.qos 1 and mqtt.cleanSession false.'
    report(draft, 'mqtt.keepState', rule, 'Write these too, or take it out.')
  }
  if (valueAt(draft.data, 'mqtt.cleanSession') !== false || number(draft, 'publish.qos') !== 0) return
  warn(draft, 'mqtt.cleanSession', 'does nothing with publish.qos 0: there is nothing to keep.', 'Take it out.')
}

/** Fields that only 5.0 has, and what they are when they ask for nothing. */
const OF_5: [path: string, off: unknown][] = [
  ['mqtt.sessionExpiryS', undefined],
  ['mqtt.topicAlias', false],
  ['publish.expiryS', 0],
]

function checkVersion(draft: Draft): void {
  if (text(draft, 'mqtt.version') === '3.1.1') {
    for (const [path, off] of OF_5) {
      const value = valueAt(draft.data, path)
      if (value !== off && value !== undefined) {
        report(draft, path, 'is of MQTT 5.0, and mqtt.version is "3.1.1".', 'Take it out, or write "5.0" there.')
      }
    }
  } else if (valueAt(draft.data, 'mqtt.cleanSession') === true && number(draft, 'mqtt.sessionExpiryS') !== undefined) {
    const rule = 'does nothing with mqtt.cleanSession true: the session ends with the connection.'
    report(draft, 'mqtt.sessionExpiryS', rule, 'Take it out, or write "cleanSession": false.')
  }
}

export function checkDelivery(draft: Draft): void {
  checkQueue(draft)
  checkSession(draft)
  checkVersion(draft)
}
