import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { project } from '../../src/host/image'
import * as library from '../../src/index'
import { examples } from './program'

const read = (path: string) => readFileSync(join(project, path), 'utf8')

/** The blocks of TypeScript on a page. */
function blocks(page: string): string[] {
  return [...read(page).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code)
}

/** What pieces of a program take for granted. */
const prelude = `
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ${Object.keys(library)} } from 'mqtt-mote'
import type { ClientEvent, Ended } from 'mqtt-mote'
import { net, reasonName, returnCodeName, run, tls, websocket } from 'mqtt-mote/node'
`

/** What TypeScript has against the files of a configuration, and against programs by their paths. */
function faultsOf(config: string, programs: Record<string, string> = {}): string[] {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    config,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} },
  )
  if (!parsed) throw new Error(`${config} cannot be read`)
  // Pieces use no more than they show.
  const options = { ...parsed.options, noEmit: true, noUnusedLocals: false }
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile } = host
  host.fileExists = file => file in programs || fileExists(file)
  host.getSourceFile = (file, version) =>
    file in programs ? ts.createSourceFile(file, programs[file], version) : getSourceFile(file, version)
  const program = ts.createProgram([...parsed.fileNames, ...Object.keys(programs)], options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
}

describe('the examples', () => {
  it.each(['tsconfig.json', 'kaluma/tsconfig.json'])('type-check by examples/%s', file => {
    expect(faultsOf(join(examples, file))).toEqual([])
  })
})

describe.each(['README.md', 'docs/library.md'])('%s', page => {
  it('holds programs that type-check', () => {
    const isWhole = (block: string) => block.startsWith('import ')
    const wholes = blocks(page).filter(isWhole)
    // Pieces build on those before them.
    const pieces = blocks(page).filter(block => !isWhole(block))
    const programs = [...wholes, prelude + pieces.join('')]
    expect(wholes.length).toBeGreaterThan(0)
    const named = programs.map((text, i) => [join(examples, `block-${i}.ts`), text])
    expect(faultsOf(join(examples, 'tsconfig.json'), Object.fromEntries(named))).toEqual([])
  })

  it('links to files that are there', () => {
    const links = [...read(page).matchAll(/\]\((?!\w+:)([^)#]+)/g)].map(([, link]) => link)
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter(link => !existsSync(join(project, dirname(page), link)))).toEqual([])
  })

  it('says what each of paho’s six callbacks and loops is here', () => {
    const rows = read(page)
      .split('\n')
      .filter(line => line.startsWith('| `'))
    for (const event of ['connect', 'disconnect', 'publish', 'subscribe', 'unsubscribe', 'message'])
      expect(rows.filter(row => row.startsWith(`| \`on_${event}\` | event \`${event}\``))).toHaveLength(1)
    for (const loop of ['loop()', 'loop_start()', 'loop_forever()', 'loop_stop()'])
      expect(rows.filter(row => row.split('|')[1].includes(`\`${loop}\``))).toHaveLength(1)
  })
})

describe('docs/library.md', () => {
  it.each(['publish.ts', 'subscribe.ts'])('shows examples/%s as it is', file => {
    const [, ...lines] = read(`examples/${file}`).split('\n')
    expect(blocks('docs/library.md')).toContain(lines.join('\n'))
  })
})
