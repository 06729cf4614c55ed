import type { Bytes } from '../scenarios'

/** A payload, password or the like as the scenarios write it, as bytes. */
export function bytesOf(value: Bytes): Buffer {
  if (typeof value === 'string') return Buffer.from(value)
  return 'hex' in value ? Buffer.from(value.hex, 'hex') : Buffer.alloc(value.length, value.fill, 'hex')
}

/** Whether it is a way to write bytes other than as text. */
export function isBytes(value: unknown): value is Exclude<Bytes, string> {
  return typeof value === 'object' && value !== null && ('hex' in value || ('fill' in value && 'length' in value))
}

/** The start of a long text. */
export function short(text: string): string {
  return text.length > 160 ? `${text.slice(0, 120)}... (${text.length})` : text
}

/** One line of anything, long runs cut short, bytes as text or, where they are none, in hexadecimal digits. */
export function shown(value: unknown): string {
  // A Buffer's own toJSON would come before a replacer.
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) {
      const text = Buffer.from(value).toString('latin1')
      return short(/^[ -~]*$/.test(text) ? text : `0x${Buffer.from(value).toString('hex')}`)
    }
    if (typeof value === 'string') return short(value)
    if (Array.isArray(value)) return value.map(plain)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, value]) => [name, plain(value)]))
  }
  return JSON.stringify(plain(value)) ?? 'undefined'
}
