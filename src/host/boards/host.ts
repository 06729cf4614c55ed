import { isIPv4, isIPv6 } from 'node:net'
import { type Draft, mend, report, shown, text } from './draft'
import { valueAt } from './path'

function isName(host: string): boolean {
  return host.length <= 253 && host.split('.').every(label => /^(?!-)[\w-]{1,63}(?<!-)$/.test(label))
}

/** mqtt://user:password@host:port/path and host:port, taken apart. */
function parts(host: string): { name?: string; port?: string } {
  const [, name, port] = host.match(/^(?:[a-z]+:\/\/)?(?:.*@)?([^/:]*)(?::(\d+))?(?:\/.*)?$/i) ?? []
  return { name, port }
}

/** The fault of a host, as rule and fix; undefined for none. */
function faultOf(
  host: string,
  subject: string,
  isSecret: boolean,
  allowLoopback: boolean,
): [string, string] | undefined {
  if (host === '') return ['is empty.', 'Write the IP address of the broker.']
  const { name, port } = parts(host)
  if (/:\/\/|@/.test(host) || port !== undefined) {
    const fault = `${subject} is an address.`
    if (name === undefined || isSecret) return [fault, 'Write the host only.']
    const more = faultOf(name, JSON.stringify(name), isSecret, allowLoopback)
    if (more) return [fault, `Write the host only; but ${more.join(' ')}`]
    const andPort = port === undefined ? '' : `, and the port as mqtt.port: ${port}`
    return [fault, `Write the host only: ${JSON.stringify(name)}${andPort}.`]
  }
  if (/^[\w.-]+\.local$/i.test(host)) {
    const ping = isSecret ? '' : ` (ping ${host} shows it)`
    return [`${subject} needs mDNS, which this runtime does not have.`, `Use the IP address${ping}.`]
  }
  if (/^(127\.|0\.|(.*\.)?localhost$)|^::1$/i.test(host)) {
    if (allowLoopback && host !== '::1') return undefined
    return [`${subject} is the board itself;`, 'use the address of the computer that runs the broker.']
  }
  if (isIPv6(host)) return [`${subject} is an IPv6 address.`, 'Use the IPv4 address or a name.']
  if (/^[\d.]+$/.test(host)) {
    return isIPv4(host)
      ? undefined
      : [`${subject} is no IPv4 address.`, 'Write four numbers from 0 to 255: "192.168.1.10".']
  }
  if (isName(host)) return undefined
  return [
    `${subject} is neither an IPv4 address nor a DNS name.`,
    'Write it as in "192.168.1.10" or "broker.example.com".',
  ]
}

/** Paths of the hosts that the board dials, in its order. */
export function hostPaths(draft: Draft): string[] {
  const others = valueAt(draft.data, 'mqtt.fallback')
  return ['mqtt.host', ...(Array.isArray(others) ? others.map((_one, i) => `mqtt.fallback[${i}].host`) : [])]
}

/** A host is what the board hands to its resolver: an IPv4 address or a DNS name. */
export function checkHosts(draft: Draft, allowLoopback: boolean): void {
  for (const path of hostPaths(draft)) {
    const host = text(draft, path)
    if (host === undefined) continue
    const fault = faultOf(host, shown(draft, path) ?? '', draft.secrets.has(path), allowLoopback)
    if (fault) report(draft, path, fault[0], mend(draft, path, fault[1]))
  }
}
