/** Bytes as the tests write them down. */

/**
 * Annotated hexadecimal digits to a byte string: each line is bytes, `:`, and what they are. Digits may be grouped by
 * spaces, and `20*00ff` is 00ff twenty times.
 */
export function bytes(annotated: string): string {
  return annotated
    .split('\n')
    .flatMap(line => line.split(':')[0].trim().split(/\s+/))
    .map(group => {
      const [, times, digits] = group.match(/^(?:(\d+)\*)?((?:[\da-f]{2})*)$/i) ?? []
      if (digits === undefined) throw new Error(`not hexadecimal: ${group}`)
      return latin1(Buffer.from(digits, 'hex')).repeat(Number(times ?? 1))
    })
    .join('')
}

export function hex(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('hex')
}

export function latin1(buffer: Uint8Array): string {
  return Buffer.from(buffer).toString('latin1')
}

/** The bytes of a text, as a byte string. */
export function utf8(text: string): string {
  return latin1(Buffer.from(text, 'utf8'))
}
