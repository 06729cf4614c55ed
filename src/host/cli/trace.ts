import { type Packet, parser } from 'mqtt-packet'

/** The fields of a packet that are worth a line. */
function describe(packet: Packet): string {
  const { cmd, ...fields } = packet
  const shown = Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined || value === null || value === false || name === 'length') return []
    if (name === 'password') return ['password=***']
    return [`${name}=${Buffer.isBuffer(value) ? value.toString('utf8') : JSON.stringify(value)}`]
  })
  return [cmd.toUpperCase(), ...shown].join(' ')
}

/**
 * Reads the bytes of a virtual board as MQTT of its version and says each packet in a line. The answer is a tap for one board: see
 * VirtualBoardOptions.
 */
export function tracer(version: string, say: (line: string) => void) {
  const readers = new Map<string, ReturnType<typeof parser>>()
  return (direction: 'sent' | 'received', connection: number, bytes: Buffer) => {
    const arrow = direction === 'sent' ? '->' : '<-'
    const key = `${connection}${direction}`
    let reader = readers.get(key)
    if (!reader) {
      reader = parser({ protocolVersion: version === '5.0' ? 5 : 4 })
      reader.on('packet', packet => say(`${arrow} ${describe(packet)}`))
      reader.on('error', error => say(`${arrow} not MQTT: ${error.message}`))
      readers.set(key, reader)
    }
    reader.parse(bytes)
  }
}
