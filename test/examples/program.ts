import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { project } from '../../src/host/image'

export const examples = join(project, 'examples')

export interface Program {
  /** What it printed, a line an entry. */
  readonly lines: string[]
  readonly errors: string[]
  /** Its exit code; null if a signal ended it. */
  readonly ended: Promise<number | null>
  interrupt(): void
  kill(): void
}

/** Runs an example as its first line says, in its folder. */
export function start(file: string, ...args: string[]): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: examples,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', data => {
    output += data
  })
  child.stderr.on('data', data => {
    errors += data
  })
  const lines = (text: string) => text.split('\n').filter(line => line !== '')
  return {
    get lines() {
      return lines(output)
    },
    get errors() {
      return lines(errors)
    },
    ended: new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    }),
    interrupt: () => child.kill('SIGINT'),
    kill: () => child.kill('SIGKILL'),
  }
}
