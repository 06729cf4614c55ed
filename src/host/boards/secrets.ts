import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Draft, report, text } from './draft'
import { displayName, readJsonFile } from './file'
import type { Finding } from './findings'
import type { JsonText } from './json'
import { nearest } from './nearest'
import { isWithin, setAt, valueAt } from './path'
import { fieldAt, secretPaths } from './schema'

/** Where names of secrets lead. */
export interface SecretStore {
  /** undefined for what is there and is no text. */
  values: Map<string, string | undefined>
  /** What is wrong with secrets.json. */
  findings: Finding[]
  /** False when secrets.json cannot be read, so that nothing can be said to be missing. */
  isReadable: boolean
}

/** Obey the rules of their fields. 192.0.2.1 belongs to nobody (RFC 5737). */
const standIns: Record<string, string> = {
  'wifi.ssid': 'stand-in',
  'wifi.password': 'stand-in',
  'mqtt.host': '192.0.2.1',
  'mqtt.username': 'stand-in',
  'mqtt.password': 'stand-in',
}

const NO_SECRETS: JsonText = { value: {}, offsets: new Map(), repeated: [] }

/** The environment before the file `secrets.json` in the folder above the board file's. */
export function openSecrets(boardFile: string, env: Record<string, string | undefined>): SecretStore {
  const file = join(dirname(boardFile), '..', 'secrets.json')
  const values = new Map<string, string | undefined>()
  const findings: Finding[] = []
  const fault = (path: string, rule: string, fix: string) => {
    findings.push({ file: displayName(file), path, value: '***', rule, fix, severity: 'error' })
  }
  const read: JsonText | Finding = existsSync(file) ? readJsonFile(file) : NO_SECRETS
  let isReadable = false
  if ('rule' in read) findings.push(read)
  else if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value)) {
    fault('', 'is not an object.', 'Write { "WIFI_PASSWORD": "…" }, as in secrets.example.json.')
  } else {
    isReadable = true
    for (const path of read.repeated) fault(path, 'is there twice.', 'Take one out.')
    for (const [name, value] of Object.entries(read.value)) {
      values.set(name, typeof value === 'string' ? value : undefined)
      if (typeof value !== 'string') fault(name, 'is not text.', 'Write it in double quotes.')
    }
  }
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) values.set(name, value)
  }
  return { values, findings, isReadable }
}

/** The name in { "$secret": name }; undefined for anything else. */
function secretName(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== '$secret') return undefined
  const name = valueAt(value, '$secret')
  return typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name) ? name : undefined
}

/**
 * Puts the values in the place of the names. What has none keeps its name and gets a finding, or, with `useStandIns`, a
 * stand-in. Answers the names that got stand-ins.
 */
export function resolveSecrets(draft: Draft, store: SecretStore, useStandIns: boolean): string[] {
  const stoodIn = new Set<string>()
  for (const path of secretPaths) {
    const name = secretName(valueAt(draft.data, path))
    if (name === undefined) continue
    draft.secrets.set(path, name)
    const value = store.values.get(name)
    if (value !== undefined) setAt(draft.data, path, value)
    else if (useStandIns) {
      setAt(draft.data, path, standIns[path])
      stoodIn.add(name)
    } else if (store.isReadable && !store.values.has(name)) {
      const fix = `Put it in secrets.json or run: ${name}=… <command>`
      const didYouMean = nearest(name, [...store.values.keys()])
      report(draft, path, `secret ${name} is not set.`, fix, { didYouMean, value: '***' })
    }
  }
  return [...stoodIn]
}

function isTracked(file: string): boolean {
  const git = spawnSync('git', ['ls-files', '--error-unmatch', '--', basename(file)], {
    cwd: dirname(file),
    stdio: 'ignore',
  })
  return git.status === 0
}

/** Warns of passwords that stand in a file which git would hand on. Called before the secrets are put in. */
export function warnOfLiteralPasswords(draft: Draft, file: string): void {
  const literal = secretPaths.filter(path => fieldAt(path)?.writeOnly && text(draft, path))
  const inFile = literal.filter(path => !draft.overridden.some(outer => isWithin(path, outer)))
  if (inFile.length === 0 || !isTracked(file)) return
  for (const path of inFile) {
    const line = `"password": ${JSON.stringify(fieldAt(path)?.examples?.[0])}`
    const fix = `Put it in secrets.json and write here: ${line}`
    report(draft, path, 'stands in a file that git tracks.', fix, { severity: 'warning' })
  }
}
