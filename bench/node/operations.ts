/** What every contestant is asked to do in Node, with the same texts. */
export type Version = '3.1.1' | '5.0'
export const VERSIONS: Version[] = ['3.1.1', '5.0']

export const OPERATIONS = [
  'encode publish QoS 0',
  'encode publish QoS 1',
  'encode connect (will, user name, password)',
  'decode publishes in chunks of 1,460 bytes',
  'decode puback',
  'match topics with filters',
] as const
export type Operation = (typeof OPERATIONS)[number]

/** How many packets one call of an operation handles, or topics it matches. */
export const PACKETS: { [operation in Operation]: number } = {
  'encode publish QoS 0': 1,
  'encode publish QoS 1': 1,
  'encode connect (will, user name, password)': 1,
  'decode publishes in chunks of 1,460 bytes': 10_000,
  'decode puback': 1,
  'match topics with filters': 10_000,
}

/**
 * An encoder answers the bytes it made, or how many where they are in pieces; a decoder how many bytes of payload, or
 * which packet identifier, it found; a matcher how many topics fell under a filter.
 */
export type Operations = { [operation in Operation]?: () => Uint8Array | number }

export interface Contestant {
  name: string
  operations(version: Version): Operations
}

export const TOPIC = 'home/bedroom/temperature'
export const PACKET_ID = 4660
export const CONNECTION = {
  clientId: 'mote240ac4',
  keepAliveS: 60,
  will: { topic: 'home/bedroom/status', payload: 'offline' },
  username: 'mote',
  password: 'secret-of-mote',
}

/** Readings of one length, so that no engine can fold one into the code. */
const readings = Array.from({ length: 16 }, (_none, i) => (21.53 + i / 100).toFixed(2))
let turn = 0

/** The next reading, 5 bytes. */
export function reading(): string {
  turn = (turn + 1) & 15
  return readings[turn]
}

/** The same packets again for decoders: 10,000 publishes cut every 1,460 bytes, as TCP does. */
export function publishChunks(version: Version): Buffer[] {
  const head = Buffer.from([0x30, TOPIC.length + (version === '5.0' ? 8 : 7), 0, TOPIC.length])
  const packet = Buffer.concat([head, Buffer.from(TOPIC + (version === '5.0' ? '\0' : '') + '21.53')])
  const stream = Buffer.concat(
    Array.from({ length: PACKETS['decode publishes in chunks of 1,460 bytes'] }, () => packet),
  )
  return Array.from({ length: Math.ceil(stream.length / 1460) }, (_none, i) =>
    stream.subarray(i * 1460, (i + 1) * 1460),
  )
}

export const PUBACK_PACKET = Buffer.from([0x40, 2, PACKET_ID >> 8, PACKET_ID & 255])
