import { chr, field } from './header'
import { LONE_SURROGATE, NUL_CHARACTER, refuse } from './refusal'

/** Characters by their lead byte and as many continuation bytes as it announces, and none of U+0000. */
const CHARACTERS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: U+0001 is where the characters of MQTT begin
  /[\x01-\x7f]+|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf][\x80-\xbf][\x80-\xbf]/g
/** Those among them that say too little (overlong), a surrogate, or more than U+10FFFF. */
const FORBIDDEN = /\xe0[\x80-\x9f]|\xed[\xa0-\xbf]|\xf0[\x80-\x8f]|\xf4[\x90-\xbf]/

/** The bytes of a character, section 1.5.3 (5.0: 1.5.4). */
function encode(code: number): string {
  const last = chr((code & 63) | 128)
  if (code < 0x80) return chr(code)
  if (code < 0x800) return chr((code >> 6) | 192) + last
  const middle = chr(((code >> 6) & 63) | 128) + last
  return code < 0x10000 ? chr((code >> 12) | 224) + middle : chr((code >> 18) | 240, ((code >> 12) & 63) | 128) + middle
}

/** A text as UTF-8, with a NUL where there is one; '' with LONE_SURROGATE. `text` is UTF-16, as in Node and on Kaluma. */
export function utf8(text: string): string {
  let bytes = ''
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at)
    if ((code & 0xfc00) === 0xd800 && at + 1 < text.length) {
      const low = text.charCodeAt(at + 1)
      if ((low & 0xfc00) === 0xdc00) {
        code = ((code & 0x3ff) << 10) + (low & 0x3ff) + 0x10000
        at++
      }
    }
    if ((code & 0x1ff800) === 0xd800) return refuse(LONE_SURROGATE)
    bytes += encode(code)
  }
  return bytes
}

/**
 * A text as a field() of UTF-8, to be made once and kept. `text` is UTF-16; on Espruino strings are bytes already, and
 * field() is all it takes. '' with LONE_SURROGATE, NUL_CHARACTER, TOO_LONG. Sections 1.5.3, 1.5.4.
 */
export function prepare(text: string): string {
  if (text.indexOf('\0') >= 0) return refuse(NUL_CHARACTER)
  const bytes = utf8(text)
  return bytes || !text ? field(bytes) : ''
}

/** The text in a field of well-formed UTF-8, as UTF-16: what prepare() was given. */
export function text(prepared: string): string {
  let result = ''
  let at = 2
  while (at < prepared.length) {
    let code = prepared.charCodeAt(at++)
    let more = code < 0x80 ? 0 : code < 0xe0 ? 1 : code < 0xf0 ? 2 : 3
    if (more) code &= 63 >> more
    while (more--) code = (code << 6) | (prepared.charCodeAt(at++) & 63)
    result += code < 0x10000 ? chr(code) : chr(((code - 0x10000) >> 10) + 0xd800, (code & 0x3ff) + 0xdc00)
  }
  return result
}

/**
 * Whether bytes are UTF-8 as MQTT wants it (sections 1.5.3, 1.5.4): no overlong form, no surrogate, nothing above
 * U+10FFFF, nothing cut off, no U+0000. U+FEFF is a character like any other.
 */
export function wellFormed(bytes: string): boolean {
  return !FORBIDDEN.test(bytes) && !bytes.replace(CHARACTERS, '')
}
