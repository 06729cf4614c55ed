import { types } from 'node:util'
import vm from 'node:vm'

/** A global object as JerryScript 2.4 of Kaluma 1.2.1 has it: what V8 has beyond that is gone. */
export interface Realm {
  readonly global: Record<string, unknown>
  readonly Error: ErrorConstructor
  readonly TypeError: TypeErrorConstructor
  readonly Object: ObjectConstructor
  readonly Array: ArrayConstructor
  readonly Uint8Array: Uint8ArrayConstructor
  /** Evaluates a script; what it throws comes out. Promise jobs run behind it. */
  evaluate(source: string): void
  /** Runs the promise jobs that wait. Nothing else runs them. */
  runJobs(): void
  /** Math.random() goes on from here. */
  seed(seed: number): void
}

export interface RealmOptions {
  /** Milliseconds since 1970 by the chip's clock. */
  now(): number
  /** Called for each Uint8Array made of a length. */
  allocated(bytes: number): void
}

/** The file name under which an image shows in a stack. */
const IMAGE = 'image.js'

const GLOBALS =
  'Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float32Array ' +
  'Float64Array Function Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number Object Promise Proxy ' +
  'RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array ' +
  'Uint8Array Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval ' +
  'globalThis isFinite isNaN parseFloat parseInt undefined unescape'

/** Where V8 has grown since; read off a real Kaluma. Symbols are left alone. */
const MEMBERS: Record<string, string> = {
  Array: 'from isArray of',
  'Array.prototype':
    'concat copyWithin entries every fill filter find findIndex flat flatMap forEach includes indexOf join keys ' +
    'lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toLocaleString toString unshift ' +
    'values',
  ArrayBuffer: 'isView',
  'ArrayBuffer.prototype': 'byteLength slice',
  BigInt: '',
  'DataView.prototype':
    'buffer byteLength byteOffset getBigInt64 getBigUint64 getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 ' +
    'getUint32 getUint8 setBigInt64 setBigUint64 setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 ' +
    'setUint8',
  Error: 'stackTraceLimit',
  JSON: 'parse stringify',
  Map: '',
  Math:
    'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp ' +
    'expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc',
  Object:
    'assign create defineProperties defineProperty entries freeze fromEntries getOwnPropertyDescriptor ' +
    'getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf is isExtensible isFrozen ' +
    'isSealed keys preventExtensions seal setPrototypeOf values',
  Promise: 'all race reject resolve',
  RegExp: '',
  'RegExp.prototype': 'compile dotAll exec flags global ignoreCase multiline source sticky test toString unicode',
  'Set.prototype': 'add clear delete entries forEach has keys size values',
  'String.prototype':
    'charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare match matchAll padEnd ' +
    'padStart repeat replace replaceAll search slice split startsWith substr substring toLocaleLowerCase ' +
    'toLocaleUpperCase toLowerCase toString toUpperCase trim trimEnd trimLeft trimRight trimStart valueOf',
  Uint8Array: 'BYTES_PER_ELEMENT',
  'Uint8Array.prototype': 'BYTES_PER_ELEMENT',
  'TypedArray.prototype':
    'buffer byteLength byteOffset copyWithin entries every fill filter find findIndex forEach includes indexOf join ' +
    'keys lastIndexOf map reduce reduceRight reverse set slice some sort subarray toLocaleString toString values',
}

function keepOnly(target: object, names: string): void {
  const kept = new Set([...names.split(' '), 'constructor', 'length', 'name', 'prototype'])
  for (const name of Object.getOwnPropertyNames(target)) {
    if (!kept.has(name)) Reflect.deleteProperty(target, name)
  }
}

function prune(global: Record<string, unknown>): void {
  const typedArray = Object.getPrototypeOf(global.Uint8Array)
  for (const [path, names] of Object.entries(MEMBERS)) {
    const [name, prototype] = path.split('.')
    const owner = (name === 'TypedArray' ? typedArray : global[name]) as Record<string, object>
    keepOnly(prototype ? owner[prototype] : owner, names)
  }
  keepOnly(global, GLOBALS)
}

function replace(target: object, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false })
  }
}

/**
 * JerryScript's toFixed() for a number, digit by digit: it rounds the shortest decimal text, not the binary value, and
 * it is wrong where the first digit lies right behind the last place: (0.06).toFixed(1) is 0.0, (0.3).toFixed(0) is 1.
 */
function jerryToFixed(value: number, places: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return String(value)
  const [digits, exponent] = Math.abs(value).toExponential().replace('.', '').split('e')
  const kept = places + Number(exponent) + 1
  let scaled = 0n
  if (kept === 0 && places === 0 && value !== 0) scaled = 1n
  else if (kept > 0) scaled = BigInt(digits.slice(0, kept).padEnd(kept, '0')) + (digits[kept] >= '5' ? 1n : 0n)
  const text = scaled.toString().padStart(places + 1, '0')
  const split = text.length - places
  return (value < 0 ? '-' : '') + text.slice(0, split) + (places > 0 ? `.${text.slice(split)}` : '')
}

/** newlib's rand(). */
function randomNumbers() {
  const max = 0x7fffffff
  let state = 1n
  return {
    seed(seed: number): void {
      state = BigInt(Math.min(0xffffffff, Math.max(0, Math.trunc(seed) || 0)))
    },
    next(): number {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1n)
      const random = Number((state >> 32n) & BigInt(max))
      return ((random / max) * (max - 1)) / max
    },
  }
}

/** A Date that starts at the chip's clock and knows no time zone. */
function chipDate(native: DateConstructor, now: () => number): DateConstructor {
  const { prototype } = native
  const descriptors = Object.getOwnPropertyDescriptors(prototype) as Record<string, PropertyDescriptor>
  for (const [name, { value }] of Object.entries(descriptors)) {
    const local = /^([gs]et)UTC(.+)$/.exec(name)
    if (local) replace(prototype, { [local[1] + local[2]]: value })
  }
  function text(this: Date): string {
    const [day, date, month, year, time] = prototype.toUTCString.call(this).replace(',', '').split(' ')
    return `${day} ${month} ${date} ${year} ${time} GMT+0000`
  }
  replace(prototype, { getTimezoneOffset: () => 0, toString: text })
  replace(native, { now })
  const date = new Proxy(native, {
    apply: () => text.call(new native(now())),
    construct(target, values, newTarget) {
      const time = values.length > 1 ? [native.UTC(...(values as [number, number]))] : values
      return Reflect.construct(target, time.length > 0 ? time : [now()], newTarget)
    },
  })
  replace(prototype, { constructor: date })
  return date
}

/** A global object of its own, with nothing of the board in it yet. */
export function makeRealm(options: RealmOptions): Realm {
  // Kaluma runs promise jobs once per pass of its loop; in this mode they wait until the next evaluation.
  const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' })
  const global = vm.runInContext('this', context) as Record<string, unknown>
  const inner = global as unknown as typeof globalThis
  const nothing = new vm.Script('0')
  const random = randomNumbers()

  prune(global)
  // The stack is an array of places, as JerryScript has it.
  replace(inner.Error, {
    prepareStackTrace: (_error: Error, sites: NodeJS.CallSite[]) => {
      const own = sites.filter(site => site.getFileName() === IMAGE)
      return inner.Array.from(own, site => `<anonymous>:${site.getLineNumber()}`)
    },
  })
  replace(inner.Math, { random: random.next })
  replace(inner.Number.prototype, {
    toFixed(this: number, digits: unknown): string {
      const places = Math.trunc(Number(digits ?? 0)) || 0
      if (places < 0 || places > 100) throw new inner.RangeError('Fraction digits must be between 0 and 100.')
      return jerryToFixed(Number(this), places)
    },
  })
  const bytes = new Proxy(inner.Uint8Array, {
    construct(target, values, newTarget) {
      if (typeof values[0] === 'number') options.allocated(values[0])
      return Reflect.construct(target, values, newTarget)
    },
  })
  replace(inner.Uint8Array.prototype, { constructor: bytes })
  replace(global, { Date: chipDate(inner.Date, options.now), Uint8Array: bytes, global, globalThis: global })

  return {
    global,
    Error: inner.Error,
    TypeError: inner.TypeError,
    Object: inner.Object,
    Array: inner.Array,
    Uint8Array: inner.Uint8Array,
    evaluate(source) {
      new vm.Script(source, { filename: IMAGE }).runInContext(context)
    },
    runJobs() {
      nothing.runInContext(context)
    },
    seed: random.seed,
  }
}

/** Throws the TypeError of Kaluma's natives unless the argument is of that type; an optional one may be left out. */
export function check(
  realm: Realm,
  values: unknown[],
  index: number,
  name: string,
  type: 'number' | 'string' | 'boolean' | 'function',
  optional = false,
): void {
  if (optional && values.length <= index) return
  if (typeof values[index] !== type) throw new realm.TypeError(`"${name}" argument must be a ${type}`)
}

/** A value as console.log prints it, on one line. */
export function show(value: unknown): string {
  if (typeof value === 'function') return '[Function]'
  if (typeof value !== 'object' || value === null || types.isNativeError(value)) return String(value)
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return '[Object]'
  }
}

/** The lines that an exception nobody caught leaves on the console. */
export function describe(error: unknown): string[] {
  const stack = types.isNativeError(error) ? (error.stack as unknown) : undefined
  return [show(error), ...(Array.isArray(stack) ? stack.map(place => `  at ${place}`) : [])]
}
