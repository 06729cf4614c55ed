/** mqtt-packet, the other opinion: its packets from and to our fields. */
import { generate, type Packet, parser } from 'mqtt-packet'
import { type Fields, PROPERTIES, type Property, type Version } from './fields'

const BOOLEANS = new Set([
  'payloadFormatIndicator',
  'requestProblemInformation',
  'requestResponseInformation',
  'retainAvailable',
  'wildcardSubscriptionAvailable',
  'subscriptionIdentifiersAvailable',
  'sharedSubscriptionAvailable',
])

/** Properties as mqtt-packet has them: an object, where user properties keep their order by name only. */
function fold(list: Property[]): Record<string, unknown> {
  const folded: Record<string, unknown> = {}
  const users: Record<string, string[]> = Object.create(null)
  for (const [name, value, second] of list) {
    if (name === 'userProperty') users[value as string] = [...(users[value as string] ?? []), second as string]
    else if (name === 'subscriptionIdentifier') folded[name] = [...((folded[name] as number[]) ?? []), value as number]
    else if (PROPERTIES[name][1] === 'binary') folded[name] = Buffer.from(value as string, 'latin1')
    else folded[name] = BOOLEANS.has(name) ? value === 1 : value
  }
  if (Object.keys(users).length) folded.userProperties = users
  return folded
}

/** Fields as mqtt-packet wants them. */
export function toOracle(version: Version, f: Fields): Packet {
  const { properties, will, payload, password, ...rest } = f
  const other: Record<string, unknown> = { ...rest }
  if (properties) other.properties = fold(properties)
  if (payload !== undefined) other.payload = Buffer.from(payload as string, 'latin1')
  if (password !== undefined) other.password = Buffer.from(password as string, 'latin1')
  if (will) {
    const { properties, payload, ...rest } = will
    other.will = {
      ...rest,
      payload: Buffer.from(payload, 'latin1'),
      ...(properties && { properties: fold(properties) }),
    }
  }
  if (f.cmd === 'connect') Object.assign(other, { protocolId: 'MQTT', protocolVersion: version })
  return other as unknown as Packet
}

export function generated(version: Version, f: Fields): string {
  return generate(toOracle(version, f), { protocolVersion: version }).toString('latin1')
}

/** What mqtt-packet reads, or its error. */
export function parsed(version: Version, bytes: string): Packet {
  const p = parser({ protocolVersion: version })
  const packets: Packet[] = []
  p.on('packet', packet => packets.push(packet))
  p.on('error', error => {
    throw error
  })
  p.parse(Buffer.from(bytes, 'latin1'))
  if (packets.length !== 1) throw new Error(`${packets.length} packets`)
  return packets[0]
}

/** Both sides of a comparison alike: no length, no undefined, nothing for what is empty, one form for lists of one. */
export function normal(packet: unknown): unknown {
  if (Buffer.isBuffer(packet)) return packet.toString('latin1')
  if (Array.isArray(packet)) return packet.map(normal)
  if (typeof packet !== 'object' || packet === null) return packet
  const entries = Object.entries(packet).flatMap(([name, value]): [string, unknown][] => {
    if (value === undefined || value === null || name === 'length') return []
    // It reads the flags of every packet as if they were those of PUBLISH.
    if ('cmd' in packet && packet.cmd !== 'publish' && ['retain', 'qos', 'dup'].includes(name)) return []
    if (name === 'userProperties')
      return [[name, Object.fromEntries(Object.entries(value).map(([key, v]) => [key, [v].flat()]))]]
    if (name === 'subscriptionIdentifier') return [[name, [value].flat()]]
    if ((name === 'properties' || name === 'userProperties') && Object.keys(value).length === 0) return []
    return [[name, normal(value)]]
  })
  return Object.fromEntries(entries)
}
