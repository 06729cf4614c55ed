/** What an image gets only because its board file asks for it. */
import type { Board, Sensor } from '../boards'
import { parts } from '../boards/parts'
import { bytes, template } from './literals'

/** Names to import, each with its module. */
type Imports = Map<string, string>

export interface Features {
  imports: Imports
  /** Statements between the board and telemetry(), which may change the board, or what it will do. */
  before: string[]
  /** How readings are published, an expression. */
  publish: string
  /** Statements behind it, which may use the client. */
  behind: string[]
}

/** What concerns the board as a whole. */
export function boardFeatures(board: Board): Features {
  const { runtime, wifi, mqtt, publish, watchdogS } = board
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
  if (publish.qos === 0) imports.set('publish', 'client/publish')
  const how = publish.qos === 0 ? 'publish' : use('acknowledged', 'app/acknowledged', 'board')
  return { imports, before, publish: how, behind }
}

/** The Text that says a quantity of this key; `isTemperature`: it is in degrees Celsius. Adds what it needs to `imports`. */
export function textOf({ publish }: Board, key: string, isTemperature: boolean, imports: Imports): string {
  const { format, unit, minChangeC, heartbeatS, intervalS } = publish
  const use = (name: string, module: string) => {
    imports.set(name, module)
    return name
  }
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
