/** Programs that run on an engine, each in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Folder {
  path: string
  remove(): void
}

export function newFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'mqtt-mote-bench-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/**
 * Runs a command in `folder` until `isDone` says so of all that it has printed, or until it ends by itself. Answers what
 * it printed, both streams. Throws after `limitS` seconds.
 */
export async function output(
  [command, ...args]: string[],
  folder: string,
  limitS: number,
  isDone: (text: string) => boolean = () => false,
): Promise<string> {
  // Its prompt reads on from a pipe that stays open; it does not hear SIGTERM.
  const child = spawn(command, args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
  let text = ''
  const add = (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (isDone(text)) child.kill('SIGKILL')
  }
  child.stdout.on('data', add)
  child.stderr.on('data', add)
  let isLate = false
  const late = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, limitS * 1000)
  await ended(child)
  clearTimeout(late)
  if (isLate) throw new Error(`${command} took longer than ${limitS} s:\n${text.slice(-500)}`)
  return text
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('close', () => resolve())
    child.once('error', reject)
  })
}

/** Writes a script into a folder; a character is a byte. Answers its name. */
export function script(folder: Folder, text: string): string {
  writeFileSync(join(folder.path, 'bench.js'), text, 'latin1')
  return 'bench.js'
}
