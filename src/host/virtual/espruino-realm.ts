import { isAnyArrayBuffer, isNativeError } from 'node:util/types'
import vm from 'node:vm'

export type Callable = (...values: never[]) => unknown

/** A global object as Espruino has it on an ESP32: what V8 has beyond that is gone. */
export interface Realm {
  readonly global: Record<string, unknown>
  /** Evaluates a script; what it throws comes out. */
  evaluate(source: string): unknown
  /** An object of this realm with these members. */
  object(members?: Record<string, unknown>): Record<string, unknown>
  array(values: unknown[]): unknown[]
  error(kind: 'Error' | 'TypeError' | 'InternalError', message: string): Error
}

/** The file name under which an image shows in a stack. */
const IMAGE = 'image.js'

const GLOBALS =
  'Array ArrayBuffer Boolean DataView Date Error Float32Array Float64Array Function Infinity Int16Array Int32Array ' +
  'Int8Array JSON Math NaN Number Object ReferenceError RegExp String SyntaxError TypeError Uint16Array Uint32Array ' +
  'Uint8Array Uint8ClampedArray decodeURIComponent encodeURIComponent eval globalThis isFinite isNaN parseFloat ' +
  'parseInt undefined'

/** Read off a real Espruino. Symbols are left alone. */
const MEMBERS: Record<string, string> = {
  Array: 'isArray',
  'Array.prototype':
    'concat every fill filter find findIndex forEach includes indexOf join map pop push reduce reverse shift slice ' +
    'some sort splice toString unshift',
  ArrayBuffer: '',
  'ArrayBuffer.prototype': 'byteLength',
  Date: 'now parse',
  'Date.prototype':
    'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset ' +
    'getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds ' +
    'setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime toISOString toJSON toString ' +
    'toUTCString valueOf',
  Error: 'stackTraceLimit',
  'Function.prototype': 'apply bind call toString',
  JSON: 'parse stringify',
  Math:
    'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow random round ' +
    'sign sin sqrt tan',
  Number: 'MAX_VALUE MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY',
  'Number.prototype': 'toFixed toString valueOf',
  Object:
    'assign create defineProperties defineProperty entries fromEntries getOwnPropertyDescriptor ' +
    'getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf keys setPrototypeOf values',
  'Object.prototype': '__proto__ hasOwnProperty toString valueOf',
  String: 'fromCharCode',
  'String.prototype':
    'charAt charCodeAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace replaceAll ' +
    'slice split startsWith substr substring toLowerCase toString toUpperCase trim valueOf',
  TypedArray: '',
  'TypedArray.prototype':
    'buffer byteLength byteOffset every fill filter find findIndex forEach includes indexOf join map reduce reverse ' +
    'set slice some sort subarray toString',
}

const TYPED_ARRAYS =
  'Float32Array Float64Array Int16Array Int32Array Int8Array Uint16Array Uint32Array Uint8Array Uint8ClampedArray'

function keepOnly(target: object, names: string): void {
  const kept = new Set([...names.split(' '), 'constructor', 'length', 'name', 'prototype'])
  for (const name of Object.getOwnPropertyNames(target)) {
    if (!kept.has(name)) Reflect.deleteProperty(target, name)
  }
}

/** Puts members into an object of a realm, out of sight of for-in. */
export function define(target: object, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false })
  }
}

function prune(global: Record<string, unknown>): void {
  const typedArray = Object.getPrototypeOf(global.Uint8Array)
  for (const [path, names] of Object.entries(MEMBERS)) {
    const [name, prototype] = path.split('.')
    const owner = (name === 'TypedArray' ? typedArray : global[name]) as Record<string, object>
    keepOnly(prototype ? owner[prototype] : owner, names)
  }
  for (const name of TYPED_ARRAYS.split(' ')) {
    const typed = global[name] as Uint8ArrayConstructor
    keepOnly(typed, '')
    keepOnly(typed.prototype, '')
  }
  keepOnly(global, GLOBALS)
}

/** A Date that starts at the chip's clock and knows no time zone. */
function chipDate(native: DateConstructor, now: () => number): DateConstructor {
  const { prototype } = native
  const descriptors = Object.getOwnPropertyDescriptors(prototype) as Record<string, PropertyDescriptor>
  for (const [name, { value }] of Object.entries(descriptors)) {
    const utc = /^getUTC(.+)$/.exec(name)
    if (utc) define(prototype, { [`get${utc[1]}`]: value })
  }
  define(prototype, { getTimezoneOffset: () => 0 })
  define(native, { now })
  const date = new Proxy(native, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length > 0 ? values : [now()], newTarget),
  })
  define(prototype, { constructor: date })
  return date
}

/** Where Espruino has the name and does something else. */
function adapt(global: typeof globalThis, now: () => number): void {
  const { fromCharCode } = global.String
  const { stringify } = global.JSON
  define(global.String, { fromCharCode: (...codes: number[]) => fromCharCode(...codes.map(code => code & 0xff)) })
  define(global.JSON, {
    stringify: (...values: Parameters<typeof stringify>) =>
      stringify(...values)?.replace(/[\x7f-\xff]/g, char => `\\u00${char.charCodeAt(0).toString(16).toUpperCase()}`),
  })
  define(global.Math, {
    round: (value: number) => (value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5)),
  })
  define(global, { Date: chipDate(global.Date, now) })
  // Each kind of error stands alone.
  for (const kind of [global.TypeError, global.ReferenceError, global.SyntaxError]) {
    Object.setPrototypeOf(kind.prototype, global.Object.prototype)
    define(kind.prototype, { toString: global.Error.prototype.toString })
  }
}

/** A global object of its own, with nothing of the board in it yet. `now`: milliseconds since 1970, fractions and all. */
export function makeRealm(now: () => number): Realm {
  const context = vm.createContext({})
  const global = vm.runInContext('this', context) as Record<string, unknown>
  const inner = global as unknown as typeof globalThis
  prune(global)
  adapt(inner, now)

  function InternalError(message: string): Error {
    return Object.setPrototypeOf(new inner.Error(message), InternalError.prototype)
  }
  InternalError.prototype = Object.assign(new inner.Object(), { name: 'InternalError' })
  define(InternalError.prototype, { constructor: InternalError, toString: inner.Error.prototype.toString })
  define(global, { InternalError, global, globalThis: global })

  return {
    global,
    evaluate: source => new vm.Script(source, { filename: IMAGE }).runInContext(context),
    object: (members = {}) => Object.assign(new inner.Object(), members) as Record<string, unknown>,
    array: values => inner.Array.prototype.slice.call(values),
    error: (kind, message) =>
      kind === 'InternalError'
        ? InternalError(message)
        : new (kind === 'Error' ? inner.Error : inner.TypeError)(message),
  }
}

/** A value as text, as jsvAsString() makes it: buffers become decimal numbers. */
export function asText(value: unknown): string {
  if (isAnyArrayBuffer(value)) return new Uint8Array(value).join()
  return String(value)
}

/** A value as console.log prints it, but on one line. */
export function show(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (isNativeError(value)) return `${value.name}: ${value}`
  if (ArrayBuffer.isView(value)) return `new ${value.constructor.name}([${Array.from(value as Uint8Array).join(', ')}])`
  if (Array.isArray(value)) return `[ ${value.map(showMember).join(', ')} ]`
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${showMember(member)}`)
  return `{ ${members.join(', ')} }`
}

function showMember(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : show(value)
}

/** The lines that an exception nobody caught leaves on the console. */
export function describe(error: unknown): string[] {
  const stack = isNativeError(error) ? (error.stack ?? '').split('\n') : []
  return [`Uncaught ${error}`, ...stack.filter(line => line.includes(IMAGE) && line.startsWith('    at '))]
}
