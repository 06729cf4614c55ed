import type { Finding } from './script'

/**
 * What no image may hold, whatever it stands in. Boards disagree about every other character: an ESP32 takes a literal "é"
 * for two bytes, `\u00e9` for one, and an unprintable one upsets the prompt that the image is uploaded through.
 */
export function checkText(source: string): Finding[] {
  const findings: Finding[] = []
  for (const { 0: text, index } of source.matchAll(/[^\n\x20-\x7e]+/g)) {
    const code = text.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    const message = `the character U+${code} is not printable ASCII; write the bytes of its UTF-8 as \\xHH`
    findings.push({ at: index, message })
  }
  for (const { 0: pair, index } of source.matchAll(/\\[\s\S]/g)) {
    if (pair === '\\u')
      findings.push({ at: index, message: '\\u is cut to one byte; write the bytes of its UTF-8 as \\xHH' })
    if (pair === '\\\n') {
      findings.push({ at: index, message: 'a line continuation keeps its line end; close the string and join with +' })
    }
  }
  return findings
}
