/** Text and bytes of TypeScript users, and the byte strings of the wire: one character for each byte. */
import { chr, field } from '../wire/header'
import { utf8 } from '../wire/utf8'

/** A payload, a password, binary data: bytes, or a text that stands for its UTF-8. */
export type Content = string | Uint8Array

/** Characters that fromCharCode takes at once: on Kaluma they all lie on a stack of 8 kB. */
const PIECE = 128

/** A copy as a byte string. '' for empty content, and with LONE_SURROGATE. */
export function byteString(content: Content): string {
  if (typeof content === 'string') return utf8(content)
  let bytes = ''
  for (let at = 0; at < content.length; at += PIECE)
    bytes += chr.apply(null, content.subarray(at, at + PIECE) as unknown as number[])
  return bytes
}

/** Content as a field(); '' with LONE_SURROGATE, TOO_LONG. */
export function contentField(content: Content): string {
  const bytes = byteString(content)
  return bytes || !content.length ? field(bytes) : ''
}

/** A copy of a byte string. */
export function byteArray(bytes: string): Uint8Array {
  const array = new Uint8Array(bytes.length)
  for (let at = 0; at < bytes.length; at++) array[at] = bytes.charCodeAt(at)
  return array
}
