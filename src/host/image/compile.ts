import { fileURLToPath } from 'node:url'
import typescript from '@rollup/plugin-typescript'
import { type Identifier, type Node, parse, type VariableDeclaration } from 'acorn'
import { simple } from 'acorn-walk'
import type { InputOptions, OutputOptions, Plugin } from 'rollup'
import { type MinifyOptions, minify } from 'terser'
import { checkDialect } from './dialect'

const project = fileURLToPath(new URL('../../..', import.meta.url))

/** Names of the runtimes that look like ours: properties that begin with `_` and a letter are renamed otherwise. */
const RUNTIME_NAMES = ['_fd', '_wbuf', '_dev', '_events']

/** Each option is measured on the real engines; see design notes in docs/. */
const terserOptions: MinifyOptions = {
  ecma: 5,
  toplevel: true,
  compress: {
    ecma: 5,
    passes: 3,
    // Neither engine can be trusted to hoist: Espruino does not.
    hoist_funs: true,
    hoist_vars: true,
    // A function used once would become an expression that is made again at each call.
    reduce_funcs: false,
    // Puts `default` before a `case`, which Espruino refuses.
    switches: false,
    // Functions with variables of their own stay functions: the entry's would spill over the top level.
    inline: 2,
    pure_getters: true,
    keep_fargs: false,
  },
  mangle: {
    toplevel: true,
    // Keywords of Espruino's lexer.
    reserved: ['of', 'static', 'let'],
    properties: { regex: /^_[a-z]/, reserved: RUNTIME_NAMES },
  },
  format: { ecma: 5, ascii_only: true, comments: false },
}

/** The same script with another keyword before the top-level declarations that `choose` picks. */
function redeclare(code: string, keyword: string, choose: (declaration: VariableDeclaration) => boolean): string {
  const { body } = parse(code, { ecmaVersion: 2020, sourceType: 'module' })
  const chosen = body.filter(statement => statement.type === 'VariableDeclaration' && choose(statement))
  return chosen.reduceRight(
    (text, { start }) => text.slice(0, start) + text.slice(start).replace(/^\w+/, keyword),
    code,
  )
}

/** Names that a script gives a value anywhere but where it declares them. */
function assignedNames(code: string): Set<string> {
  const names = new Set<string>()
  const note = (target: Node) => {
    if (target.type === 'Identifier') names.add((target as Identifier).name)
  }
  simple(parse(code, { ecmaVersion: 2020, sourceType: 'module' }), {
    AssignmentExpression: node => note(node.left),
    UpdateExpression: node => note(node.argument),
  })
  return names
}

/**
 * Gives top-level numbers that never change their `const` back, which ES5 took: terser folds those into functions and no
 * others.
 */
export function restoreConstants(code: string): string {
  const assigned = assignedNames(code)
  return redeclare(code, 'const', ({ declarations }) =>
    declarations.every(({ id, init }) => {
      const number = init?.type === 'UnaryExpression' && init.operator === '-' ? init.argument : init
      const isNumber = number?.type === 'Literal' && typeof number.value === 'number'
      return id.type === 'Identifier' && isNumber && !assigned.has(id.name)
    }),
  )
}

/** Answers one module from memory. */
function virtualModule(id: string, code: string): Plugin {
  return {
    name: 'mqtt-mote:entry',
    resolveId: source => (source === id ? id : null),
    load: source => (source === id ? code : null),
  }
}

/** The switch that cuts across every packet: an image of MQTT 3.1.1 holds nothing of 5.0. */
function protocolVersion(version: string): Plugin {
  return {
    name: 'mqtt-mote:version',
    load: source => (/\/src\/wire\/v5\.ts$/.test(source) && version !== '5.0' ? 'export const V5 = false' : null),
  }
}

/** Minifies, and refuses what the engine would. */
function minifier(runtime: 'espruino' | 'kaluma', file: string): Plugin {
  return {
    name: 'mqtt-mote:minify',
    async renderChunk(code) {
      const { code: minified } = await minify(restoreConstants(code), terserOptions)
      if (!minified) throw new Error(`${file}: nothing is left of the image`)
      // A constant that terser would rather name than repeat.
      const image = redeclare(minified, 'var', declaration => declaration.kind === 'const')
      const faults = checkDialect(image, { file, runtime })
      if (faults.length > 0) {
        throw new Error(faults.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'))
      }
      return image
    },
  }
}

/** What rollup needs to make the image `file` from an entry module: the one way in which images are made. */
export function rollupOptions(
  entry: string,
  target: { file: string; runtime: 'espruino' | 'kaluma'; version: string },
): { input: InputOptions; output: OutputOptions } {
  const id = `${project}src/entry.js`
  return {
    input: {
      input: id,
      treeshake: { propertyReadSideEffects: false },
      plugins: [
        virtualModule(id, entry),
        protocolVersion(target.version),
        typescript({
          tsconfig: `${project}tsconfig.device.json`,
          include: [`${project}src/{wire,client,hal,sensors,app}/**/*.ts`],
          compilerOptions: { noEmit: false },
        }),
      ],
      onwarn: warning => {
        throw new Error(warning.message)
      },
    },
    output: {
      format: 'es',
      strict: false,
      externalLiveBindings: false,
      freeze: false,
      generatedCode: { preset: 'es5', symbols: false },
      plugins: [minifier(target.runtime, target.file)],
    },
  }
}
