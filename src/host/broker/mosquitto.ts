import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker } from './embedded'

/** How long it may take to listen. */
const START_MS = 5000

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The path of a Mosquitto on this machine: the one that MOSQUITTO names, else one on the PATH or where Debian puts it;
 * undefined where there is none.
 */
export function findMosquitto(env = process.env): string | undefined {
  if (env.MOSQUITTO) return isProgram(env.MOSQUITTO) ? env.MOSQUITTO : undefined
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders
    .filter(folder => folder !== '')
    .map(folder => join(folder, 'mosquitto'))
    .find(isProgram)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (!address || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}

/**
 * A Mosquitto, which speaks MQTT 5.0, on a free port of 127.0.0.1, with a configuration of its own. It lets everybody in,
 * whatever the password, and keeps nothing.
 */
export async function mosquitto(path: string): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-mote-mosquitto-'))
  const port = await freePort()
  const file = join(folder, 'mosquitto.conf')
  // Started by root it would become a user who need not be there.
  const user = process.getuid?.() === 0 ? 'user root\n' : ''
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n${user}`)
  // In a process group of its own: Ctrl-C at the terminal is for us, who see the boards' offline first.
  const child = spawn(path, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let said = ''
  child.stderr.on('data', data => {
    said = (said + data).slice(-1000)
  })
  let isOver = false
  const ended = new Promise<void>(resolve => {
    const end = () => {
      isOver = true
      resolve()
    }
    child.once('exit', end).once('error', end)
  })
  const close = async () => {
    if (!isOver) child.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  for (const deadline = Date.now() + START_MS; !(await answers(port)); await sleep(20)) {
    if (!isOver && Date.now() < deadline) continue
    await close()
    throw new Error(`${path} does not start: ${said.trim()}`)
  }
  return { port, close }
}
