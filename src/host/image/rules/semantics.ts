import type { AnyNode } from 'acorn'
import { checkRegExp } from './regexp'
import type { Names, Reference } from './scope'
import type { Finding, Script } from './script'

/** What parses everywhere and means something else, or throws, on one of the runtimes. */
export function checkSemantics(script: Script, names: Names): Finding[] {
  const findings: Finding[] = []
  for (const { node, ancestors } of script.nodes) {
    const message = checkNode(node, ancestors)
    if (message) findings.push({ at: node.start, message })
  }
  for (const reference of names.references) {
    const message = checkReference(reference)
    if (message) findings.push({ at: reference.node.start, message })
  }
  return findings
}

function checkNode(node: AnyNode, ancestors: AnyNode[]): string | undefined {
  if (node.type === 'AssignmentExpression' && propertyOf(node.left) === 'length') return LENGTH
  if (node.type === 'UpdateExpression' && propertyOf(node.argument) === 'length') return LENGTH
  if (node.type === 'UnaryExpression' && node.operator === 'delete' && isInForIn(ancestors)) {
    return '`delete` inside for-in ends the loop; go through Object.keys() instead'
  }
  if (node.type === 'BinaryExpression' && node.operator === 'instanceof' && nameOf(node.right) === 'Error') {
    return 'errors of the runtime are not `instanceof Error`; look at what was thrown instead'
  }
}

const LENGTH = 'the length of an array cannot be set; use splice(), or name the field otherwise'

function checkReference({ node, name, ancestors }: Reference): string | undefined {
  const parent = ancestors[ancestors.length - 2]
  const property = parent.type === 'MemberExpression' && parent.object === node ? propertyOf(parent) : undefined
  if (name)
    return name.isFunction && property === 'name' ? 'functions have no name on Espruino; write the text' : undefined
  if (node.name === 'arguments') return checkArguments(property, ancestors)
  if (property === 'prototype') return checkPrototype(node.name, ancestors.slice(0, -2))
  if ((parent.type === 'CallExpression' || parent.type === 'NewExpression') && parent.callee === node) {
    return node.name === 'RegExp' ? checkPattern(parent.arguments) : checkTimer(node.name, parent.arguments)
  }
  const isAssigned =
    (parent.type === 'AssignmentExpression' && parent.left === node) ||
    (parent.type === 'UpdateExpression' && parent.argument === node) ||
    (parent.type === 'ForInStatement' && parent.left === node)
  if (isAssigned) return `\`${node.name}\` is declared nowhere and would become a global; declare it with var`
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
  if (nameOf(timer) === 'undefined' || (timer.type === 'UnaryExpression' && timer.operator === 'void')) {
    return `\`${name}(undefined)\` throws; ask first whether there is a timer`
  }
}

function isInForIn(ancestors: AnyNode[]): boolean {
  const loop = ancestors.findLast(one => one.type === 'ForInStatement' || 'params' in one)
  return loop?.type === 'ForInStatement'
}

function nameOf(node: AnyNode): string | undefined {
  return node.type === 'Identifier' ? node.name : undefined
}

/** The name of a property that is read or written, when it stands in the source. */
export function propertyOf(node: AnyNode): string | undefined {
  if (node.type !== 'MemberExpression') return
  if (!node.computed) return nameOf(node.property)
  return node.property.type === 'Literal' && typeof node.property.value === 'string' ? node.property.value : undefined
}
