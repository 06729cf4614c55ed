import type { Bytes, Pattern } from '../scenarios'
import { bytesOf, isBytes, shown } from './bytes'

/** Packet identifiers by the name of their variable, which begins with `$`. */
export type Variables = Map<string, number>

/** Whether `actual` is what is wanted. Bytes are compared as bytes, whichever way either side writes them. */
function equal(wanted: unknown, actual: unknown): boolean {
  if (actual instanceof Uint8Array) {
    return (typeof wanted === 'string' || isBytes(wanted)) && bytesOf(wanted as Bytes).equals(actual)
  }
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) && wanted.length === actual.length && wanted.every((item, i) => accepted(item, actual[i]))
    )
  }
  if (isBytes(wanted)) return typeof actual === 'string' && bytesOf(wanted).equals(Buffer.from(actual))
  if (typeof wanted === 'object' && wanted !== null) {
    return (
      typeof actual === 'object' &&
      actual !== null &&
      Object.entries(wanted).every(([name, value]) => accepted(value, (actual as Pattern)[name]))
    )
  }
  return wanted === actual
}

/** The same with a choice, a regular expression or a limit in the place of a value. */
function accepted(wanted: unknown, actual: unknown): boolean {
  if (typeof wanted === 'object' && wanted !== null) {
    if ('oneOf' in wanted) return (wanted.oneOf as unknown[]).some(value => equal(value, actual))
    if ('regex' in wanted) return typeof actual === 'string' && new RegExp(wanted.regex as string).test(actual)
    if ('max' in wanted) return typeof actual === 'number' && actual <= (wanted.max as number)
  }
  return equal(wanted, actual)
}

/** Binary properties are hexadecimal in a pattern; an event may carry them as bytes. */
function propertiesAccepted(wanted: Pattern, actual: Pattern = {}): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const found = actual[name]
    return accepted(value, found instanceof Uint8Array ? Buffer.from(found).toString('hex') : found)
  })
}

/** What the variables are after `name` has met `id`, or undefined where it is bound to another. */
function bound(variables: Variables, name: string, id: unknown): Variables | undefined {
  const known = variables.get(name)
  if (known !== undefined) return known === id ? variables : undefined
  return typeof id === 'number' ? new Map(variables).set(name, id) : undefined
}

/**
 * The first reason why a packet or an event is not what the pattern names, or the variables as they are afterwards.
 */
export function match(pattern: Pattern, actual: object, variables: Variables): string | Variables {
  const fields = actual as Pattern
  let after = variables
  for (const [name, wanted] of Object.entries(pattern)) {
    if (name === 'packetIdNot') {
      const taken = (wanted as (string | number)[]).map(id => (typeof id === 'number' ? id : variables.get(id)))
      if (taken.includes(fields.packetId as number)) return `packetId ${fields.packetId} is in use (${taken})`
    } else if (name === 'propertiesAbsent') {
      const found = (wanted as string[]).find(property => property in ((fields.properties as Pattern) ?? {}))
      if (found) return `property ${found} is there`
    } else if (name === 'packetId' && typeof wanted === 'string') {
      const next = bound(after, wanted, fields.packetId)
      if (!next) return `packetId is ${fields.packetId}, ${wanted} is ${after.get(wanted)}`
      after = next
    } else {
      const found = fields[name]
      const fits = /^(willP|p)roperties$/.test(name)
        ? propertiesAccepted(wanted as Pattern, found as Pattern | undefined)
        : accepted(wanted, found)
      if (!fits) return `${name} is ${shown(found)}, not ${shown(wanted)}`
    }
  }
  return after
}

/** Whether bytes are these hexadecimal digits, of which `?` may be any. */
export function hexMatches(wanted: string, bytes: Buffer): boolean {
  const hex = bytes.toString('hex')
  return hex.length === wanted.length && [...wanted].every((digit, i) => digit === '?' || digit === hex[i])
}

/** Fills in `{p1}` and `{p1+7}`, identifiers of two bytes; 1 comes after 65535. */
export function fillIn(hex: string, variables: Variables): string {
  return hex.replace(/\{(\w+)(?:\+(\d+))?\}/g, (_, name: string, more = '0') => {
    const id = variables.get(`$${name}`)
    if (id === undefined) throw new Error(`the scenario uses ${name} before it is bound`)
    return (((id + Number(more) - 1) % 0xffff) + 1).toString(16).padStart(4, '0')
  })
}
