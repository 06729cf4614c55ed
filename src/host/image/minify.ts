import { type Identifier, type Node, parse, type VariableDeclaration } from 'acorn'
import { simple } from 'acorn-walk'
import { type MinifyOptions, minify } from 'terser'
import type { LogLevel } from '../boards'
import { keepLog } from './log'

/** Properties of the runtimes that would be taken for private ones of ours. */
const RUNTIME_NAMES = ['_fd', '_wbuf', '_dev', '_events']

const options: MinifyOptions = {
  ecma: 5,
  toplevel: true,
  compress: {
    ecma: 5,
    passes: 3,
    // Espruino does not hoist.
    hoist_funs: true,
    hoist_vars: true,
    // Otherwise a function that is used once becomes an expression, made again at each call: 10 % of a publish.
    reduce_funcs: false,
    // Otherwise `default` comes before a `case`, which Espruino refuses.
    switches: false,
    // Otherwise variables come along with a function's body, declared behind their first use.
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
  // Bytes above 0x7f leave as \xHH, which is the same on every engine and every uploader.
  format: { ecma: 5, ascii_only: true, comments: false },
  sourceMap: { asObject: true },
}

/** Minifies a script that prints what `level` says. The result may hold `const`: replaceConst() takes it out. */
export async function minifyScript(code: string, level: LogLevel): Promise<{ code: string; map: string }> {
  const minified = await minify(restoreConstants(keepLog(code, level)), options)
  return { code: minified.code ?? '', map: JSON.stringify(minified.map) }
}

/** Gives top-level numbers that never change their `const` back, which ES5 took: terser folds those into functions only then. */
function restoreConstants(code: string): string {
  const assigned = assignedNames(code)
  return redeclare(code, 'const', ({ declarations }) =>
    declarations.every(({ id, init }) => id.type === 'Identifier' && !assigned.has(id.name) && isNumber(init)),
  )
}

/** Puts `keyword` for each `const` at top level: those that terser would rather name than repeat. */
export function replaceConst(code: string, keyword: string): string {
  return redeclare(code, keyword, ({ kind }) => kind === 'const')
}

function isNumber(value: Node | null | undefined): boolean {
  const node = value as VariableDeclaration['declarations'][number]['init']
  if (node?.type === 'UnaryExpression') return node.operator === '-' && isNumber(node.argument)
  return node?.type === 'Literal' && typeof node.value === 'number'
}

function redeclare(code: string, keyword: string, isMeant: (declaration: VariableDeclaration) => boolean): string {
  const { body } = parse(code, { ecmaVersion: 2020, sourceType: 'module' })
  const meant = body.filter(statement => statement.type === 'VariableDeclaration' && isMeant(statement))
  return meant.reduceRight((text, { start }) => text.slice(0, start) + text.slice(start).replace(/^\w+/, keyword), code)
}

/** Names that get a value anywhere but in their declaration. */
function assignedNames(code: string): Set<string> {
  const names = new Set<string>()
  const note = (target: Node) => {
    if (target.type === 'Identifier') names.add((target as Identifier).name)
  }
  simple(parse(code, { ecmaVersion: 2020, sourceType: 'module' }), {
    AssignmentExpression: ({ left }) => note(left),
    UpdateExpression: ({ argument }) => note(argument),
    ForInStatement: ({ left }) => note(left),
  })
  return names
}
