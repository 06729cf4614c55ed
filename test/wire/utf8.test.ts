import { describe, expect, it } from 'vitest'
import { field } from '../../src/wire/header'
import { LONE_SURROGATE, NUL_CHARACTER, refusal, TOO_LONG } from '../../src/wire/refusal'
import { prepare, text, wellFormed } from '../../src/wire/utf8'
import { utf8 } from './bytes'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What Node thinks, and MQTT's ban on U+0000. */
function isText(bytes: string): boolean {
  try {
    return !strict.decode(Buffer.from(bytes, 'latin1')).includes('\0')
  } catch {
    return false
  }
}

describe('prepare', () => {
  it(
    'turns every character into the bytes that Node makes of it, and text turns them back ' +
      '(mqtt311_1.5.3-1 mqtt5_1.5.4-1)',
    () => {
      for (let code = 1; code < 0x110000; code += code < 0x900 || code % 0x1000 > 0xff0 ? 1 : 13) {
        if (code >= 0xd800 && code < 0xe000) continue
        const character = String.fromCodePoint(code)
        const prepared = prepare(character)
        if (prepared !== field(utf8(character)) || text(prepared) !== character) expect.fail(`U+${code.toString(16)}`)
      }
    },
  )

  it('takes text of every kind', () => {
    for (const whole of ['', 'home/bedroom', 'ä€😀 und mehr', '\ufeffa', '\x7f\x80', 'e\u0301']) {
      expect(prepare(whole)).toBe(field(utf8(whole)))
      expect(text(prepare(whole))).toBe(whole)
    }
  })

  it.each(['\ud800', 'a\udfff', '\udc00\ud800', '\ud83dx', 'x\ud83d'])('refuses half a surrogate pair, %j', half => {
    expect(prepare(half)).toBe('')
    expect(refusal).toBe(LONE_SURROGATE)
  })

  it('refuses U+0000 (mqtt311_1.5.3-2 mqtt5_1.5.4-2)', () => {
    for (const nul of ['\0', 'a\0b', 'é\0']) {
      expect(prepare(nul)).toBe('')
      expect(refusal).toBe(NUL_CHARACTER)
    }
  })

  it('refuses what is too long for a field, counted in bytes', () => {
    expect(prepare('€'.repeat(21845))).toHaveLength(65537)
    expect(prepare('€'.repeat(21846))).toBe('')
    expect(refusal).toBe(TOO_LONG)
  })
})

describe('wellFormed agrees with Node', () => {
  const check = (bytes: string) => {
    if (wellFormed(bytes) !== isText(bytes)) expect.fail(Buffer.from(bytes, 'latin1').toString('hex'))
  }

  it('on all strings of up to two bytes (mqtt311_1.5.3-1 mqtt5_1.5.4-1)', () => {
    check('')
    for (let a = 0; a < 256; a++) {
      check(String.fromCharCode(a))
      for (let b = 0; b < 256; b++) check(String.fromCharCode(a, b))
    }
  })

  it('on three and four bytes, at every border (mqtt311_1.5.3-1 mqtt5_1.5.4-1)', () => {
    const leads = [0x41, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff]
    const others = [0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xff]
    for (const a of leads)
      for (const b of others)
        for (const c of others) {
          check(String.fromCharCode(a, b, c))
          for (const d of others) check(String.fromCharCode(a, b, c, d))
        }
  })

  it('on U+FEFF, in front as anywhere (mqtt311_1.5.3-3 mqtt5_1.5.4-3)', () => {
    for (const whole of ['\ufeff', '\ufeffa', 'a\ufeff']) expect(wellFormed(utf8(whole))).toBe(true)
  })
})
