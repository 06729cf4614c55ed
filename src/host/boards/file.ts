import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import type { Finding } from './findings'
import { type JsonText, readJson } from './json'

/** A file's name as people know it: from where they stand, with forward slashes. */
export function displayName(file: string): string {
  const near = relative('', file) || '.'
  return (near.startsWith('..') ? file : near).replaceAll(sep, '/')
}

/** Reads a JSON file in UTF-8, with or without byte order mark. What cannot be read or is not JSON gives a finding. */
export function readJsonFile(file: string): JsonText | Finding {
  const fault = (path: string, rule: string, fix: string): Finding => {
    return { file: displayName(file), path, rule, fix, severity: 'error' }
  }
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return fault('', 'does not exist.', 'Check the name.')
    if (code === 'EISDIR') return fault('', 'is a folder.', 'Name a file.')
    return fault('', `cannot be read (${code}).`, 'Check its name and its permissions.')
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return fault('', 'is not UTF-8.', 'Save it in that encoding.')
  }
  const read = readJson(text)
  return 'rule' in read ? fault(`line ${read.line}, column ${read.column}`, read.rule, read.fix) : read
}
