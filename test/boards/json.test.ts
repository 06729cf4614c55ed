import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readJson } from '../../src/host/boards/json'
import { load } from './project'

function accepts(read: (text: string) => unknown, text: string): boolean {
  try {
    const result = read(text)
    return !(read === readJson && typeof result === 'object' && result !== null && 'rule' in result)
  } catch {
    return false
  }
}

describe('reading JSON', () => {
  test('gives the value that JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(readJson(text)).toMatchObject({ value: JSON.parse(text) })
      }),
    )
  })

  test('takes exactly the texts that JSON.parse takes', () => {
    const change = fc.record({
      text: fc.json(),
      at: fc.nat(200),
      cut: fc.nat(2),
      put: fc.constantFrom('', ',', '"', '\\', '{', ']', ':', '0', '-', '.', 'e', 'u', ' ', '\t', '\n', 'true'),
    })
    fc.assert(
      fc.property(change, ({ text, at, cut, put }) => {
        const start = at % (text.length + 1)
        const changed = text.slice(0, start) + put + text.slice(start + cut)
        expect(accepts(readJson, changed)).toBe(accepts(JSON.parse, changed))
      }),
      { numRuns: 2000 },
    )
  })

  test('knows where every path begins', () => {
    const text = '{ "a": [ 1, { "b.c": 2 } ] }'
    const read = readJson(text)
    expect(read).toHaveProperty('offsets')
    const offsets = 'offsets' in read ? Object.fromEntries(read.offsets) : {}
    expect(offsets).toEqual({ a: 2, 'a[0]': 9, 'a[1]': 12, 'a[1]["b.c"]': 14 })
  })

  test('makes no prototype of a key', () => {
    const read = readJson('{"__proto__": {"polluted": true}}')
    expect('value' in read && Object.keys(read.value as object)).toEqual(['__proto__'])
  })
})

describe('a file that is not JSON is told where and why', () => {
  test.each([
    ['a trailing comma', '{\n  "a": 1,\n}', 'line 2, column 9: found a comma before "}". Take the comma out.'],
    ['a trailing comma in a list', '[1, ]', 'line 1, column 3: found a comma before "]". Take the comma out.'],
    ['a comment', '{\n  // mine\n}', 'line 2, column 3: found a comment, which JSON does not have. Take it out.'],
    ['a comment of C', '/* mine */ {}', 'line 1, column 1: found a comment, which JSON does not have. Take it out.'],
    ['a comment of YAML', '{} # mine', 'line 1, column 4: found a comment, which JSON does not have. Take it out.'],
    [
      'a missing comma',
      '{ "a": 1\n  "b": 2 }',
      'line 2, column 3: found "\\"" where a comma or "}" must stand. Put a comma behind what stands before it.',
    ],
    [
      'a missing colon',
      '{ "a" 1 }',
      'line 1, column 7: found "1" where a colon must stand. Put a colon behind the key.',
    ],
    [
      'a key without quotes',
      '{ host: 1 }',
      'line 1, column 3: found "h" where a key must stand. Write keys in double quotes: "host".',
    ],
    [
      'text without quotes',
      '{ "a": home }',
      'line 1, column 8: found "h" where a value must stand. ' +
        'Write text in double quotes; true, false and null without.',
    ],
    [
      'single quotes',
      "{ 'a': 1 }",
      'line 1, column 3: found \' as a quotation mark. Write text in straight double quotes: "…".',
    ],
    [
      'typographic quotes',
      '{ “a”: 1 }',
      'line 1, column 3: found “ as a quotation mark. Write text in straight double quotes: "…".',
    ],
    [
      'text without end',
      '{ "a": "x\n}',
      'line 1, column 8: the text that begins here does not end on its line. Put a " at its end.',
    ],
    [
      'a backslash',
      '"C:\\x"',
      'line 1, column 4: found a backslash that begins no escape. Write \\\\ for a backslash.',
    ],
    ['a tab in a text', '"a\tb"', 'line 1, column 3: found a tab inside a text. Write \\t for a tab.'],
    ['a control character', '"a\u0001b"', 'line 1, column 3: found a control character inside a text. Take it out.'],
    [
      'an address without quotes',
      '{ "host": 10.0.0.2 }',
      'line 1, column 11: found something that begins like a number and is none. Write 60, -5 or 21.5; text in "…".',
    ],
    ['an early end', '{\n "a": [1,\n', 'line 3, column 1: the file ends too early. Close the "[" of line 2.'],
    [
      'nothing',
      '',
      'line 1, column 1: the file ends too early. Write text in double quotes; true, false and null without.',
    ],
    [
      'more behind the end',
      '{}}',
      'line 1, column 3: found "}" where the end of the file must stand. Take out what follows the last bracket.',
    ],
  ])('%s', (_name, text, line) => {
    expect(load(text).lines).toEqual([`boards/x.json: ${line}`])
  })
})
