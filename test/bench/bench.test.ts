import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTESTANTS } from '../../bench/node/contestants'
import { OPERATIONS, VERSIONS } from '../../bench/node/operations'
import { holds, type Results, type Section, withSections } from '../../bench/report'
import { clientFeatures } from '../../src/host/image/client'

const project = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'mqtt-mote-bench-'))
let results: Results

/** What `npm run bench -- --quick` finds where no engine is given. Its exit code is about budgets, which are looked at below. */
function bench(): Promise<Results> {
  const file = join(folder, 'results.json')
  const env = { ...process.env, ESPRUINO: '', KALUMA: '' }
  const args = ['--import', 'tsx', 'bench/main.ts', '--quick', '--out', file]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: project, env }, (error, _stdout, stderr) => {
      if (error && !stderr.includes('missed:')) reject(error)
      else resolve(JSON.parse(readFileSync(file, 'utf8')))
    })
  })
}

function rowsOf(section: Section, title: string): Section['tables'][number]['rows'] {
  const table = section.tables.find(one => one.title.startsWith(title))
  expect(table).toBeDefined()
  return table?.rows ?? []
}

beforeAll(async () => {
  results = await bench()
}, 240_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('the bench', () => {
  it.each(['Packets or matches per second', 'Bytes allocated'])(
    'has a row for each operation in both versions: %s',
    title => {
      const rows = rowsOf(results.node, title)
      const expected = VERSIONS.flatMap(version => OPERATIONS.map(operation => [operation, version]))
      expect(rows.map(row => row.slice(0, 2))).toEqual(expected)
    },
  )

  it('finds a positive figure wherever a contestant has the operation', () => {
    for (const title of ['Packets or matches per second', 'Bytes allocated']) {
      for (const [operation, version, ...figures] of rowsOf(results.node, title)) {
        figures.forEach((figure, i) => {
          const { name, operations } = CONTESTANTS[i]
          const has = Object.keys(operations(version as '3.1.1' | '5.0')).includes(operation as string)
          // Matching allocates nothing.
          const least = title === 'Bytes allocated' && operation === 'match topics with filters' ? -1 : 0
          if (has) expect(figure, `${name}: ${operation}`).toBeGreaterThan(least)
          else expect(figure, `${name}: ${operation}`).toBeNull()
        })
      }
    }
  })

  it('holds the budgets of memory, and those of speed at half, whatever else this machine does', () => {
    expect(results.node.budgets).toHaveLength(10)
    for (const budget of results.node.budgets) {
      const lenient = budget.isLeast ? { ...budget, limit: budget.limit / 2 } : budget
      expect(holds(lenient), `${budget.name}: ${budget.figure}`).toBe(true)
    }
  })

  it('says what each packet family adds to an image, and nothing of 5.0 to one of 3.1.1', () => {
    const rows = rowsOf(results.images, 'Bytes of an image')
    for (const [name, older, newer] of rows) {
      if (older !== null) expect(older, `${name}`).toBeGreaterThan(0)
      expect(newer, `${name}`).toBeGreaterThan(0)
    }
    expect(rows.filter(([, older]) => older === null).map(([name]) => name)).toEqual([
      '+ auth',
      '+ properties, written and looked up',
    ])
  })

  it('says what each feature adds to the client: something, and less than everything', () => {
    const rows = rowsOf(results.images, 'Bytes of the client') as [string, number, number][]
    const [, of3, of5] = rows[0]
    const [, all3, all5] = rows[rows.length - 1]
    expect(rows.map(([name]) => name.replace('+ ', ''))).toEqual(Object.keys(clientFeatures))
    for (const [name, older, newer] of rows.slice(1, -1)) {
      expect(older, name).toBeGreaterThan(of3)
      expect(newer, name).toBeGreaterThan(of5)
      expect(older, name).toBeLessThan(all3)
      expect(newer, name).toBeLessThan(all5)
    }
  })

  it('finds about a dozen bytes for a reading under a topic alias, and every board back within a minute', () => {
    for (const budget of [...results.wire.budgets, ...results.outages.budgets])
      expect(holds(budget), `${budget.name}: ${budget.figure}`).toBe(true)
    expect(results.wire.budgets).toHaveLength(1)
    expect(results.outages.budgets).toHaveLength(2)
    const rows = rowsOf(results.outages, 'Seconds until the next reading')
    expect(rows.length).toBeGreaterThanOrEqual(12)
    for (const [name, ...figures] of rows) expect(figures, `${name}`).toHaveLength(6)
  })

  it('does not measure an engine that is not there', () => {
    expect(Object.keys(results)).toEqual(['node', 'images', 'wire', 'outages'])
  })
})

describe('the contestants', () => {
  it.each(VERSIONS)('make the same bytes of the same packet, in MQTT %s', version => {
    for (const operation of OPERATIONS.filter(name => name.startsWith('encode publish'))) {
      const made = CONTESTANTS.map(({ operations }) => operations(version)[operation]?.())
      const lengths = made.map(bytes => (bytes instanceof Uint8Array ? bytes.length : bytes))
      expect(new Set(lengths), operation).toEqual(
        new Set([33 + (operation.endsWith('1') ? 2 : 0) + (version === '5.0' ? 1 : 0)]),
      )
      // All but the reading, which is the next one each time.
      const heads = made.filter(bytes => bytes instanceof Uint8Array).map(bytes => Buffer.from(bytes).subarray(0, -2))
      for (const head of heads) expect(head).toEqual(heads[0])
    }
  })

  it.each(VERSIONS)('connect with the same bytes, in MQTT %s', version => {
    const made = CONTESTANTS.map(({ operations }) =>
      operations(version)['encode connect (will, user name, password)']?.(),
    )
    const ours = Buffer.from(made[0] as Uint8Array)
    expect(ours.length).toBe(version === '5.0' ? 78 : 76)
    for (const bytes of made) {
      if (bytes instanceof Uint8Array) expect(Buffer.from(bytes)).toEqual(ours)
      else expect(bytes).toBe(ours.length)
    }
  })

  it.each(VERSIONS)('find every publish and the same puback, in MQTT %s', version => {
    for (const { name, operations } of CONTESTANTS) {
      const all = operations(version)
      const publishes = all['decode publishes in chunks of 1,460 bytes']
      // Twice: the next call finds nothing left over.
      if (publishes) expect([publishes(), publishes()], name).toEqual([50_000, 50_000])
      expect(all['decode puback']?.() ?? 4660, name).toBe(4660)
    }
  })
})

describe('docs/bench.md', () => {
  it('has a place for every section', () => {
    const text = readFileSync(join(project, 'docs/bench.md'), 'utf8')
    const { node } = results
    const all = { node, images: node, wire: node, outages: node, espruino: node, kaluma: node }
    expect(withSections(text, all).split('Measured 2').length).toBe(7)
  })

  it('says what bench/results.json says', () => {
    const text = readFileSync(join(project, 'docs/bench.md'), 'utf8')
    const kept: Results = JSON.parse(readFileSync(join(project, 'bench/results.json'), 'utf8'))
    expect(withSections(text, kept)).toBe(text)
  })
})
