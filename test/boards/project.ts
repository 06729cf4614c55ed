import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { formatFindings, type Loaded, type LoadOptions, loadBoard } from '../../src/host/boards'
import { setAt } from '../../src/host/boards/path'

/** A folder like the project's own, for one test. */
export interface Project {
  root: string
  boards: string
  /** Writes a file below the root; what is no text goes in as JSON. Answers its path. */
  write(name: string, content: unknown): string
  /** As people read them, with the folder cut off. */
  lines(findings: Loaded['findings']): string[]
}

export function makeProject(): Project {
  const root = mkdtempSync(join(tmpdir(), 'mote-boards-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'boards'))
  return {
    root,
    boards: join(root, 'boards'),
    write(name, content) {
      const file = join(root, name)
      writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
      return file
    },
    lines(findings) {
      const text = formatFindings(findings).replaceAll(`${root}/`, '')
      return text === '' ? [] : text.split('\n')
    },
  }
}

/** A board file without fault and without secrets. */
export function plainBoard(): Record<string, unknown> {
  return {
    runtime: 'espruino',
    wifi: { ssid: 'home', password: 'a good one' },
    mqtt: { host: '10.0.0.2', username: 'mote', password: 'secret' },
    sensors: [{ type: 'internal' }],
  }
}

/** The plain board with other values at some paths. */
export function boardWith(changes: Record<string, unknown>): Record<string, unknown> {
  const board = plainBoard()
  for (const [path, value] of Object.entries(changes)) {
    if (!setAt(board, path, value)) throw new Error(`no place for ${path}`)
  }
  return board
}

/** Loads boards/x.json with this content; the environment is empty unless given. */
export function load(content: unknown, options: LoadOptions = {}): Loaded & { lines: string[] } {
  const project = makeProject()
  const loaded = loadBoard(project.write('boards/x.json', content), { env: {}, ...options })
  return { ...loaded, lines: project.lines(loaded.findings) }
}

/** Loads the plain board with changes, and answers the lines without the name of the file. */
export function complaints(changes: Record<string, unknown>, options: LoadOptions = {}): string[] {
  return load(boardWith(changes), options).lines.map(line => line.replace('boards/x.json: ', ''))
}
