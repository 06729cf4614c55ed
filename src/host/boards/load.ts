import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Board } from './board'
import { type Draft, report, sortedFindings } from './draft'
import { explain } from './explain'
import { displayName, readJsonFile } from './file'
import type { Finding } from './findings'
import type { JsonText } from './json'
import { nearest } from './nearest'
import { applyDefaults, applyOverrides } from './overrides'
import { valueAt } from './path'
import { checkRules } from './rules'
import { validate } from './schema'
import { openSecrets, resolveSecrets, warnOfLiteralPasswords } from './secrets'
import { completeSensor, type SensorEntry } from './sensors'

export interface LoadOptions {
  /** Where secrets are looked up before secrets.json; the process's environment if left out. */
  env?: Record<string, string | undefined>
  /** Overrides, each `key.path=value`, in the order in which they apply. */
  set?: string[]
  /** Secrets that are not set get stand-ins instead of an error. */
  standIns?: boolean
  /** The image will run on this machine: a loopback broker is allowed. */
  local?: boolean
  /** Values by path for what the file leaves out, before the schema's defaults. */
  overrideDefaults?: Record<string, unknown>
}

export interface Loaded {
  /** Absent when a finding is an error. */
  board?: Board
  /** In the order of the file. No secret is in them. */
  findings: Finding[]
  /** Names of the secrets that got stand-ins. */
  standIns: string[]
}

function isError(finding: Finding): boolean {
  return finding.severity === 'error'
}

/** What a broker of 5.0 is asked for where the file wants a session and says no time. */
const SESSION_EXPIRY_S = 3600

/** Takes from valid data what a Board has, and fills in an id that the file fixes. */
function complete(valid: Board): Board {
  const { device, wifi, mqtt, limits, topics, sensors, publish, log, watchdogS } = valid
  const fill = (text: string) => (device.id === 'auto' ? text : text.replaceAll('{id}', device.id))
  return {
    board: valid.board,
    runtime: valid.runtime,
    device: { id: device.id, name: fill(device.name), area: device.area ?? '' },
    wifi: {
      ssid: wifi.ssid,
      password: wifi.password,
      hostname: fill(wifi.hostname ?? ''),
      static: wifi.static && { ip: wifi.static.ip, gateway: wifi.static.gateway, netmask: wifi.static.netmask },
      connectTimeoutS: wifi.connectTimeoutS,
    },
    mqtt: {
      host: mqtt.host,
      port: mqtt.port,
      tls: mqtt.tls,
      username: mqtt.username,
      password: mqtt.password,
      clientId: fill(mqtt.clientId),
      version: mqtt.version,
      keepAliveS: mqtt.keepAliveS,
      cleanSession: mqtt.cleanSession,
      sessionExpiryS: mqtt.cleanSession || mqtt.version !== '5.0' ? 0 : (mqtt.sessionExpiryS ?? SESSION_EXPIRY_S),
      keepState: mqtt.keepState,
      topicAlias: mqtt.topicAlias,
      fallback: mqtt.fallback.map(({ host, port }) => ({ host, port: port ?? mqtt.port })),
      reconnect: { minS: mqtt.reconnect.minS, maxS: mqtt.reconnect.maxS },
      connectTimeoutS: mqtt.connectTimeoutS,
      rebootAfterS: mqtt.rebootAfterS,
    },
    limits: {
      packetB: limits.packetB,
      queueB: limits.queueB,
      inflightB: limits.inflightB,
      inflight: limits.inflight,
    },
    topics: { base: fill(topics.base) },
    sensors: (sensors as object[] as SensorEntry[]).map(entry => completeSensor(entry, valid.runtime)),
    publish: {
      intervalS: publish.intervalS,
      format: publish.format,
      unit: publish.unit,
      qos: publish.qos,
      expiryS: publish.expiryS,
      keep: publish.keep,
      retain: publish.retain,
      minChangeC: publish.minChangeC,
      heartbeatS: publish.heartbeatS,
    },
    log: { level: log.level },
    watchdogS,
  }
}

function draftOf(file: string, { value, offsets }: JsonText): Draft {
  const name = basename(file, '.json')
  return { file: displayName(file), name, data: value, offsets, overridden: [], secrets: new Map(), findings: [] }
}

/** Reads one board file and finds all that is wrong with it. */
export function loadBoard(file: string, options: LoadOptions = {}): Loaded {
  const read = readJsonFile(file)
  if ('rule' in read) return { findings: [read], standIns: [] }
  const draft = draftOf(file, read)
  applyOverrides(draft, options.set ?? [])
  const tlsPort = valueAt(draft.data, 'mqtt.tls') === true ? { 'mqtt.port': 8883 } : {}
  applyDefaults(draft, { board: draft.name, ...tlsPort, ...options.overrideDefaults })
  warnOfLiteralPasswords(draft, file)
  const store = openSecrets(file, options.env ?? process.env)
  const standIns = resolveSecrets(draft, store, options.standIns ?? false)
  const errors = validate(draft.data)
  checkRules(draft, options.local ?? false)
  explain(draft, errors)
  for (const path of read.repeated) {
    report(draft, path, 'is there twice; the last one would count.', 'Take one out.', { value: undefined })
  }
  const findings = [...store.findings, ...sortedFindings(draft)]
  return { board: findings.some(isError) ? undefined : complete(draft.data as Board), findings, standIns }
}

/** Names of the board files in a folder, in order. */
export function boardNames(dir: string): string[] {
  const files = readdirSync(dir).filter(file => file.endsWith('.json') && file !== 'board.schema.json')
  return files.map(file => basename(file, '.json')).sort()
}

export interface LoadedBoards {
  /** Those without an error. */
  boards: Board[]
  findings: Finding[]
  /** Names of the secrets that got stand-ins. */
  standIns: string[]
}

/** Loads the named boards of a folder, all of them when no name is given. An unknown name is a finding. */
export function loadBoards(dir: string, names: string[] = [], options: LoadOptions = {}): LoadedBoards {
  const failed = (path: string, rule: string, fix: string, didYouMean?: string): Loaded => {
    return { findings: [{ file: displayName(dir), path, rule, fix, didYouMean, severity: 'error' }], standIns: [] }
  }
  const results: Loaded[] = []
  try {
    const known = boardNames(dir)
    if (known.length === 0) results.push(failed('', 'holds no board file.', 'Add one, for example esp32.json.'))
    for (const name of names.length > 0 ? names.map(name => basename(name, '.json')) : known) {
      if (known.includes(name)) results.push(loadBoard(join(dir, `${name}.json`), options))
      else results.push(failed('', `"${name}" is not a board.`, `(${known.join(', ')})`, nearest(name, known)))
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    results.push(failed('', `cannot be read (${code}).`, 'Name the folder of the board files.'))
  }
  // What is wrong with secrets.json comes with every board.
  const findings = new Map(results.flatMap(result => result.findings).map(one => [JSON.stringify(one), one]))
  return {
    boards: results.flatMap(result => result.board ?? []),
    findings: [...findings.values()],
    standIns: [...new Set(results.flatMap(result => result.standIns))],
  }
}
