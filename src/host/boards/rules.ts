/**
 * The rules that the schema cannot say, or cannot say well: lengths in bytes, fields that depend on each other, what a
 * runtime lacks. Values that are not of their type are left to the schema.
 */

import { checkDelivery } from './delivery'
import { type Draft, mend, number, report, shown, text } from './draft'
import { checkHosts } from './host'
import { checkNetwork } from './network'
import { checkSensors } from './sensors'
import { checkUpkeep } from './upkeep'

function bytesOf(value: string): number {
  return Buffer.byteLength(value)
}

/** "40 characters", or bytes where that is another number. */
function lengthInWords(value: string): string {
  const bytes = bytesOf(value)
  return bytes === value.length ? `${bytes} characters` : `${bytes} bytes of UTF-8`
}

function inWords(character: string): string {
  return character === ' ' ? 'a space' : JSON.stringify(character)
}

/** The text as it leaves the board; ids of chips have six digits. */
function filled(draft: Draft, value: string): string {
  const id = text(draft, 'device.id') ?? 'auto'
  return value.replaceAll('{id}', id === 'auto' ? '000000' : id)
}

/** Reports the first character that is not allowed. */
function checkCharacters(draft: Draft, path: string, value: string, allowed: RegExp, fix: string): void {
  const bad = [...value].find(character => !allowed.test(character))
  if (bad !== undefined) report(draft, path, `${shown(draft, path)} has ${inWords(bad)}.`, fix)
}

function checkBoardName(draft: Draft): void {
  const board = text(draft, 'board')
  if (board === undefined || board === draft.name) return
  const rule = `${shown(draft, 'board')} does not match the file name "${draft.name}".`
  report(draft, 'board', rule, `Write "${draft.name}", or rename the file.`)
}

function checkDeviceId(draft: Draft): void {
  const id = text(draft, 'device.id')
  if (id === undefined) return
  const fix = 'Use letters, digits, "-" and "_".'
  checkCharacters(draft, 'device.id', id, /[\w-]/, fix)
  if (id === '') report(draft, 'device.id', 'is empty.', `${fix} "auto" takes it from the chip.`)
  if (id.length > 32) report(draft, 'device.id', `has ${id.length} characters.`, 'Use at most 32.')
}

/** MQTT-1.5.3: text is UTF-8 without surrogates and without U+0000. */
function checkUtf8(draft: Draft): void {
  for (const path of [
    'device.name',
    'device.area',
    'wifi.ssid',
    'wifi.password',
    'mqtt.username',
    'mqtt.password',
    'topics.base',
  ]) {
    const clause = path.startsWith('wifi') ? '' : ' (MQTT-1.5.3)'
    const value = text(draft, path) ?? ''
    const fix = mend(draft, path, 'Take it out.')
    if (/\p{Cs}/u.test(value))
      report(draft, path, `has half of a surrogate pair, which UTF-8 does not know${clause}.`, fix)
    if (value.includes('\0')) report(draft, path, `has the character U+0000, which no text may hold${clause}.`, fix)
  }
}

function checkSsid(draft: Draft): void {
  const ssid = text(draft, 'wifi.ssid')
  if (ssid === undefined) return
  const fix = mend(draft, 'wifi.ssid', 'Write the name of your Wi-Fi network.')
  if (ssid === '') report(draft, 'wifi.ssid', 'is empty.', fix)
  if (bytesOf(ssid) > 32) report(draft, 'wifi.ssid', `${lengthInWords(ssid)}; a network name has 1 to 32 bytes.`, fix)
}

function checkWifiPassword(draft: Draft): void {
  const password = text(draft, 'wifi.password')
  if (password === undefined || password === '' || /^[\dA-Fa-f]{64}$/.test(password)) return
  const bytes = bytesOf(password)
  if (bytes >= 8 && bytes <= 63) return
  const rule = `${lengthInWords(password)}; WPA2 needs 8 to 63.`
  const fix = bytes === 64 ? 'A key of 64 must be hexadecimal.' : 'For an open network write "".'
  report(draft, 'wifi.password', rule, mend(draft, 'wifi.password', fix))
}

function checkCredentials(draft: Draft): void {
  for (const path of ['mqtt.username', 'mqtt.password']) {
    const value = text(draft, path) ?? ''
    const fix = mend(draft, path, 'Use a shorter one.')
    if (bytesOf(value) > 128) report(draft, path, `${lengthInWords(value)}; at most 128 bytes are possible.`, fix)
  }
  // One that is not set yet counts: its name stands there.
  const password = text(draft, 'mqtt.password') ?? draft.secrets.get('mqtt.password') ?? ''
  if (password === '' || text(draft, 'mqtt.username') !== '') return
  report(draft, 'mqtt.password', 'needs mqtt.username (MQTT 3.1.1).', 'Add it, or leave the password out.')
}

function checkClientId(draft: Draft): void {
  const path = 'mqtt.clientId'
  const clientId = text(draft, path)
  if (clientId === undefined) return
  const fix = 'Use letters, digits, "-", "_" and {id}.'
  if (clientId === '') report(draft, path, 'is empty.', 'Leave it out for "mote{id}".')
  checkCharacters(draft, path, clientId.replaceAll('{id}', ''), /[\w-]/, fix)
  if (!clientId.includes('{id}') && text(draft, 'device.id') === 'auto') {
    const rule = 'has no {id}; two boards with this bundle would disconnect each other.'
    report(draft, path, rule, 'Write "mote{id}", or give this board a device.id of its own.')
  }
  const { length } = filled(draft, clientId)
  if (length > 64) report(draft, path, `has ${length} characters with {id} filled in.`, 'Use at most 64.')
  else if (length > 23) {
    const rule = `has ${length} characters with {id} filled in; old brokers take no more than 23.`
    report(draft, path, rule, 'Use a shorter one if yours refuses it.', { severity: 'warning' })
  }
}

function checkReconnect(draft: Draft): void {
  const least = number(draft, 'mqtt.reconnect.minS') ?? 0
  const most = number(draft, 'mqtt.reconnect.maxS') ?? Infinity
  if (least > most)
    report(draft, 'mqtt.reconnect.minS', `${least} is more than maxS, ${most}.`, 'Make maxS the larger.')
}

function checkBase(draft: Draft): void {
  const path = 'topics.base'
  const base = text(draft, path)
  if (base === undefined) return
  const wildcard = base.match(/[+#]/)?.[0]
  const control = base.match(/\p{Cc}/u)?.[0]
  const bytes = bytesOf(filled(draft, base))
  const faults: [boolean, string, string][] = [
    [base === '', 'is empty.', 'Leave it out for "sensors/{id}".'],
    [
      wildcard !== undefined,
      `"${wildcard}" is a wildcard for subscribers; it is not allowed in a topic to publish to.`,
      'Take it out.',
    ],
    [base.startsWith('/'), 'begins with "/".', 'Take it out.'],
    [base.endsWith('/') && base !== '/', 'ends with "/".', 'Take it out.'],
    [base.includes('//'), 'has "//", an empty level.', 'Write "/" once.'],
    [base.startsWith('$'), 'begins with "$", which brokers keep for their own topics.', 'Take it out.'],
    [control !== undefined && control !== '\0', `has the control character ${inWords(control ?? '')}.`, 'Take it out.'],
    [bytes > 100, `has ${bytes} bytes with {id} filled in.`, 'Use at most 100.'],
  ]
  for (const [isFault, rule, fix] of faults) if (isFault) report(draft, path, rule, fix)
}

/** `allowLoopback`: the image will run on this machine. */
export function checkRules(draft: Draft, allowLoopback: boolean): void {
  checkBoardName(draft)
  checkDeviceId(draft)
  checkUtf8(draft)
  checkSsid(draft)
  checkWifiPassword(draft)
  checkHosts(draft, allowLoopback)
  checkNetwork(draft)
  checkCredentials(draft)
  checkClientId(draft)
  checkReconnect(draft)
  checkBase(draft)
  checkDelivery(draft)
  checkUpkeep(draft)
  checkSensors(draft)
}
