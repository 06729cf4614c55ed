/** What the schema refuses, in words. */
import type { ErrorObject } from 'ajv'
import { type Draft, mend, number, report, shown } from './draft'
import { nearest } from './nearest'
import { isWithin, joinPath, pathOfPointer, valueAt } from './path'
import { type Field, fieldAt, isText, notYet, pathOfName, secretPaths } from './schema'

/** What a finding says. */
interface Words {
  rule: string
  fix: string
  didYouMean?: string
}

/** Values that deserve words of their own. */
const ownWords: Record<string, Record<number, Words>> = {
  'mqtt.keepAliveS': { 0: { rule: '0 turns dead-link detection off; minimum 10.', fix: 'The default is 30.' } },
  'publish.qos': {
    2: { rule: '2 is not offered; 1 already guarantees delivery.', fix: 'Write 1 or 0.' },
  },
}

const kinds: Record<string, string> = {
  object: 'an object { … }',
  array: 'a list [ … ]',
  string: 'text in double quotes',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  const words = { object: 'an object', string: 'text', boolean: 'true or false', number: 'a number' }
  return words[typeof value as keyof typeof words]
}

/** What a field takes: "a whole number from 1 to 65535". */
function wanted(field: Field): string {
  const types = isText(field) ? ['string'] : [field.type ?? 'object'].flat()
  const kind = types.map(type => kinds[type]).join(' or ')
  return field.minimum === undefined ? kind : `${kind} from ${field.minimum} to ${field.maximum}`
}

function list(values: unknown[]): string {
  return `(${values.join(', ')})`
}

function missing(path: string): Words {
  const key = path.split('.').at(-1)
  return { rule: 'is missing.', fix: `Add "${key}": ${JSON.stringify(fieldAt(path)?.examples?.[0])}.` }
}

function unknown(parent: string, key: string): Words {
  const siblings = Object.entries(fieldAt(parent)?.properties ?? {})
  const keys = siblings.map(([name]) => name)
  const possible = siblings.filter(([, field]) => !field.description?.startsWith('Not yet')).map(([name]) => name)
  const didYouMean = pathOfName(key) ?? nearest(key, keys)
  const takeOut = didYouMean === undefined ? 'Take it out.' : 'Or take it out.'
  return { rule: 'is not known.', fix: possible.length > 0 ? list(possible) : takeOut, didYouMean }
}

/** For a field of which nothing, or one value only, is possible today. */
function refused(field: Field, cannot: string): Words {
  const off = field.type === 'array' ? [] : field.const
  const fix = off === undefined ? 'leave it out.' : `leave it out or write ${JSON.stringify(off)}.`
  return { rule: `not yet: ${cannot};`, fix }
}

function wrongChoice(draft: Draft, path: string, field: Field): Words {
  const value = valueAt(draft.data, path)
  const choice = field.enum ?? []
  const didYouMean = nearest(String(value), choice.map(String))
  return { rule: `${shown(draft, path) ?? kindOf(value)} is not known.`, fix: list(choice), didYouMean }
}

function wrongType(draft: Draft, path: string, field: Field): Words {
  const value = valueAt(draft.data, path)
  if (valueAt(value, '$secret') !== undefined) {
    return { rule: 'takes no secret.', fix: `A $secret is possible in ${secretPaths.join(', ')}.` }
  }
  const isFraction = field.type === 'integer' && typeof value === 'number'
  const subject = shown(draft, path)
  const rule = `is ${isFraction ? 'not a whole number' : kindOf(value)}.`
  return { rule: subject === undefined ? rule : `${subject} ${rule}`, fix: `Write ${wanted(field)}.` }
}

function explainAt(draft: Draft, path: string, error: ErrorObject): Words {
  const field = fieldAt(path) ?? {}
  const cannot = notYet(field)
  if (cannot !== undefined) return refused(field, cannot)
  const own = ownWords[path]?.[number(draft, path) ?? NaN]
  if (own !== undefined) return own
  switch (error.keyword) {
    case 'type':
      return wrongType(draft, path, field)
    case 'enum':
      return wrongChoice(draft, path, field)
    case 'minimum':
      return { rule: `${shown(draft, path)} is too small.`, fix: `Write ${wanted(field)}.` }
    case 'maximum':
      return { rule: `${shown(draft, path)} is too large.`, fix: `Write ${wanted(field)}.` }
    case 'minLength':
      return { rule: 'is empty.', fix: 'Write something, or leave it out.' }
    case 'maxLength':
      return { rule: `has more than ${error.params.limit} characters.`, fix: mend(draft, path, 'Use fewer.') }
    case 'minItems':
      return { rule: 'is empty;', fix: 'add one, for a first test {"type":"internal"}.' }
    case 'maxItems':
      return {
        rule: `is one more than the ${error.params.limit} ${field.title?.toLowerCase()}s that a board can have.`,
        fix: 'Take it out.',
      }
    default:
      return { rule: 'is not possible.', fix: field.description ?? 'Take it out.' }
  }
}

/** Where an error of the schema belongs: a missing or unknown key, an element too many, or what is wrong itself. */
function placeOf(error: ErrorObject): string {
  const path = pathOfPointer(error.instancePath)
  if (error.keyword === 'required') return joinPath(path, error.params.missingProperty)
  if (error.keyword === 'additionalProperties') return joinPath(path, error.params.additionalProperty)
  if (error.keyword === 'maxItems' && error.params.limit > 0) return joinPath(path, error.params.limit)
  return path
}

/** The field whose { "$secret": … } the path lies in. */
function malformedSecret(draft: Draft, path: string): string | undefined {
  return secretPaths.find(outer => isWithin(path, outer) && typeof valueAt(draft.data, outer) === 'object')
}

function words(draft: Draft, path: string, error: ErrorObject): Words {
  if (error.keyword === 'required') return missing(path)
  if (error.keyword === 'additionalProperties') {
    return unknown(pathOfPointer(error.instancePath), error.params.additionalProperty)
  }
  return explainAt(draft, path, error)
}

/** Reports what no rule has said already, each path once. Of ranges only the schema speaks. */
export function explain(draft: Draft, errors: ErrorObject[]): void {
  const byRules = new Set(draft.findings.filter(finding => finding.severity === 'error').map(finding => finding.path))
  const said = new Set<string>()
  for (const error of errors) {
    const place = placeOf(error)
    const secret = malformedSecret(draft, place)
    const path = secret ?? place
    const isRange = error.keyword === 'minimum' || error.keyword === 'maximum'
    if (said.has(path) || (byRules.has(path) && !isRange)) continue
    said.add(path)
    if (secret !== undefined) {
      const example = fieldAt(secret)?.examples?.find(value => typeof value === 'object')
      report(draft, secret, 'is neither text nor the name of a secret.', `Write text, or ${JSON.stringify(example)}.`)
      continue
    }
    const { rule, fix, didYouMean } = words(draft, path, error)
    // The value of a key that is not known may be a password in the wrong place.
    const hidden = error.keyword === 'additionalProperties' ? { value: undefined } : {}
    report(draft, path, rule, fix, { didYouMean, ...hidden })
  }
}
