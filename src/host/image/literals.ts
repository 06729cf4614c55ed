/** A byte string as a literal. */
export function byteString(bytes: string): string {
  return JSON.stringify(bytes)
}

/** A text as a literal of its UTF-8 bytes, one character a byte. Whatever the text is, it stays data. */
export function bytes(text: string): string {
  return byteString(Buffer.from(text, 'utf8').toString('latin1'))
}

/** The same as an expression, in which `{id}` is what the board says it is. */
export function template(text: string): string {
  const parts = text.split(/({id})/).filter(part => part !== '')
  return parts.map(part => (part === '{id}' ? 'id' : bytes(part))).join(' + ') || bytes('')
}
