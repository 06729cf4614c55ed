import { type AnyNode, type Options, parse, type Token } from 'acorn'
import { fullAncestor } from 'acorn-walk'

/** Something that an engine does not take, or takes for something else. `at`: offset in the source. */
export interface Finding {
  at: number
  /** Names the construct, and what to write instead. */
  message: string
}

/** A parsed image, as the rules see it. */
export interface Script {
  source: string
  tokens: Token[]
  /** Every node with its ancestors, outermost first, itself last. */
  nodes: { node: AnyNode; ancestors: AnyNode[] }[]
}

/** Parses ES5 as a script; throws acorn's SyntaxError, whose `pos` is the offset. */
export function parseScript(source: string): Script {
  const tokens: Token[] = []
  const options: Options = { ecmaVersion: 5, sourceType: 'script', onToken: tokens }
  const nodes: Script['nodes'] = []
  fullAncestor(parse(source, options), (node, _state, ancestors) => nodes.push({ node, ancestors: ancestors.slice() }))
  return { source, tokens, nodes }
}
