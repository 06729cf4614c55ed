/**
 * Why Espruino's matcher reads a regular expression otherwise than the standard does, or '' when it does not. It knows one
 * character after the other, with `*` and `+`, and little else (src/jswrap_regexp.c of Espruino 2v29).
 */
export function checkRegExp(pattern: string, flags: string): string {
  if (/[^gi]/.test(flags)) return 'flags other than g and i are ignored'
  const escaped = pattern.replace(/\\(?:x[0-9a-fA-F]{2}|[\s\S])/g, pair => {
    return /^\\(x.|[dDwWsSnrtfv0]$|[^0-9a-zA-Z])/.test(pair) ? 'e' : '\\'
  })
  if (escaped.includes('\\')) return 'back-references, \\b, \\B and rare escapes are not known'
  const plain = escaped.replace(/\[\^?[^\]/]+\]/g, 'c')
  if (plain.includes('[')) return 'a class is empty, or holds a `/` that is not written \\/'
  if (plain.includes('(?')) return '(?: ) groups and look-ahead are not known'
  if (/\)[*+?{]/.test(plain)) return 'a group cannot be repeated'
  if (/\([^)]*\(/.test(plain)) return 'groups cannot be nested'
  if (/[*+?]\?/.test(plain)) return 'lazy repetition is not known'
  if (plain.includes('?')) return '`?` is taken for the character itself'
  if (/.\{\d+(,\d*)?\}/.test(plain)) return '{n} is taken for the characters themselves'
  if (plain.includes('|') && /[(^]/.test(plain)) return '`|` works only where there is neither a group nor ^'
  return ''
}
