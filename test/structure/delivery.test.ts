import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { fieldAt } from '../../src/host/boards/schema'
import { reasonName } from '../../src/host/reason-names'

const page = readFileSync(fileURLToPath(new URL('../../docs/delivery.md', import.meta.url)), 'utf8')

describe('docs/delivery.md', () => {
  it('has every reason code of a failure in the words that the rest of the project uses', () => {
    const rows = [...page.matchAll(/^\| (1\d\d) \| (.+) \|$/gm)].map(([, code, name]) => [Number(code), name])
    const codes = Array.from({ length: 35 }, (_, i) => 128 + i)
    expect(rows).toEqual(codes.map(code => [code, reasonName(code)]))
  })

  it('names only fields that a board file has', () => {
    const named = [...page.matchAll(/`"?((?:mqtt|publish|limits)\.\w+)/g)].map(([, path]) => path)
    expect(new Set(named).size).toBeGreaterThan(10)
    expect(named.filter(path => !fieldAt(path))).toEqual([])
  })
})
