import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { scenarios } from './scenarios'
import { statements, statementsOf } from './statements'

const tests = new URL('../', import.meta.url)

/** The statements that a test carries in its name, which is a text on one line. */
function named(): string[] {
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  return files
    .filter(name => name.endsWith('.ts') && !name.endsWith('coverage.test.ts'))
    .flatMap(name => readFileSync(new URL(name, tests), 'utf8').split('\n'))
    .filter(line => !/^\s*(\/\/|\*|\/\*)/.test(line))
    .flatMap(line => [...line.matchAll(/\bmqtt(?:311|5)_[\w.-]*\w/g)].map(([statement]) => statement))
}

const found = new Set(named())
/** Those of the scenarios as well, each of which scenarios.test.ts plays under a name that says them. */
const played = new Set([...found, ...scenarios.flatMap(statementsOf)])

describe('the statements of the standards that bind a client', () => {
  it.each([
    ['encode', /encode/, 121],
    ['decode-reject', /decode-reject/, 81],
    ['client', /client/, 198],
    ['api', /api/, 66],
  ])('of kind %s each have a test that carries them', (_, kind, count) => {
    const wanted = Object.keys(statements).filter(id => kind.test(statements[id]))
    expect(wanted.filter(id => !played.has(id))).toEqual([])
    expect(wanted).toHaveLength(count)
  })

  it('about encoding and decoding have one that reads or writes bytes, beside what the scenarios play', () => {
    const wanted = Object.keys(statements).filter(id => /encode|decode-reject/.test(statements[id]))
    expect(wanted).toHaveLength(168)
    expect(wanted.filter(id => !found.has(id))).toEqual([])
  })

  it('are the only ones that tests carry', () => {
    expect([...played].filter(id => !statements[id])).toEqual([])
  })
})
