import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import type { Runtime } from '../../src/host/boards'
import { compile } from '../../src/host/image/compile'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * A script as images are made, of device code that imports from 'src/…'; it is in the dialect of its board, or this
 * throws.
 */
export function image(runtime: Runtime, code: string, version: string): Promise<string> {
  return compile({ root, entry: code.replaceAll("from 'src/", `from '${root}src/`), name: 'wire', runtime, version })
}

/** A module of this folder as the text of device code. */
export function deviceCode(name: string): string {
  const source = readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll("from '../../src/", "from 'src/")
  return ts
    .transpile(source, { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.ESNext, ignoreDeprecations: '5.0' })
    .replace(/^export /gm, '')
}
