import type { AnyNode } from 'acorn'
import { checkRegExp } from './regexp'
import type { Names, Reference } from './scope'
import type { Finding, Script } from './script'

/** What parses everywhere and means something else, or throws, on one of the runtimes. */
export function checkSemantics(script: Script, names: Names): Finding[] {
  const findings: Finding[] = []
  for (const { node, ancestors } of script.nodes) {
    const message = checkNode(node, ancestors) ?? checkCompound(node, script, names)
    if (message) findings.push({ at: node.start, message })
  }
  for (const reference of names.references) {
    const message = checkReference(reference)
    if (message) findings.push({ at: reference.node.start, message })
  }
  return findings
}

const LENGTH = 'the length of an array cannot be set; use splice(), or name the field otherwise'

function checkNode(node: AnyNode, ancestors: AnyNode[]): string | undefined {
  if (node.type === 'AssignmentExpression' && propertyOf(node.left) === 'length') return LENGTH
  if (node.type === 'UpdateExpression' && propertyOf(node.argument) === 'length') return LENGTH
  if (node.type === 'UnaryExpression' && node.operator === 'delete' && isInForIn(ancestors)) {
    return '`delete` inside for-in ends the loop; go through Object.keys() instead'
  }
  if (node.type === 'BinaryExpression' && node.operator === 'instanceof' && textOf(node.right) === 'Error') {
    return 'errors of the runtime are not `instanceof Error`; look at what was thrown instead'
  }
}

/** `a += f()` reads `a` when f() is done, which matters where f() may have changed it. */
function checkCompound(node: AnyNode, script: Script, { references, nameOf }: Names): string | undefined {
  if (node.type !== 'AssignmentExpression' || node.operator === '=') return
  const { left, operator, right } = node
  const callsOurs = script.nodes.some(({ node: call, ancestors }) => {
    return call.type === 'CallExpression' && nameOf.has(call.callee) && ancestors.includes(right)
  })
  const target = nameOf.get(left)
  const isPrivate = target && !references.some(one => one.name === target && one.through && isAssigned(one))
  if (callsOurs && !isPrivate) return `\`${operator}\` takes the old value after the call; call first, into a variable`
}

function checkReference(reference: Reference): string | undefined {
  const { node, name, ancestors } = reference
  const parent = ancestors[ancestors.length - 2]
  const property = parent.type === 'MemberExpression' && parent.object === node ? propertyOf(parent) : undefined
  if (name?.isFunction && property === 'name') return 'functions have no name on Espruino; write the text'
  if (name) return
  if (node.name === 'arguments') return checkArguments(property, ancestors)
  if (property === 'prototype') return checkPrototype(node.name, ancestors.slice(0, -2))
  if ((parent.type === 'CallExpression' || parent.type === 'NewExpression') && parent.callee === node) {
    return node.name === 'RegExp' ? checkPattern(parent.arguments) : checkTimer(node.name, parent.arguments)
  }
  if (isAssigned(reference))
    return `\`${node.name}\` is declared nowhere and would become a global; declare it with var`
}

function isAssigned({ node, ancestors }: Reference): boolean {
  const parent = ancestors[ancestors.length - 2]
  return (
    (parent.type === 'AssignmentExpression' && parent.left === node) ||
    (parent.type === 'UpdateExpression' && parent.argument === node) ||
    (parent.type === 'ForInStatement' && parent.left === node)
  )
}

function checkArguments(property: string | undefined, ancestors: AnyNode[]): string | undefined {
  const parameters = ancestors.findLast(one => 'params' in one)?.params.length
  if (property === 'length' && parameters) {
    return '`arguments.length` counts the parameters too; compare a parameter with undefined'
  }
  if (property === 'callee') return '`arguments.callee` is not known; name the function'
}

const BUILT_IN = /^(Array|Boolean|Date|Function|Number|Object|Promise|RegExp|String|\w+(Array|Error))$/

/** `ancestors` of the `.prototype` of something built in. */
function checkPrototype(owner: string, ancestors: AnyNode[]): string | undefined {
  const member = ancestors[ancestors.length - 1]
  const method = propertyOf(member)
  const use = ancestors[ancestors.length - 2]
  const isAssigned = use.type === 'AssignmentExpression' && use.left === member
  if (!BUILT_IN.test(owner) || !method || isAssigned || (owner === 'Object' && method === 'hasOwnProperty')) return
  return `\`${owner}.prototype.${method}\` is not there; borrow it from an instance, as [].slice.call() does`
}

function checkPattern([pattern, flags]: AnyNode[]): string | undefined {
  if (pattern?.type !== 'Literal') return
  const why = checkRegExp(String(pattern.value), flags?.type === 'Literal' ? String(flags.value) : '')
  return why && `this regular expression does not work: ${why}; use indexOf, charCodeAt and substr`
}

function checkTimer(name: string, given: AnyNode[]): string | undefined {
  if (name === 'setInterval') return '`setInterval` storms when the clock is set; chain setTimeout()'
  if (name === 'setTimeout' && given.length < 2) return '`setTimeout` without a delay throws on Kaluma; write 0'
  if (name !== 'clearTimeout' && name !== 'clearInterval') return
  const timer = given[0]
  if (!timer) return `\`${name}()\` clears every timer; name one`
  if (textOf(timer) === 'undefined' || (timer.type === 'UnaryExpression' && timer.operator === 'void')) {
    return `\`${name}(undefined)\` throws; ask first whether there is a timer`
  }
}

function isInForIn(ancestors: AnyNode[]): boolean {
  const loop = ancestors.findLast(one => one.type === 'ForInStatement' || 'params' in one)
  return loop?.type === 'ForInStatement'
}

function textOf(node: AnyNode): string | undefined {
  return node.type === 'Identifier' ? node.name : undefined
}

/** The name of a property that is read or written, when it stands in the source. */
export function propertyOf(node: AnyNode): string | undefined {
  if (node.type !== 'MemberExpression') return
  if (!node.computed) return textOf(node.property)
  return node.property.type === 'Literal' && typeof node.property.value === 'string' ? node.property.value : undefined
}
