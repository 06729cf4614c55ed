import { CLEAN_SESSION, PASSWORD, USER_NAME, WILL, WILL_RETAIN } from '../../client/connect'
import { bodyLimit } from '../../wire/header'
import {
  block,
  IN_CONNECT,
  MAXIMUM_PACKET_SIZE,
  numberProperty,
  RECEIVE_MAXIMUM,
  SESSION_EXPIRY_INTERVAL,
} from '../../wire/properties'
import type { Board, Runtime, Sensor } from '../boards'
import { keyOf, parts, quantities } from '../boards/parts'
import { boardFeatures, sampledSensor, textOf } from './features'
import { byteString, bytes, template } from './literals'

/** Where a runtime's parts are, and the free memory in bytes below which its chip is restarted. */
const runtimes: Record<Runtime, { hal: string; factory: string; internal: string; floor: number }> = {
  espruino: { hal: 'hal/espruino', factory: 'esp32', internal: 'sensors/esp32-internal', floor: 4000 },
  kaluma: { hal: 'hal/kaluma', factory: 'picoW', internal: 'sensors/rp2040-internal', floor: 20000 },
}

/** What the device takes for granted where a board file says nothing else: src/client's create(). */
const DEFAULTS = { dialS: 15, minS: 1, maxS: 25, packetB: 512 }

/**
 * The module that an image starts from: one function that names what the board file asks for, and one call of it. It
 * imports the features, the sensor and the runtime that the file asks for and nothing else; the client first, since names are
 * looked up in order of declaration and publishing is what a board does most. `root` is the project folder.
 */
export function entryModule(board: Board, root: string): string {
  const { wifi, mqtt, topics, publish, limits } = board
  const runtime = runtimes[board.runtime]
  const sensors = sensorCode(board)
  const features = boardFeatures(board)
  const status = `${topics.base}/status`
  const from = (module: string) => moduleAt(root, module)

  const is5 = mqtt.version === '5.0'
  // In 5.0 it is Clean Start: about the first connection, for which the board knows of no session.
  let flags = (mqtt.cleanSession || is5 ? CLEAN_SESSION : 0) | WILL | WILL_RETAIN
  // In 5.0 the will has properties: none.
  let payload = `field(${template(mqtt.clientId)}) + ${is5 ? `${byteString('\0')} + ` : ''}status + field("offline")`
  if (mqtt.username) {
    flags |= USER_NAME
    payload += ` + field(${bytes(mqtt.username)})`
  }
  if (mqtt.password) {
    flags |= PASSWORD
    payload += ` + field(${bytes(mqtt.password)})`
  }
  const needsId = [mqtt.clientId, topics.base, wifi.hostname].some(text => text.includes('{id}'))
  // In 5.0 the limit is one of whole packets.
  const packetB = is5 ? bodyLimit(limits.packetB) : limits.packetB
  const limitsOf = { dialS: mqtt.connectTimeoutS, ...mqtt.reconnect, packetB }
  const isTuned = JSON.stringify(limitsOf) !== JSON.stringify(DEFAULTS)
  const tuning = [limitsOf.dialS * 1000, limitsOf.minS * 1000, limitsOf.maxS * 1000, packetB].join(', ')

  const setup = `{
    _host: ${bytes(mqtt.host)},
    _port: ${mqtt.port},
    _connect: writeConnect(${flags}, ${mqtt.keepAliveS}, ${payload}${is5 ? `, ${byteString(connectProperties(board))}` : ''}),
    _keepAliveS: ${mqtt.keepAliveS},
    _status: status,
    _publish: ${features.publish},
    _flags: ${features.flags},
    _intervalMs: ${publish.intervalS * 1000},
    _floor: ${runtime.floor}
  }`
  const isNamed = mqtt.fallback.length > 0

  return `
import { telemetry } from ${from('app/telemetry')}
import { ${runtime.factory} } from ${from(`${runtime.hal}/board`)}
${[...sensors.imports, ...features.imports].map(([name, module]) => `import { ${name} } from ${from(module)}`).join('\n')}
import { field, writeConnect } from ${from('client/connect')}
${isTuned ? `import { tune } from ${from('client/client')}` : ''}
function main() {
  var board = ${runtime.factory}(${bytes(wifi.ssid)}, ${bytes(wifi.password)})
  ${needsId ? 'var id = board.id().substr(-6)' : ''}
  var status = field(${template(status)})
  ${[...features.before, ...sensors.statements].join('\n  ')}
  ${isNamed ? `var setup = ${setup}` : ''}
  var client = telemetry(board, ${sensors.source}, ${isNamed ? 'setup' : setup})
  ${isTuned ? `tune(client, ${tuning})` : ''}
  ${features.behind.join('\n  ')}
}
main()
`
}

/** What CONNECT of 5.0 asks for, a block. */
function connectProperties({ mqtt, publish, limits }: Board): string {
  return block(
    IN_CONNECT,
    (mqtt.sessionExpiryS ? numberProperty(SESSION_EXPIRY_INTERVAL, mqtt.sessionExpiryS) : '') +
      (publish.qos ? numberProperty(RECEIVE_MAXIMUM, limits.inflight) : '') +
      numberProperty(MAXIMUM_PACKET_SIZE, limits.packetB),
  )
}

/** What makes the sensors: modules by the name that they are imported for, statements of main(), and telemetry's source. */
function sensorCode(board: Board) {
  const { runtime, sensors, topics } = board
  const { hal, internal } = runtimes[runtime]
  const pin = (number: number | undefined) => (runtime === 'espruino' ? `D${number}` : `${number}`)
  const imports = new Map<string, string>()
  /** Name of what an expression makes, once for all who need the same. */
  const made = new Map<string, string>()
  const make = (factory: string, ...values: (string | number)[]) => {
    imports.set(factory, `${hal}/${factory.toLowerCase()}`)
    const expression = `${factory}(${values.join(', ')})`
    if (!made.has(expression)) made.set(expression, `bus${made.size}`)
    return made.get(expression) as string
  }
  const bus = ({ i2c }: Sensor) => {
    if (!i2c) throw new Error('a sensor on I2C has no bus')
    return make('i2c', runtime === 'espruino' ? `I2C${i2c.bus}` : i2c.bus, pin(i2c.sda), pin(i2c.scl))
  }
  const construct = (sensor: Sensor): string => {
    const { ntc } = sensor
    const divider = ntc
      ? `, { r25: ${ntc.r25Ohm}, beta: ${ntc.beta}, series: ${ntc.seriesOhm}, isPullUp: ${ntc.wiring === 'pullup'} }`
      : ''
    switch (parts[sensor.type].bus) {
      case 'none':
        return 'board'
      case 'i2c':
        return `board, ${bus(sensor)}, ${sensor.i2c?.address}`
      case 'oneWire':
        return `board, ${make('oneWire', pin(sensor.pin))}, ${JSON.stringify(sensor.rom)}, ${sensor.resolutionBits}`
      case 'pulses':
        return `board, ${make('pulses', pin(sensor.pin))}`
      case 'analog':
        return make('analog', pin(sensor.pin)) + divider
    }
  }
  type Limits = { decimals: number; offset: number; min: number; max: number }
  const quantity = (sensor: string, key: string, text: string, { decimals, offset, min, max }: Limits) =>
    `{ _sensor: ${sensor}, _topic: field(${template(`${topics.base}/${key}`)}), ` +
    `_say: ${text}, _decimals: ${decimals}, _offset: ${offset}, _min: ${min}, _max: ${max}`
  const sources: string[] = []
  const statements: string[] = []
  sensors.forEach((sensor, i) => {
    const { type, key } = sensor
    imports.set(type, type === 'internal' ? internal : `sensors/${type}`)
    statements.push(`var sensor${i} = ${type}(${construct(sensor)})`)
    const { decimals, offsetC: offset, minC: min, maxC: max } = sensor
    const sampled = sampledSensor(`sensor${i}`, sensor, imports)
    sources.push(quantity(sampled, key, textOf(board, key, true, imports), { decimals, offset, min, max }))
    for (const name of parts[type].also ?? []) {
      imports.set(`${name}Of`, 'app/quantity')
      const other = keyOf(key, name)
      const text = textOf(board, other, false, imports)
      sources.push(quantity(`${name}Of(sensor${i})`, other, text, { offset: 0, ...quantities[name] }))
    }
  })
  const buses = [...made].map(([expression, name]) => `var ${name} = ${expression}`)
  const source = sources.reduceRight((next, one) => `${one}${next && `, _next: ${next}`} }`, '')
  return { imports, statements: [...buses, ...statements], source }
}

function moduleAt(root: string, module: string): string {
  return JSON.stringify(`${root}/src/${module}`)
}
