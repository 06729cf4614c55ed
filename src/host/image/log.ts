import { type CallExpression, parse } from 'acorn'
import { simple } from 'acorn-walk'
import type { LogLevel } from '../boards'

/** The console's methods in device source, by what they are for. */
const LEVELS: Record<string, LogLevel> = { error: 'error', warn: 'warn', log: 'info', debug: 'debug' }
const ORDER: LogLevel[] = ['off', 'error', 'warn', 'info', 'debug']

/** The method of a call of `console`; undefined for any other call. */
function methodOf({ callee }: CallExpression): string | undefined {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || callee.object.name !== 'console')
    return undefined
  return callee.property.type === 'Identifier' ? callee.property.name : undefined
}

/**
 * A script that prints up to `level` by console.log(), which is what the runtimes have, and for the rest does nothing. No
 * character moves, so that a map of the script stays right.
 */
export function keepLog(code: string, level: LogLevel): string {
  const edits: { start: number; end: number; text: string }[] = []
  simple(parse(code, { ecmaVersion: 2020, sourceType: 'module' }), {
    CallExpression(call) {
      const method = methodOf(call)
      if (method === undefined || LEVELS[method] === undefined) return
      const isKept = ORDER.indexOf(LEVELS[method]) <= ORDER.indexOf(level)
      const { start, end } = isKept ? call.callee : call
      edits.push({ start, end, text: isKept ? 'console.log' : 'void 0' })
    },
  })
  // From behind: a call inside a call goes first.
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((text, edit) => {
      const blank = text.slice(edit.start + edit.text.length, edit.end).replace(/[^\n]/g, ' ')
      return text.slice(0, edit.start) + edit.text + blank + text.slice(edit.end)
    }, code)
}
