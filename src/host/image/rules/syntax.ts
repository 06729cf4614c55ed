import { type AnyNode, type Token, tokTypes } from 'acorn'
import { checkRegExp } from './regexp'
import type { Finding, Script } from './script'

/** Words that Espruino 2v29 reserves (src/jslex.c) and that stand for no value. */
const KEYWORDS = new Set(
  (
    'break case catch class const continue debugger default delete do else extends finally for function if in ' +
    'instanceof let new of return static super switch this throw try typeof var void while'
  ).split(' '),
)
const VALUES = new Set(['true', 'false', 'null', 'undefined'])
/** Names in ES5, keywords there. */
const TAKEN = new Set(['of', 'static', 'let'])
const NAME_LENGTH = 63
/** Each arm of an else-if or ?: chain takes about 80 of 25,000 bytes of stack, and nothing checks it. */
const CHAIN_LENGTH = 40

/** What ES5 allows, parsers of ES5 take, and Espruino does not parse or parses as something else. */
export function checkSyntax(script: Script): Finding[] {
  const findings = checkTokens(script)
  for (const { node, ancestors } of script.nodes) {
    const message = checkNode(node, ancestors, script.source)
    if (message) findings.push({ at: node.start, message })
  }
  return findings
}

function checkTokens({ source, tokens }: Script): Finding[] {
  const findings: Finding[] = []
  let before: Token | undefined
  for (const token of tokens) {
    const message = checkToken(token, before, source)
    if (message) findings.push({ at: token.start, message })
    before = token
  }
  return findings
}

function checkToken(token: Token, before: Token | undefined, source: string): string | undefined {
  const text = textOf(token, source)
  const left = before ? textOf(before, source) : ''
  if (token.type === tokTypes.regexp) {
    if (before && !beginsRegExp(before, left)) {
      return `a regular expression after \`${left}\` is read as a division; put it in a variable first`
    }
    const end = text.lastIndexOf('/')
    const why = checkRegExp(text.slice(1, end), text.slice(end + 1))
    return why && `this regular expression does not work: ${why}; use indexOf, charCodeAt and substr`
  }
  if (token.type === tokTypes.name && text.length > NAME_LENGTH) {
    return `only ${NAME_LENGTH} characters of a name count; shorten \`${text}\``
  }
  if (!before) return
  if ((text === '/' || text === '/=') && beginsRegExp(before, left)) {
    return `\`/\` after \`${left}\` begins a regular expression; put what is divided in a variable first`
  }
  if (text === 'new' && left === 'new') return '`new new` does not parse; put the inner object in a variable first'
  if (text === '++' || text === '--') {
    const newLine = source.slice(before.end, token.start).includes('\n')
    if (newLine && /[\w$)\]]$/.test(left)) return `\`${text}\` belongs to the line before; write a semicolon there`
  }
}

function textOf(token: Token, source: string): string {
  return source.slice(token.start, token.end)
}

/** Espruino's lexer decides by the token before whether `/` divides. */
function beginsRegExp({ type }: Token, text: string): boolean {
  if (type === tokTypes.num || type === tokTypes.string || type === tokTypes.regexp) return false
  return /^[\w$]/.test(text) ? KEYWORDS.has(text) : ![')', ']', '|', '^', '~', '.'].includes(text)
}

function checkNode(node: AnyNode, ancestors: AnyNode[], source: string): string | undefined {
  const parent = ancestors[ancestors.length - 2]
  switch (node.type) {
    case 'LabeledStatement':
      return 'labels are not known; use a function and return, or a flag'
    case 'WithStatement':
      return '`with` is not known; use a variable'
    case 'DebuggerStatement':
      return '`debugger` stops the board; remove it'
    case 'SwitchStatement':
      if (node.cases.slice(0, -1).every(one => one.test)) return
      return '`default` before another `case` does not parse; put it last'
    case 'SequenceExpression':
      if (parent.type === 'MemberExpression' && isBehind(node, '[', source)) {
        return 'a comma directly inside [ ] does not parse; put the index in a variable first'
      }
      if (parent.type === 'SwitchCase' && isBehind(node, 'case', source)) {
        return 'a comma directly behind `case` does not parse; use parentheses'
      }
      return
    case 'Property': {
      const key = source.slice(node.key.start, node.key.end)
      if (node.kind !== 'init' && (!/^[A-Za-z_$]/.test(key) || KEYWORDS.has(key) || VALUES.has(key))) {
        return `a getter or setter cannot be named ${key}; use a plain name`
      }
      return
    }
    case 'Identifier':
      if (TAKEN.has(node.name)) return `\`${node.name}\` is a keyword; use another name`
      if (node.name === 'undefined' && isBinding(node, parent)) return '`undefined` is a keyword; use another name'
      return
    case 'ReturnStatement':
      if (!node.argument && source[node.end - 1] !== ';' && !/^\s*\}/.test(source.slice(node.end))) {
        return '`return` goes on in the next line; write a semicolon behind it'
      }
      return
    case 'ConditionalExpression':
    case 'IfStatement':
      if (chain(node) === CHAIN_LENGTH) return `${CHAIN_LENGTH} alternatives in a row overflow the stack; use a table`
  }
}

function isBinding(node: AnyNode, parent: AnyNode): boolean {
  if (parent.type === 'VariableDeclarator') return parent.id === node
  if (parent.type === 'AssignmentExpression') return parent.left === node
  return 'params' in parent && (parent.id === node || parent.params.some(one => one === node))
}

/** Whether a node stands directly behind `text`, without a parenthesis between. */
function isBehind(node: AnyNode, text: string, source: string): boolean {
  return source.slice(0, node.start).trimEnd().endsWith(text)
}

/** Length of an else-if or ?: chain from here down. */
function chain(node: AnyNode): number {
  const next = 'alternate' in node ? node.alternate : undefined
  return next?.type === node.type ? 1 + chain(next) : 1
}
