import type { Runtime } from '../../boards/board'
import type { Names } from './scope'
import type { Finding, Script } from './script'
import { propertyOf } from './semantics'

/** What a runtime lacks of the standard library, from asking it. Lists of words. */
interface Missing {
  globals: string
  /** By object; those that people take for granted. */
  statics: { [object: string]: string }
  /** Methods that none of its types has. */
  methods: string
}

const OF_BROWSERS =
  'AbortController Atomics Buffer FinalizationRegistry Intl SharedArrayBuffer URL WeakRef WebAssembly clearImmediate ' +
  'crypto exports fetch module performance queueMicrotask setImmediate structuredClone'

const TYPED_ARRAY = 'BYTES_PER_ELEMENT from of'

const MISSING: { [runtime in Runtime]: Missing } = {
  /** Release 2v29. */
  espruino: {
    globals:
      `${OF_BROWSERS} AggregateError BigInt BigInt64Array BigUint64Array EvalError Map Proxy RangeError Reflect Set ` +
      'Symbol TextDecoder TextEncoder URIError WeakMap WeakSet decodeURI encodeURI escape unescape',
    statics: {
      Array: 'from fromAsync of',
      ArrayBuffer: 'isView',
      Date: 'UTC',
      Error: 'captureStackTrace stackTraceLimit',
      Math: 'acosh asinh atanh cbrt clz32 cosh expm1 fround hypot imul log10 log1p log2 sinh tanh trunc',
      Number: 'EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER isFinite isInteger isNaN isSafeInteger parseFloat parseInt',
      Object: 'freeze getOwnPropertySymbols groupBy hasOwn is isExtensible isFrozen isSealed preventExtensions seal',
      Promise: 'allSettled any race withResolvers',
      String: 'fromCodePoint raw',
      Uint8Array: TYPED_ARRAY,
      Int8Array: TYPED_ARRAY,
      Uint16Array: TYPED_ARRAY,
      Int16Array: TYPED_ARRAY,
      Uint32Array: TYPED_ARRAY,
      Int32Array: TYPED_ARRAY,
      Float32Array: TYPED_ARRAY,
      Float64Array: TYPED_ARRAY,
    },
    methods:
      'at codePointAt copyWithin entries finally findLast findLastIndex flat flatMap getUTCDate getUTCDay getUTCFullYear ' +
      'getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds isPrototypeOf keys localeCompare matchAll ' +
      'normalize propertyIsEnumerable reduceRight setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes ' +
      'setUTCMonth setUTCSeconds toDateString toExponential toLocaleLowerCase toLocaleString toLocaleUpperCase toPrecision ' +
      'toReversed toSorted toSpliced toTimeString trimEnd trimLeft trimRight trimStart values',
  },
  /** 1.2.1. */
  kaluma: {
    globals: `${OF_BROWSERS} AggregateError`,
    statics: {
      Array: 'fromAsync',
      Object: 'groupBy hasOwn',
      Promise: 'allSettled any withResolvers',
      console: 'debug dir info time timeEnd trace warn',
    },
    methods: 'at findLast findLastIndex normalize toReversed toSorted toSpliced',
  },
}

const INSTEAD: { [name: string]: string } = {
  'Array.from': '[].slice.call()',
  'Array.of': '[ ]',
  Map: 'an object',
  'Math.imul': 'a product below 2^53',
  'Math.log10': 'Math.log() / Math.LN10',
  'Math.log2': 'Math.log() / Math.LN2',
  'Math.trunc': 'Math.floor()',
  'Number.isFinite': 'isFinite()',
  'Number.isInteger': 'x === Math.floor(x)',
  'Number.isNaN': 'isNaN()',
  'Object.hasOwn': 'hasOwnProperty()',
  'Object.is': '===',
  Set: 'an object',
  TextDecoder: 'byte strings',
  TextEncoder: 'byte strings',
  WeakMap: 'a field of the object',
  'at()': '[ ]',
  'codePointAt()': 'charCodeAt()',
  queueMicrotask: 'setTimeout(run, 0)',
  'toPrecision()': 'toFixed()',
  'trimEnd()': 'trim()',
  'trimStart()': 'trim()',
}

/** What the runtime's library does not have. A name that only `typeof` looks at is fine. */
export function checkBuiltins(script: Script, { references }: Names, runtime: Runtime): Finding[] {
  const findings: Finding[] = []
  const { globals, statics, methods } = MISSING[runtime]
  const absent = (at: number, name: string) => {
    const instead = INSTEAD[name] ? `use ${INSTEAD[name]}` : 'write it in plain ES5'
    findings.push({ at, message: `\`${name}\` does not exist on ${runtime}; ${instead}` })
  }
  for (const { node, ancestors, name } of references) {
    if (name) continue
    const parent = ancestors[ancestors.length - 2]
    const isAsked = parent.type === 'UnaryExpression' && parent.operator === 'typeof'
    if (isWord(node.name, globals) && !isAsked) absent(node.start, node.name)
    const property = propertyOf(parent)
    if (isWord(property, statics[node.name])) absent(node.start, `${node.name}.${property}`)
  }
  for (const { node } of script.nodes) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue
    const { object } = node.callee
    const method = propertyOf(node.callee)
    const isStatic = object.type === 'Identifier' && object.name === 'Object'
    if (isWord(method, methods) && !isStatic) absent(node.start, `${method}()`)
  }
  return findings
}

function isWord(word: string | undefined, words = ''): boolean {
  return word !== undefined && ` ${words} `.includes(` ${word} `)
}
