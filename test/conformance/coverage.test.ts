import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const tests = new URL('../', import.meta.url)

/** The statements of the standards that bind a client, `mqtt311_…` and `mqtt5_…`, and of what kind they are. */
const statements: Record<string, string> = JSON.parse(
  readFileSync(new URL('./statements.json', import.meta.url), 'utf8'),
)

/** Those of what we write and read that no codec can keep or break, and who does. */
const elsewhere: Record<string, string> = {
  'mqtt311_6.0.0-3': 'the handshake of a WebSocket belongs to its link',
  'mqtt5_6.0.0-3': 'the handshake of a WebSocket belongs to its link',
  'mqtt5_3.3.4-9': 'what is in flight is counted by the client',
}

/** The statements that a test carries in its name, which is a text on one line. */
function carried(): Set<string> {
  const found = new Set<string>()
  for (const folder of ['wire/', 'wire/vectors/', 'conformance/']) {
    for (const name of readdirSync(new URL(folder, tests))) {
      if (!name.endsWith('.ts') || name === 'coverage.test.ts') continue
      const lines = readFileSync(new URL(folder + name, tests), 'utf8').split('\n')
      for (const line of lines.filter(line => !/^\s*(\/\/|\*|\/\*)/.test(line)))
        for (const [statement] of line.matchAll(/\bmqtt(?:311|5)_[\w.-]*\w/g)) found.add(statement)
    }
  }
  return found
}

describe('the statements about encoding and decoding', () => {
  const wanted = Object.keys(statements).filter(id => /encode|decode-reject/.test(statements[id]))

  it('each have a test that carries them', () => {
    const found = carried()
    expect(wanted).toHaveLength(168)
    expect(wanted.filter(id => !found.has(id) && !elsewhere[id])).toEqual([])
    expect(wanted.filter(id => found.has(id) && elsewhere[id])).toEqual([])
  })

  it('are the only ones that tests carry', () => {
    expect([...carried()].filter(id => !statements[id])).toEqual([])
  })
})
