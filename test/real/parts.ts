import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const MOSQUITTO = '/usr/sbin/mosquitto'
const OPENSSL = '/usr/bin/openssl'
const PYTHON = '/usr/bin/python3'

/** Whether Debian's Mosquitto is there. With CI=true its absence is an error, not a reason to skip. */
export function hasMosquitto(): boolean {
  return present(existsSync(MOSQUITTO), 'Mosquitto (apt-get install mosquitto)')
}

/** Whether Debian's openssl is there, which makes certificates. */
export function hasOpenssl(): boolean {
  return present(existsSync(OPENSSL), 'openssl (apt-get install openssl)')
}

/** Whether Debian's Python has paho-mqtt. */
export function hasPaho(): boolean {
  let found = existsSync(PYTHON)
  try {
    if (found) execFileSync(PYTHON, ['-c', 'import paho.mqtt.client'], { stdio: 'ignore' })
  } catch {
    found = false
  }
  return present(found, 'paho-mqtt (apt-get install python3-paho-mqtt)')
}

function present(found: boolean, what: string): boolean {
  if (!found && process.env.CI === 'true') throw new Error(`${what} is missing, and CI=true demands it`)
  return found
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (!address || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Resolves when the child is gone. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => child.once('exit', () => resolve()))
}

export interface Mosquitto {
  port: number
  /** Where the same broker speaks TLS 1.2, with a certificate that it has signed itself; 0 when not asked for. */
  tlsPort: number
  /** Ends the process and starts another on the same port `awayMs` later. */
  restart(awayMs: number): Promise<void>
  stop(): Promise<void>
}

/** A Mosquitto of the test's own on a free loopback port; with a login when one is given, and on another port with TLS. */
export async function startMosquitto(
  login?: { username: string; password: string },
  { tls = false } = {},
): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-mote-mosquitto-'))
  const port = await freePort()
  const lines = [`listener ${port} 127.0.0.1`, 'user root', `allow_anonymous ${!login}`]
  if (login) {
    execFileSync('mosquitto_passwd', ['-b', '-c', join(folder, 'passwords'), login.username, login.password])
    lines.push(`password_file ${join(folder, 'passwords')}`)
  }
  const tlsPort = tls ? await freePort() : 0
  if (tls) {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=broker']
    execFileSync(OPENSSL, [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
    lines.push(`listener ${tlsPort} 127.0.0.1`, `keyfile ${key}`, `certfile ${certificate}`, 'tls_version tlsv1.2')
  }
  writeFileSync(join(folder, 'mosquitto.conf'), lines.join('\n') + '\n')
  const run = async () => {
    const child = spawn(MOSQUITTO, ['-c', join(folder, 'mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', data => {
        if (String(data).includes('running')) resolve()
      })
      child.once('exit', code => reject(new Error(`mosquitto ended with ${code}`)))
    })
    return child
  }
  let child = await run()
  const end = async () => {
    child.kill()
    await ended(child)
  }
  return {
    port,
    tlsPort,
    async restart(awayMs) {
      await end()
      await sleep(awayMs)
      child = await run()
    },
    async stop() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A Mosquitto: the one that MOSQUITTO_PORT names, or one of the test's own. */
export async function someMosquitto(): Promise<{ port: number; stop(): Promise<void> }> {
  const port = Number(process.env.MOSQUITTO_PORT)
  return port ? { port, stop: async () => {} } : startMosquitto()
}

export interface TutorialSubscriber {
  /** What the script printed, a line an entry. */
  lines: string[]
  stop(): Promise<void>
}

/** The tutorial's script under Debian's Python, subscribed when this resolves. */
export async function tutorialSubscriber(port: number, filter: string): Promise<TutorialSubscriber> {
  const script = new URL('./subscriber.py', import.meta.url).pathname
  const child = spawn(PYTHON, [script, '127.0.0.1', String(port), filter], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', data => {
    output += data
  })
  child.stderr.on('data', data => {
    output += data
  })
  const subscriber = {
    get lines() {
      return output.split('\n').filter(line => line !== '')
    },
    async stop() {
      child.kill()
      await ended(child)
    },
  }
  await until(
    () => output.includes('subscribed'),
    10_000,
    () => output,
  )
  return subscriber
}

/** Waits for something to become true; throws what `seen` says when it does not in time. */
export async function until(isTrue: () => boolean, limitMs: number, seen: () => unknown): Promise<void> {
  const deadline = Date.now() + limitMs
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`not in ${limitMs} ms; seen: ${JSON.stringify(seen())}`)
    await sleep(20)
  }
}
