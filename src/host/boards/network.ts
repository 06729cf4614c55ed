/** The rules for fields of the network that one runtime has and the other has not. */
import { isIPv4 } from 'node:net'
import { type Draft, mend, number, report, shown, text } from './draft'
import { hostPaths } from './host'
import { valueAt } from './path'

/** Longest host name that ESP-IDF takes. */
const HOSTNAME_LENGTH = 31

export function isKaluma(draft: Draft): boolean {
  return text(draft, 'runtime') === 'kaluma'
}

export function warn(draft: Draft, path: string, rule: string, fix: string): void {
  report(draft, path, rule, fix, { severity: 'warning' })
}

function checkTransport(draft: Draft): void {
  const isTls = valueAt(draft.data, 'mqtt.tls') === true
  const port = number(draft, 'mqtt.port')
  if (isTls && isKaluma(draft)) {
    const fix = 'Use a local broker that bridges to the cloud over TLS: docs/tls.md.'
    report(draft, 'mqtt.tls', 'Kaluma has no TLS.', fix)
  } else if (isTls) {
    const rule =
      'encrypts, does not check the certificate: whoever answers in the place of the broker gets the password.'
    warn(draft, 'mqtt.tls', rule, 'Keep to a network that you trust: docs/tls.md.')
    if (port === 1883) {
      warn(
        draft,
        'mqtt.port',
        '1883 is the port without TLS but mqtt.tls is true.',
        'With TLS a broker listens on 8883.',
      )
    }
  } else if (port === 8883) {
    const fix = 'Without TLS a broker listens on 1883.'
    warn(draft, 'mqtt.port', '8883 is the TLS port but mqtt.tls is false.', fix)
  }
}

/** Both runtimes take an empty password for an open network; this is about what the file means. */
function checkSecurity(draft: Draft): void {
  const security = text(draft, 'wifi.security')
  // One that is not set yet counts: its name stands there.
  const password = text(draft, 'wifi.password') ?? draft.secrets.get('wifi.password') ?? ''
  if (security === 'open' && password !== '') {
    report(draft, 'wifi.security', 'open, but there is a password.', 'Leave the password out, or write "wpa2".')
  }
  if (security === 'wpa2' && password === '') {
    const fix = mend(draft, 'wifi.password', 'Add wifi.password, or write "open".')
    report(draft, 'wifi.security', 'wpa2, but there is no password.', fix)
  }
}

function checkHostname(draft: Draft): void {
  const path = 'wifi.hostname'
  const hostname = text(draft, path)
  if (hostname === undefined) return
  const id = text(draft, 'device.id') ?? 'auto'
  const name = hostname.replaceAll('{id}', id === 'auto' ? '000000' : id)
  if (!/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    const rule = `${shown(draft, path)} is no host name (RFC 1123).`
    report(draft, path, rule, 'Use letters, digits and "-", which is neither first nor last, and {id}.')
  } else if (name.length > HOSTNAME_LENGTH) {
    report(draft, path, `has ${name.length} characters with {id} filled in.`, `Use at most ${HOSTNAME_LENGTH}.`)
  } else if (isKaluma(draft)) {
    warn(draft, path, 'not supported on kaluma, ignored.', 'Take it out.')
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

/** Ones, then zeros. */
function isNetmask(address: string): boolean {
  const inverse = 2 ** 32 - numberOf(address)
  return inverse >= 2 && inverse < 2 ** 32 && Number.isInteger(Math.log2(inverse))
}

function checkStatic(draft: Draft): void {
  const path = 'wifi.static'
  if (valueAt(draft.data, path) === undefined) return
  if (isKaluma(draft)) {
    report(draft, path, 'Kaluma cannot use a fixed address.', 'Let the router give the board always the same one.')
    return
  }
  const at = (name: string) => text(draft, `${path}.${name}`)
  for (const name of ['ip', 'gateway', 'netmask', 'dns']) {
    const address = at(name)
    if (address === undefined || isIPv4(address)) continue
    report(
      draft,
      `${path}.${name}`,
      `${shown(draft, `${path}.${name}`)} is no IPv4 address.`,
      'Write for example "192.168.1.60".',
    )
  }
  const [ip = '', gateway = '', netmask = ''] = [at('ip'), at('gateway'), at('netmask')]
  if (isIPv4(netmask) && !isNetmask(netmask)) {
    report(
      draft,
      `${path}.netmask`,
      `${shown(draft, `${path}.netmask`)} is no netmask.`,
      'Write for example "255.255.255.0".',
    )
  } else if ([ip, gateway, netmask].every(isIPv4)) {
    const size = 2 ** 32 - numberOf(netmask)
    const network = (address: string) => Math.floor(numberOf(address) / size)
    if (network(ip) !== network(gateway)) {
      const rule = `${shown(draft, `${path}.gateway`)} is not in the network of ${ip} (${netmask}).`
      report(draft, `${path}.gateway`, rule, 'Write the address of the router there.')
    } else if (ip === gateway) {
      report(draft, `${path}.gateway`, 'is the address of the board itself.', 'Write the address of the router.')
    }
  }
  if (at('dns') !== undefined) warn(draft, `${path}.dns`, 'Espruino cannot set a name server, ignored.', 'Take it out.')
  const named = hostPaths(draft).find(host => !isIPv4(text(draft, host) || '0.0.0.0'))
  if (named !== undefined) {
    const rule = `leaves the board without a name server, which ${named} needs.`
    report(draft, path, rule, mend(draft, named, 'Write the IP address of the broker, or leave wifi.static out.'))
  }
}

function checkJoinTime(draft: Draft): void {
  const seconds = number(draft, 'wifi.connectTimeoutS') ?? 30
  if (!isKaluma(draft) || seconds === 30) return
  warn(draft, 'wifi.connectTimeoutS', 'Kaluma gives a join up to 30 s whatever is set, ignored.', 'Take it out.')
}

export function checkNetwork(draft: Draft): void {
  checkTransport(draft)
  checkSecurity(draft)
  checkHostname(draft)
  checkStatic(draft)
  checkJoinTime(draft)
}
