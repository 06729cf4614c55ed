/**
 * The dialect that every image is written in: ES5 without what the engines refuse, or take for something else, even so.
 * Espruino sets the narrower bounds; both boards run the same client, so both are held to them. Only what the runtimes'
 * libraries lack differs.
 */
import { getLineInfo, parse } from 'acorn'
import type { Runtime } from '../boards/board'
import { checkBuiltins } from './rules/builtins'
import { checkOrder } from './rules/order'
import { resolveNames } from './rules/scope'
import { type Finding, parseScript } from './rules/script'
import { checkSemantics } from './rules/semantics'
import { checkSyntax } from './rules/syntax'
import { checkText } from './rules/text'

export interface Fault {
  file: string
  /** Both count from 1. */
  line: number
  column: number
  /** Names the construct, and what to write instead. */
  message: string
}

/** Everything in a script that the runtime would not take, in order of place. Empty: it is in the dialect. */
export function checkDialect(source: string, options: { file: string; runtime: Runtime }): Fault[] {
  return findings(source, options.runtime)
    .sort((a, b) => a.at - b.at)
    .map(({ at, message }) => {
      const { line, column } = getLineInfo(source, at)
      return { file: options.file, line, column: column + 1, message }
    })
}

/** One line for people and editors. */
export function faultText({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`
}

function findings(source: string, runtime: Runtime): Finding[] {
  const found = checkText(source)
  try {
    const script = parseScript(source)
    const names = resolveNames(script)
    found.push(...checkSyntax(script), ...checkSemantics(script, names), ...checkOrder(script, names))
    found.push(...checkBuiltins(script, names, runtime))
    if (runtime === 'kaluma') checkStrict(source)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const { pos } = error as SyntaxError & { pos: number }
    const near = source.slice(Math.max(0, pos - 10), pos + 10).trim()
    found.push({ at: pos, message: `this is not ES5, near \`${near}\`; write it as ES5 does` })
  }
  return found
}

const STRICT = '"use strict";'

/** Kaluma parses programs as strict code. Throws where that is not possible. */
function checkStrict(source: string) {
  try {
    parse(STRICT + source, { ecmaVersion: 5, sourceType: 'script' })
  } catch (error) {
    if (error instanceof SyntaxError) (error as SyntaxError & { pos: number }).pos -= STRICT.length
    throw error
  }
}
