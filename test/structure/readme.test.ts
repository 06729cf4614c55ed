import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
}

describe('the README', () => {
  it('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read('README.md').matchAll(/npm (?:run )?(start|test|build|check|sizes|bench)\b/g)].map(
      match => match[1],
    )
    expect(new Set(named).size).toBeGreaterThan(4)
    expect(named.filter(name => !(name in scripts))).toEqual([])
  })

  it('tells the test command that CI runs', () => {
    expect(read('README.md')).toContain('npm ci && npm test')
    expect(read('.ci/run')).toContain('npm ci && npm test')
  })
})
