import type { AnyNode, FunctionDeclaration, FunctionExpression, Identifier } from 'acorn'
import type { Script } from './script'

export type FunctionNode = FunctionDeclaration | FunctionExpression

/** Something declared: a variable, function, parameter or caught value. */
export interface Name {
  text: string
  /** The function, program or catch clause that it belongs to. */
  scope: AnyNode
  /** Stretches of source that only run after one of its declarations did. */
  extents: { from: number; to: number }[]
  /** Whether one of its declarations is a function statement. */
  isFunction: boolean
}

export interface Reference {
  node: Identifier
  ancestors: AnyNode[]
  /** Undefined: declared nowhere, so the runtime's. */
  name: Name | undefined
  /** The outermost function between the name's scope and the reference, if any. */
  through: FunctionNode | undefined
}

export interface Names {
  references: Reference[]
  /** What an identifier stands for, be it a reference or a declaration. */
  nameOf: Map<AnyNode, Name>
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression'
}

/** The function or program that a node's variables and functions belong to; `ancestors` without the node itself. */
export function scopeOf(ancestors: AnyNode[]): AnyNode {
  return ancestors.findLast(one => isFunction(one) || one.type === 'Program') as AnyNode
}

/** Resolves all names by the scopes of ES5. */
export function resolveNames(script: Script): Names {
  const { scopes, nameOf } = declarations(script)
  const references: Reference[] = []
  for (const { node, ancestors } of script.nodes) {
    if (node.type !== 'Identifier' || nameOf.has(node)) continue
    const reference = { node, ancestors, ...resolve(scopes, node.name, ancestors) }
    references.push(reference)
  }
  for (const { node, name } of references) if (name) nameOf.set(node, name)
  return { references, nameOf }
}

type Scopes = Map<AnyNode, Map<string, Name>>

function resolve(scopes: Scopes, text: string, ancestors: AnyNode[]): Pick<Reference, 'name' | 'through'> {
  let through: FunctionNode | undefined
  for (const owner of ancestors.toReversed()) {
    const name = scopes.get(owner)?.get(text)
    if (name) return { name, through }
    if (isFunction(owner)) through = owner
  }
  return { name: undefined, through }
}

function declarations(script: Script): { scopes: Scopes; nameOf: Map<AnyNode, Name> } {
  const scopes: Scopes = new Map()
  const nameOf = new Map<AnyNode, Name>()
  const declare = (scope: AnyNode, id: AnyNode | null | undefined, from: number, to: number, isFunction = false) => {
    if (id?.type !== 'Identifier') return
    const names = scopes.get(scope) ?? new Map<string, Name>()
    const name = names.get(id.name) ?? { text: id.name, scope, extents: [], isFunction: false }
    name.extents.push({ from, to })
    name.isFunction ||= isFunction
    scopes.set(scope, names.set(id.name, name))
    nameOf.set(id, name)
  }
  for (const { node, ancestors } of script.nodes) {
    const around = ancestors.slice(0, -1)
    if (node.type === 'VariableDeclarator') {
      // Espruino makes the variable first and works out its value then.
      declare(scopeOf(around), node.id, node.id.end, extentEnd(around))
    } else if (node.type === 'CatchClause') {
      declare(node, node.param, node.start, node.end)
    } else if (isFunction(node)) {
      if (node.type === 'FunctionDeclaration') declare(scopeOf(around), node.id, node.start, extentEnd(ancestors), true)
      else declare(node, node.id, node.start, node.end, true)
      for (const parameter of node.params) declare(node, parameter, node.start, node.end)
    }
  }
  return { scopes, nameOf }
}

/** Where the stretch ends that the declaration, last of `ancestors`, is sure to have run in: with its list of statements. */
function extentEnd(ancestors: AnyNode[]): number {
  let statement = ancestors[ancestors.length - 1]
  for (const parent of ancestors.slice(0, -1).toReversed()) {
    if (parent.type === 'Program' || parent.type === 'BlockStatement' || parent.type === 'SwitchCase') return parent.end
    const inHead =
      (parent.type === 'ForStatement' && parent.init === statement) ||
      (parent.type === 'ForInStatement' && parent.left === statement)
    if (!inHead) return statement.end
    statement = parent
  }
  return statement.end
}
