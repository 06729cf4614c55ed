/**
 * A reader of JSON that can tell a person what is wrong. JSON.parse forgets where a value stood and which keys came
 * twice, and its messages quote the text around a fault, which may be a password.
 */
import { joinPath } from './path'

export interface JsonFault {
  line: number
  column: number
  rule: string
  fix: string
}

export interface JsonText {
  value: unknown
  /** Where each path begins: the key of a member, the first character of an element. */
  offsets: Map<string, number>
  /** Paths of keys that their object has more than once; the last one counts, as everywhere. */
  repeated: string[]
}

/** Thrown inside this file only. */
class Fault {
  constructor(
    readonly at: number,
    readonly rule: string,
    readonly fix: string,
  ) {}
}

const SPACE = /[ \t\n\r]*/y
const WORD = /[A-Za-z]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** Of a text: all but the quotation mark, the backslash and control characters; escapes. */
const CHARACTERS = /(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*/uy

const literals = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at)
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') }
}

/** Reads one JSON text. A text that is not JSON gives its first fault instead. */
export function readJson(text: string): JsonText | JsonFault {
  const offsets = new Map<string, number>()
  const repeated: string[] = []
  /** Offsets of the brackets that are open. */
  const open: number[] = []
  let at = 0

  function match(pattern: RegExp): string {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0] ?? ''
  }

  function skipSpace(): void {
    at += match(SPACE).length
  }

  /** What stands here is not what must stand here. Names one character at most: more of it might be a password. */
  function unexpected(wanted: string, fix: string): Fault {
    const found = text[at]
    if (found === undefined) {
      const bracket = open.at(-1)
      const unclosed =
        bracket === undefined ? fix : `Close the "${text[bracket]}" of line ${lineAndColumn(text, bracket).line}.`
      return new Fault(at, 'the file ends too early.', unclosed)
    }
    if (found === '#' || /^\/[/*]/.test(text.slice(at, at + 2))) {
      return new Fault(at, 'found a comment, which JSON does not have.', 'Take it out.')
    }
    if (/['‘’“”„«»]/.test(found)) {
      return new Fault(at, `found ${found} as a quotation mark.`, 'Write text in straight double quotes: "…".')
    }
    return new Fault(at, `found ${JSON.stringify(found)} where ${wanted} must stand.`, fix)
  }

  function readText(): string {
    const start = at++
    at += match(CHARACTERS).length
    if (text[at] === '"') return JSON.parse(text.slice(start, ++at))
    if (text[at] === '\\')
      throw new Fault(at, 'found a backslash that begins no escape.', 'Write \\\\ for a backslash.')
    if (text[at] === '\t') throw new Fault(at, 'found a tab inside a text.', 'Write \\t for a tab.')
    if (text[at] === undefined || text[at] === '\n' || text[at] === '\r') {
      throw new Fault(start, 'the text that begins here does not end on its line.', 'Put a " at its end.')
    }
    throw new Fault(at, 'found a control character inside a text.', 'Take it out.')
  }

  function readNumber(): number {
    const digits = match(NUMBER)
    const next = text[at + digits.length] ?? ''
    if (digits === '' || /[\w.+-]/.test(next)) {
      throw new Fault(
        at,
        'found something that begins like a number and is none.',
        'Write 60, -5 or 21.5; text in "…".',
      )
    }
    at += digits.length
    return Number(digits)
  }

  /** The comma and the bracket that closes: calls `readItem` for each item. */
  function readItems(bracket: '}' | ']', readItem: () => void): void {
    open.push(at++)
    skipSpace()
    while (text[at] !== bracket) {
      readItem()
      skipSpace()
      if (text[at] === bracket) break
      if (text[at] !== ',') throw unexpected(`a comma or "${bracket}"`, 'Put a comma behind what stands before it.')
      const comma = at++
      skipSpace()
      if (text[at] === bracket) throw new Fault(comma, `found a comma before "${bracket}".`, 'Take the comma out.')
    }
    open.pop()
    at++
  }

  function readObject(path: string): unknown {
    const members = new Map<string, unknown>()
    readItems('}', () => {
      const start = at
      if (text[at] !== '"') throw unexpected('a key', 'Write keys in double quotes: "host".')
      const key = readText()
      const member = joinPath(path, key)
      if (members.has(key)) repeated.push(member)
      skipSpace()
      if (text[at] !== ':') throw unexpected('a colon', 'Put a colon behind the key.')
      at++
      skipSpace()
      members.set(key, readValue(member))
      offsets.set(member, start)
    })
    return Object.fromEntries(members)
  }

  function readArray(path: string): unknown {
    const elements: unknown[] = []
    readItems(']', () => {
      const element = joinPath(path, elements.length)
      offsets.set(element, at)
      elements.push(readValue(element))
    })
    return elements
  }

  function readValue(path: string): unknown {
    const first = text[at] ?? ''
    if (first === '{') return readObject(path)
    if (first === '[') return readArray(path)
    if (first === '"') return readText()
    if (/[\d.+-]/.test(first)) return readNumber()
    const word = match(WORD)
    if (!literals.has(word)) throw unexpected('a value', 'Write text in double quotes; true, false and null without.')
    at += word.length
    return literals.get(word)
  }

  try {
    skipSpace()
    const value = readValue('')
    skipSpace()
    if (at < text.length) throw unexpected('the end of the file', 'Take out what follows the last bracket.')
    return { value, offsets, repeated }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    return { ...lineAndColumn(text, fault.at), rule: fault.rule, fix: fault.fix }
  }
}
