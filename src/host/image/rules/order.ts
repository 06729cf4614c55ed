import type { AnyNode } from 'acorn'
import { type FunctionNode, isFunction, type Name, type Names, scopeOf } from './scope'
import type { Finding, Script } from './script'

/**
 * Espruino hoists neither functions nor variables: a name exists from the moment its declaration runs, and what is assigned
 * before that becomes a global. So every use must stand behind a declaration that is sure to have run. For a function that
 * holds when it is called or handed on, and for all that it may call in turn.
 */
export function checkOrder(script: Script, names: Names): Finding[] {
  return [...checkUses(script, names), ...checkTopLevel(script)]
}

function checkUses(script: Script, { references, nameOf }: Names): Finding[] {
  /** What a function reads of the scope that it stands in. */
  const needs = new Map<FunctionNode, Set<Name>>()
  /** What calling a name may read of the name's own scope: the needs of the functions that it may hold. */
  const holds = new Map<Name, Set<Name>>()
  const add = <Key>(to: Map<Key, Set<Name>>, key: Key, names: Iterable<Name>) => {
    to.set(key, new Set([...(to.get(key) ?? []), ...names]))
  }
  /** The name of the same scope that a value is merely stored in, so that nothing runs yet. */
  const stored = (ancestors: AnyNode[]): Name | undefined => {
    const target = storedIn(ancestors)
    const name = target && nameOf.get(target)
    return name && name.scope === scopeOf(ancestors.slice(0, -1)) ? name : undefined
  }
  for (const { name, through, ancestors } of references) {
    if (!name) continue
    if (through) add(needs, through, [name])
    const keeper = !through && stored(ancestors)
    if (keeper) add(holds, keeper, [name])
  }
  const functions = script.nodes.flatMap(({ node, ancestors }) => (isFunction(node) ? [{ node, ancestors }] : []))
  const findings: Finding[] = []
  for (const { node, ancestors } of functions) {
    const keeper = node.type === 'FunctionDeclaration' ? nameOf.get(node.id) : stored(ancestors)
    if (keeper) add(holds, keeper, needs.get(node) ?? [])
    if (node.type === 'FunctionDeclaration' && keeper && keeper.extents.length > 1) {
      const message = `\`${keeper.text}\` is declared twice, which changes the first function too; use another name`
      findings.push({ at: node.start, message })
    }
  }

  const checkNeeds = (first: Iterable<Name>, at: number, what: string) => {
    const reached = new Set(first)
    for (const name of reached) for (const next of holds.get(name) ?? []) reached.add(next)
    for (const name of reached) {
      if (isDeclared(name, at)) continue
      findings.push({ at, message: `${what} before \`${name.text}\`, which it uses, is declared; declare that first` })
    }
  }
  for (const { node, name, through, ancestors } of references) {
    if (!name || through) continue
    if (!isDeclared(name, node.start)) {
      const message = `\`${name.text}\` is used where its declaration may not have run`
      findings.push({ at: node.start, message: `${message}; declare it above, outside any branch` })
    } else if (!isAssigned(node, ancestors) && !stored(ancestors)) {
      checkNeeds(holds.get(name) ?? [], node.start, `\`${name.text}\` is called or handed on`)
    }
  }
  for (const { node, ancestors } of functions) {
    if (node.type === 'FunctionExpression' && !stored(ancestors)) {
      checkNeeds(needs.get(node) ?? [], node.start, 'a function is called or handed on')
    }
  }
  return findings
}

function isDeclared(name: Name, at: number): boolean {
  return name.extents.some(({ from, to }) => at >= from && at < to)
}

function isAssigned(node: AnyNode, ancestors: AnyNode[]): boolean {
  const parent = ancestors[ancestors.length - 2]
  return parent.type === 'AssignmentExpression' && parent.left === node
}

/** The identifier that the value, last of `ancestors`, is stored in, alone or within a literal; undefined if it goes elsewhere. */
function storedIn(ancestors: AnyNode[]): AnyNode | undefined {
  let value = ancestors[ancestors.length - 1]
  for (let i = ancestors.length - 2; i >= 0; i--) {
    const parent = ancestors[i]
    if (parent.type === 'VariableDeclarator') return parent.init === value ? parent.id : undefined
    if (parent.type === 'AssignmentExpression') {
      const isOnlyStored = parent.operator === '=' && parent.right === value && isDiscarded(ancestors.slice(0, i + 1))
      return isOnlyStored ? parent.left : undefined
    }
    const passesOn =
      parent.type === 'ObjectExpression' ||
      parent.type === 'ArrayExpression' ||
      parent.type === 'LogicalExpression' ||
      (parent.type === 'Property' && parent.kind === 'init') ||
      (parent.type === 'ConditionalExpression' && parent.test !== value)
    if (!passesOn) return
    value = parent
  }
}

/** Whether nobody takes the value of the expression that is the last of `ancestors`. */
function isDiscarded(ancestors: AnyNode[]): boolean {
  const node = ancestors[ancestors.length - 1]
  const parent = ancestors[ancestors.length - 2]
  if (parent.type !== 'SequenceExpression') return parent.type === 'ExpressionStatement'
  return parent.expressions[parent.expressions.length - 1] !== node || isDiscarded(ancestors.slice(0, -1))
}

/** An image is declarations and one call behind them: what runs sooner finds half of them missing. */
function checkTopLevel(script: Script): Finding[] {
  const top = script.nodes.filter(({ ancestors }) => !ancestors.slice(0, -1).some(isFunction)).map(({ node }) => node)
  const isDeclaration = (node: AnyNode) => node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration'
  const last = Math.max(0, ...top.filter(isDeclaration).map(({ start }) => start))
  return top
    .filter(({ type, start }) => (type === 'CallExpression' || type === 'NewExpression') && start < last)
    .map(({ start }) => ({
      at: start,
      message: 'a call at top level stands before the last declaration; move it into the function that the entry calls',
    }))
}
