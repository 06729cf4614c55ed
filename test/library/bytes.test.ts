import { describe, expect, it } from 'vitest'
import { byteArray, byteString, prepare, refusalText, text } from '../../src/index'

describe('content', () => {
  it('that is a text is its UTF-8, U+0000 included', () => {
    expect(byteString('aü€😀\0')).toBe(Buffer.from('aü€😀\0').toString('latin1'))
  })

  it('that is bytes is those bytes, 2 MB of them as well', () => {
    const bytes = Uint8Array.from({ length: 2_000_003 }, (_, i) => i * 7)
    const string = byteString(bytes)
    expect(string).toHaveLength(2_000_003)
    expect(Buffer.compare(byteArray(string), bytes)).toBe(0)
    expect(byteString(bytes.subarray(3, 6))).toBe('\x15\x1c\x23')
  })

  it('that is empty is nothing', () => {
    expect([byteString(''), byteString(new Uint8Array(0))]).toEqual(['', ''])
    expect(byteArray('')).toEqual(new Uint8Array(0))
  })

  it.each(['\ud800', 'a\udc00b', '\udc00\ud800'])('that is the text %j has no bytes, and says why', lone => {
    expect(byteString(lone)).toBe('')
    expect(refusalText()).toContain('surrogate')
  })

  it('is a copy on both ways', () => {
    const bytes = Uint8Array.of(1, 2)
    const string = byteString(bytes)
    bytes[0] = 9
    expect(string).toBe('\x01\x02')
    expect(byteArray(string)).not.toBe(byteArray(string))
  })

  it('comes back as a text', () => {
    expect(text(prepare('\ufeffgrün😀'))).toBe('\ufeffgrün😀')
  })
})
