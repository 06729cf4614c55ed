import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import type { Runtime } from '../boards/board'

/** The environment variable that names a runtime's interpreter for this machine. */
export const ENGINE_VARIABLE: Record<Runtime, string> = { espruino: 'ESPRUINO', kaluma: 'KALUMA' }

export interface EngineProcess {
  /** Ends it as a power cut does; resolves when the process is gone. */
  stop(): Promise<void>
  /** Types a line at the interpreter's prompt (Espruino). */
  type(line: string): void
}

/**
 * Runs an image, unchanged, on a real engine: `<path> image.js` in a folder of its own, stdin an open pipe. `console` gets
 * its lines. Espruino for Linux lacks the ESP32's own modules, so a prelude goes first.
 */
export async function runOnEngine(
  runtime: Runtime,
  path: string,
  image: string,
  console: (line: string) => void,
): Promise<EngineProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-mote-'))
  const file = join(folder, 'image.js')
  const prelude =
    runtime === 'espruino' ? await readFile(new URL('./espruino-prelude.js', import.meta.url), 'utf8') : ''
  await writeFile(file, prelude + image, 'latin1')
  const child = spawn(path, [file], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] })
  const gone = new Promise<void>(resolve => child.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', cause => reject(new Error(`${ENGINE_VARIABLE[runtime]}=${path} cannot be run`, { cause })))
  })
  // A pipe whose reader was killed is no fault of ours.
  child.stdin.on('error', () => {})
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', line => {
      // The interpreter's prompt and line editing are not the image's words.
      const text = stripVTControlCharacters(line).replace(/^>+/, '').trim()
      if (text) console(text)
    })
  }
  return {
    type: line => child.stdin.write(line + '\n'),
    async stop() {
      child.kill('SIGKILL')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}
