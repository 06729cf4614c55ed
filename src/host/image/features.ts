/** What an image gets only because its board file asks for it. */
import { block, IN_PUBLISH, MESSAGE_EXPIRY_INTERVAL, numberProperty } from '../../wire/properties'
import { QOS_1, RETAIN } from '../../wire/publish'
import type { Board, Sensor } from '../boards'
import { parts } from '../boards/parts'
import { byteString, bytes, template } from './literals'

/** Names to import, each with its module. */
type Imports = Map<string, string>

export interface Features {
  imports: Imports
  /** Statements between the board and telemetry(), which may change the board, or what it will do. */
  before: string[]
  /** How readings are published, an expression, and with which flags. */
  publish: string
  flags: number
  /** Statements behind it, which may use the client. */
  behind: string[]
}

/** Imports a name where it is used, and answers it. */
function importer(imports: Imports) {
  return (name: string, module: string) => {
    imports.set(name, module)
    return name
  }
}

/** What concerns the board as a whole. */
export function boardFeatures(board: Board): Features {
  const { runtime, wifi, mqtt, watchdogS } = board
  const imports: Imports = new Map()
  const before: string[] = []
  const behind: string[] = []
  const use = (name: string, module: string, ...values: (string | number)[]) => {
    imports.set(name, module)
    return `${name}(${values.join(', ')})`
  }
  if (runtime === 'espruino') {
    if (mqtt.tls) before.push(use('overTls', 'hal/espruino/link'))
    if (wifi.connectTimeoutS !== 30) before.push(use('joinWithin', 'hal/espruino/wifi', wifi.connectTimeoutS * 1000))
    if (wifi.hostname) before.push(use('hostname', 'hal/espruino/hostname', template(wifi.hostname)))
    if (wifi.static) {
      const { ip, gateway, netmask } = wifi.static
      before.push(use('fixedAddress', 'hal/espruino/address', ...[ip, gateway, netmask].map(bytes)))
    }
    if (watchdogS) before.push(use('watchdog', 'hal/espruino/watchdog', watchdogS))
  } else if (watchdogS) before.push(use('watchdog', 'hal/kaluma/watchdog', 'board'))
  if (mqtt.rebootAfterS) {
    behind.push(use('rebootAfter', 'app/reboot', 'board', 'client', mqtt.rebootAfterS * 1000))
  }
  if (mqtt.fallback.length > 0) {
    const others = mqtt.fallback.map(({ host, port }) => `[${bytes(host)}, ${port}]`)
    behind.push(use('servers', 'app/servers', 'client', 'setup', `[${others.join(', ')}]`))
  }
  return { imports, before, ...delivery(board, imports, behind) }
}

/** How readings get to the broker. Each statement stands on those before it. */
function delivery({ runtime, mqtt, publish, limits }: Board, imports: Imports, behind: string[]) {
  const use = importer(imports)
  const is5 = mqtt.version === '5.0'
  const properties = publish.expiryS ? numberProperty(MESSAGE_EXPIRY_INTERVAL, publish.expiryS) : ''
  const having = (publisher: string, given: string) =>
    `${use('having', 'app/having')}(${publisher}, ${byteString(given)})`
  const send = publish.qos ? use('publishQos', 'client/publish-qos') : use('publish', 'client/publish')
  const flags = (publish.retain ? RETAIN : 0) | (publish.qos ? QOS_1 : 0)
  const waits = limits.queueB > 0
  if (waits) {
    const keepsOldest = publish.keep === 'oldest'
    behind.push(`${use('queue', 'client/queue')}(client, ${limits.queueB}, ${keepsOldest}, ${send}, board.now)`)
    if (publish.format === 'json') {
      const aged = use('aged', 'app/age')
      const isTimed = runtime === 'espruino'
      const when = isTimed ? `${use('timed', 'app/time')}(${use('time', 'hal/espruino/time')}, ${aged})` : aged
      behind.push(`client._finish = ${when}`)
    }
  }
  if (publish.qos) {
    behind.push(`${use('acknowledged', 'app/acknowledged')}(board, client)`)
    behind.push(`${use('session', 'client/session')}(client, ${limits.inflight}, ${limits.inflightB})`)
    behind.push(`${use('qos1', 'client/qos1')}()`)
    if (mqtt.keepState) {
      const store = `${use('store', `hal/${runtime}/store`)}()`
      behind.push(`${use('keep', 'app/keep')}(board, client, ${store})`)
    }
    if (waits) behind.push(`client._more = ${use('leave', 'client/queue')}`)
  }
  if (mqtt.topicAlias) behind.push(`${use('aliases', 'client/aliases')}(client, true)`)
  // The queue keeps properties as they are, a packet takes them behind their length; publish() needs none.
  const publisher = waits ? use('queued', 'app/queued') : send
  const given = waits ? properties : block(IN_PUBLISH, properties)
  const isPlain = !is5 || (publisher === 'publish' && !properties)
  return { publish: isPlain ? publisher : having(publisher, given), flags, behind }
}

/** The Text that says a quantity of this key; `isTemperature`: it is in degrees Celsius. Adds what it needs to `imports`. */
export function textOf({ publish }: Board, key: string, isTemperature: boolean, imports: Imports): string {
  const { format, unit, minChangeC, heartbeatS, intervalS } = publish
  const use = importer(imports)
  let text = format === 'json' ? `${use('json', 'app/json')}(${bytes(key)})` : use('decimal', 'app/decimal')
  if (unit === 'F' && isTemperature) text = `${use('fahrenheit', 'app/fahrenheit')}(${text})`
  if (minChangeC === 0) return text
  return `${use('onChange', 'app/change')}(${text}, ${minChangeC}, ${Math.floor(heartbeatS / intervalS)})`
}

/** The expression of a sensor that is read several times for a reading, where the file wants that. */
export function sampledSensor(name: string, { type, samples }: Sensor, imports: Imports): string {
  if (samples === 1) return name
  imports.set('median', 'app/median')
  return `median(board, ${name}, ${samples}, ${(parts[type].everyS ?? 0) * 1000})`
}
