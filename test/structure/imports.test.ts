import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../../src', import.meta.url))

/** The parts of the house, the longest path first, and what each may import: a part, or a part's types only. */
const parts: Record<string, { may: string[]; mayTypes?: string[] }> = {
  'hal/contract': { may: [] },
  'hal/espruino': { may: ['hal/espruino'], mayTypes: ['hal/contract'] },
  'hal/kaluma': { may: ['hal/kaluma'], mayTypes: ['hal/contract'] },
  wire: { may: ['wire'] },
  client: { may: ['wire', 'client'], mayTypes: ['hal/contract'] },
  sensors: { may: [], mayTypes: ['hal/contract'] },
  app: { may: ['client', 'app'], mayTypes: ['hal/contract', 'sensors'] },
  host: {
    may: [
      'host',
      'wire',
      'client',
      'library',
      'index',
      'hal/contract',
      'hal/espruino',
      'hal/kaluma',
      'sensors',
      'app',
      'node',
      'npm',
      'data',
    ],
  },
  library: { may: ['library', 'wire', 'client'], mayTypes: ['hal/contract'] },
  index: { may: ['library', 'wire', 'client'], mayTypes: ['hal/contract'] },
}
const device = ['hal/contract', 'hal/espruino', 'hal/kaluma', 'wire', 'client', 'sensors', 'app']

interface Edge {
  file: string
  from: string
  to: string
  target: string
  typesOnly: boolean
}

function partOf(path: string): string {
  return Object.keys(parts).find(part => path === part || path.startsWith(`${part}/`)) ?? path
}

function sources(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
}

function edgesOf(file: string): Edge[] {
  const text = readFileSync(join(src, file), 'utf8')
  const statements = text.matchAll(
    /^(?:import|export)\b([^'";]*?)\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...statements].map(([, clause = '', static1, static2, dynamic]) => {
    const target = static1 ?? static2 ?? dynamic
    const path = normalize(join(dirname(file), target))
    const inside = target.endsWith('.json') ? 'data' : partOf(path)
    const to = target.startsWith('node:') ? 'node' : target.startsWith('.') ? inside : 'npm'
    const names =
      clause
        .match(/\{([^}]*)\}/)?.[1]
        .split(',')
        .filter(name => name.trim()) ?? []
    const typesOnly = /^\s*type\b/.test(clause) || (names.length > 0 && names.every(name => /^\s*type\b/.test(name)))
    return { file, from: partOf(file.replace(/\.ts$/, '')), to, target: path, typesOnly }
  })
}

function isAllowed({ from, to, typesOnly, file, target }: Edge): boolean {
  const rule = parts[from]
  if (!rule) return false
  // A sensor may use its own conversion and what several share, not another sensor.
  if (from === 'sensors' && to === 'sensors')
    return /^sensors\/shared\//.test(target) || target.split('/')[1]?.startsWith(file.split('/')[1].replace('.ts', ''))
  return rule.may.includes(to) || (typesOnly && (rule.mayTypes ?? []).includes(to))
}

describe('the parts of src', () => {
  it('import along the arrows of the house and no other way', () => {
    const edges = sources().flatMap(edgesOf)
    expect(edges.length).toBeGreaterThan(30)
    expect(edges.filter(edge => !isAllowed(edge)).map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  it('holds nothing on the device but ASCII, so that an image has no byte that a file encoding could change', () => {
    const files = sources().filter(file => device.includes(partOf(file.replace(/\.ts$/, ''))))
    expect(files.length).toBeGreaterThan(10)
    const odd = files.filter(file => /[^\t\n\x20-\x7e]/.test(readFileSync(join(src, file), 'utf8')))
    expect(odd.map(file => relative(src, join(src, file)))).toEqual([])
  })
})
