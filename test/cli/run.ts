import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a command to its end, or sends it SIGINT as soon as `interruptAt` is printed. Secrets of this machine are left out. */
export function run(
  folder: string,
  command: string,
  args: string[],
  options: { env?: Record<string, string>; interruptAt?: string } = {},
): Promise<Finished> {
  const { WIFI_SSID, WIFI_PASSWORD, MQTT_PASSWORD, ...env } = process.env
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const finished: Finished = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', data => {
    finished.stdout += data
    if (options.interruptAt && finished.stdout.includes(options.interruptAt)) {
      options.interruptAt = undefined
      child.kill('SIGINT')
    }
  })
  child.stderr.on('data', data => {
    finished.stderr += data
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ ...finished, code }))
  })
}

/** The command-line tool of a checkout. */
export function mote(folder: string, args: string[], options?: Parameters<typeof run>[3]): Promise<Finished> {
  return run(folder, join(project, 'node_modules/.bin/tsx'), ['src/host/cli/main.ts', ...args], options)
}

export interface Checkout {
  folder: string
  read(path: string): string
  /** Changes a file; what is to be replaced must be there. */
  edit(path: string, from: string, to: string): void
  remove(): void
}

/** A copy of this project, as a newcomer has it, to break and to build in. */
export function checkout(): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-mote-checkout-'))
  const files = [
    'src',
    'boards',
    'package.json',
    'tsconfig.json',
    'tsconfig.device.json',
    'rollup.config.mjs',
    '.gitignore',
  ]
  for (const file of files) cpSync(join(project, file), join(folder, file), { recursive: true })
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'))
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  return {
    folder,
    read,
    edit(path, from, to) {
      const text = read(path)
      if (!text.includes(from)) throw new Error(`${path} does not contain ${from}`)
      writeFileSync(join(folder, path), text.replace(from, to))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
