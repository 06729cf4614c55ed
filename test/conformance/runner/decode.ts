/**
 * A strict decoder of what a client sends. mqtt-packet lets wrong lengths, text and properties pass; this one exists so
 * that a scenario fails on them, and shares no code with what it judges.
 */
import { PROPERTY_RULES, REASON_CODES } from './properties'

export type Properties = Record<string, number | string | [string, string][]>

export interface Filter {
  filter: string
  qos?: number
  noLocal?: boolean
  rap?: boolean
  rh?: number
}

/** A packet in the words of the scenarios. Binary data of properties is hexadecimal. */
export interface Decoded {
  packet: string
  flags: number
  /** The fixed header. */
  headerHex: string
  /** Bytes of the whole packet. */
  size: number
  /** False in all packets but PUBLISH, where no other flag has the name. */
  dup: boolean
  qos?: number
  retain?: boolean
  topic?: string
  payload?: Buffer
  packetId?: number
  reasonCode?: number
  filters?: Filter[]
  properties?: Properties
  protocolName?: string
  protocolLevel?: number
  connectFlags?: number
  clean?: boolean
  keepAlive?: number
  clientId?: string
  willFlag?: boolean
  willTopic?: string
  willPayload?: Buffer
  willQos?: number
  willRetain?: boolean
  willProperties?: Properties
  userName?: string
  password?: Buffer
}

const NAMES = [
  undefined,
  'connect',
  undefined,
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  undefined,
  'unsubscribe',
  undefined,
  'pingreq',
  undefined,
  'disconnect',
  'auth',
]
const FLAGS: Record<string, number> = { pubrel: 2, subscribe: 2, unsubscribe: 2 }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function insist(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(problem)
}

/** Reads on from a place in the bytes; more than there is throws. */
function reader(bytes: Buffer) {
  let at = 0
  function raw(length: number): Buffer {
    insist(at + length <= bytes.length, 'a field reaches beyond the end of the packet')
    at += length
    return bytes.subarray(at - length, at)
  }
  const number = (length: number) => raw(length).readUIntBE(0, length)
  const binary = () => raw(number(2))
  return {
    left: () => bytes.length - at,
    at: () => at,
    raw,
    number,
    binary,
    text(): string {
      const field = binary()
      insist(!field.includes(0), 'text with U+0000')
      try {
        return utf8.decode(field)
      } catch {
        throw new Error(`text that is no UTF-8: ${field.toString('hex')}`)
      }
    },
    varint(): number {
      let value = 0
      for (let digits = 0; ; digits++) {
        insist(digits < 4, 'a Variable Byte Integer of more than four bytes')
        const digit = number(1)
        value += (digit & 127) * 128 ** digits
        if (digit > 127) continue
        insist(digit > 0 || digits === 0, 'a Variable Byte Integer that is not as short as it can be')
        return value
      }
    },
  }
}
type Reader = ReturnType<typeof reader>

function readProperties(r: Reader, packet: string): Properties {
  const block = reader(r.raw(r.varint()))
  const properties: Properties = {}
  const pairs: [string, string][] = []
  while (block.left() > 0) {
    const identifier = block.varint()
    const rule = PROPERTY_RULES[identifier]
    insist(rule?.packets.includes(packet), `property ${identifier} in ${packet}`)
    const { name, type, min = 0, max = Number.POSITIVE_INFINITY } = rule
    if (type === 'pair') {
      pairs.push([block.text(), block.text()])
      properties[name] = pairs
      continue
    }
    insist(!(name in properties), `property ${name} twice`)
    if (type === 'text') properties[name] = block.text()
    else if (type === 'binary') properties[name] = block.binary().toString('hex')
    else {
      const value = type === 'varint' ? block.varint() : block.number({ byte: 1, two: 2, four: 4 }[type])
      insist(value >= min && value <= max, `property ${name} is ${value}`)
      properties[name] = value
    }
  }
  insist(!('authenticationData' in properties) || 'authenticationMethod' in properties, 'data without a method')
  insist(!/[+#]/.test(String(properties.responseTopic ?? '')), 'a wildcard in the Response Topic')
  return properties
}

function packetId(r: Reader): number {
  const id = r.number(2)
  insist(id > 0, 'packet identifier 0')
  return id
}

function topicName(topic: string, mayBeEmpty: boolean): string {
  insist(!/[+#]/.test(topic), `a wildcard in the Topic Name ${topic}`)
  insist(mayBeEmpty || topic !== '', 'an empty Topic Name')
  return topic
}

function topicFilter(r: Reader, v5: boolean): string {
  const filter = r.text()
  const shared = v5 && filter.startsWith('$share/')
  insist(!shared || /^\$share\/[^/+#]+\/./s.test(filter), `the shared filter ${filter}`)
  const levels = (shared ? filter.slice(filter.indexOf('/', 7) + 1) : filter).split('/')
  const well = levels.every((level, i) => !/[+#]/.test(level) || level === '+' || (level === '#' && !(i + 1 in levels)))
  insist(filter !== '' && well, `the Topic Filter ${filter}`)
  return filter
}

function connect(r: Reader, v5: boolean): Partial<Decoded> {
  const protocolName = r.text()
  const protocolLevel = r.number(1)
  insist(protocolName === 'MQTT' && protocolLevel === (v5 ? 5 : 4), `protocol ${protocolName} level ${protocolLevel}`)
  const connectFlags = r.number(1)
  const has = (flag: number) => (connectFlags & flag) > 0
  const willQos = (connectFlags >> 3) & 3
  insist(!has(1), 'the reserved connect flag')
  insist(willQos < 3 && (has(4) || (willQos === 0 && !has(0x20))), 'will flags')
  insist(v5 || has(0x80) || !has(0x40), 'a password without a user name')
  const keepAlive = r.number(2)
  const properties = v5 ? readProperties(r, 'connect') : undefined
  const clientId = r.text()
  insist(v5 || clientId !== '' || has(2), 'an empty client identifier without clean session')
  return {
    protocolName,
    protocolLevel,
    connectFlags,
    clean: has(2),
    keepAlive,
    clientId,
    willFlag: has(4),
    willQos,
    willRetain: has(0x20),
    ...(v5 && { properties }),
    ...(has(4) && {
      ...(v5 && { willProperties: readProperties(r, 'will') }),
      willTopic: topicName(r.text(), false),
      willPayload: r.binary(),
    }),
    ...(has(0x80) && { userName: r.text() }),
    ...(has(0x40) && { password: r.binary() }),
  }
}

function publish(r: Reader, flags: number, v5: boolean): Partial<Decoded> {
  const qos = (flags >> 1) & 3
  const dup = flags > 7
  insist(qos < 3, 'QoS 3')
  insist(qos > 0 || !dup, 'DUP at QoS 0')
  const topic = topicName(r.text(), v5)
  const id = qos > 0 ? { packetId: packetId(r) } : {}
  const properties = v5 ? readProperties(r, 'publish') : undefined
  insist(topic !== '' || properties?.topicAlias !== undefined, 'an empty Topic Name without a Topic Alias')
  return {
    dup,
    qos,
    retain: (flags & 1) === 1,
    topic,
    ...id,
    ...(v5 && { properties }),
    payload: r.raw(r.left()),
  }
}

/** Reason Code and properties, either of which may be left out where nothing follows. */
function reason(r: Reader, packet: string): Partial<Decoded> {
  const reasonCode = r.left() > 0 ? r.number(1) : 0
  insist(REASON_CODES[packet].includes(reasonCode), `reason code ${reasonCode} in ${packet}`)
  return { reasonCode, properties: r.left() > 0 ? readProperties(r, packet) : {} }
}

function subscribe(r: Reader, v5: boolean): Partial<Decoded> {
  const id = packetId(r)
  const properties = v5 ? readProperties(r, 'subscribe') : undefined
  const filters: Filter[] = []
  while (r.left() > 0) {
    const filter = topicFilter(r, v5)
    const options = r.number(1)
    const qos = options & 3
    insist(qos < 3 && options < (v5 ? 0x30 : 3), `subscription options ${options}`)
    const noLocal = (options & 4) > 0
    insist(!noLocal || !filter.startsWith('$share/'), 'No Local on a shared subscription')
    filters.push(v5 ? { filter, qos, noLocal, rap: (options & 8) > 0, rh: options >> 4 } : { filter, qos })
  }
  insist(filters.length > 0, 'no Topic Filter')
  return { packetId: id, filters, ...(v5 && { properties }) }
}

function unsubscribe(r: Reader, v5: boolean): Partial<Decoded> {
  const id = packetId(r)
  const properties = v5 ? readProperties(r, 'unsubscribe') : undefined
  const filters: Filter[] = []
  while (r.left() > 0) filters.push({ filter: topicFilter(r, v5) })
  insist(filters.length > 0, 'no Topic Filter')
  return { packetId: id, filters, ...(v5 && { properties }) }
}

function body(r: Reader, packet: string, flags: number, v5: boolean): Partial<Decoded> {
  switch (packet) {
    case 'connect':
      return connect(r, v5)
    case 'publish':
      return publish(r, flags, v5)
    case 'subscribe':
      return subscribe(r, v5)
    case 'unsubscribe':
      return unsubscribe(r, v5)
    case 'pingreq':
      return {}
    case 'disconnect':
      return v5 ? reason(r, packet) : { reasonCode: 0 }
    case 'auth': {
      const fields = reason(r, packet)
      insist(fields.properties?.authenticationMethod !== undefined, 'AUTH without a method')
      return fields
    }
    default: {
      const id = packetId(r)
      return { packetId: id, ...(v5 ? reason(r, packet) : { reasonCode: 0 }) }
    }
  }
}

/** The fields of one whole packet from a client. Throws an Error that says what is wrong with the bytes. */
export function decode(bytes: Buffer, v5: boolean): Decoded {
  const r = reader(bytes)
  const first = r.number(1)
  const packet = NAMES[first >> 4]
  const flags = first & 15
  insist(packet !== undefined && (v5 || packet !== 'auth'), `packet type ${first >> 4} from a client`)
  insist(packet === 'publish' || flags === (FLAGS[packet] ?? 0), `flags ${flags} in ${packet}`)
  const length = r.varint()
  const headerHex = bytes.toString('hex', 0, r.at())
  insist(length === r.left(), 'more or less bytes than the Remaining Length says')
  const fields = body(r, packet, flags, v5)
  insist(r.left() === 0, `${r.left()} bytes too many in ${packet}`)
  return { packet, flags, headerHex, size: bytes.length, dup: false, ...fields }
}
