/**
 * paho-mqtt for Python, as Debian has it: every client lives in one Python process, see paho-peer.py, which
 * may not be called paho.py because Python would take it for the library.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AdapterOptions, ClientEvent } from '../runner/client'

type Args = Record<string, unknown>

const PYTHONS = ['/usr/bin/python3', 'python3']
const script = fileURLToPath(new URL('./paho-peer.py', import.meta.url))

/** A Python that has paho, and the version of that; undefined where there is none. */
export function findPaho(): { python: string; version: string } | undefined {
  for (const python of PYTHONS) {
    const run = spawnSync(python, ['-c', 'import paho.mqtt; print(paho.mqtt.__version__)'], { encoding: 'utf8' })
    if (run.status === 0) return { python, version: run.stdout.trim() }
  }
  return undefined
}

interface Answer {
  id?: number
  error?: string
  client?: number
  event?: ClientEvent
}

interface Waiting {
  resolve: () => void
  reject: (error: Error) => void
}

let child: ChildProcess | undefined
let asked = 0
const waiting = new Map<number, Waiting>()
const clients = new Map<number, AdapterOptions>()

/** Bytes travel as hexadecimal digits. */
function packed(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return value.map(packed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, value]) => [name, packed(value)]))
}

function answered(line: string): void {
  const { id, error, client, event }: Answer = JSON.parse(line)
  if (event) {
    if (event.payload) event.payload = Buffer.from((event.payload as { hex: string }).hex, 'hex')
    clients.get(client as number)?.emit(event)
    return
  }
  const call = waiting.get(id as number)
  waiting.delete(id as number)
  if (error) call?.reject(new Error(error))
  else call?.resolve()
}

function start(python: string): ChildProcess {
  const started = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  createInterface({ input: started.stdout as Socket }).on('line', answered)
  // It ends with its stdin, so that nobody has to wait for it.
  started.unref()
  for (const pipe of [started.stdin, started.stdout] as unknown as Socket[]) pipe.unref()
  return started
}

export default class Paho {
  private readonly number = ++asked

  constructor(options: AdapterOptions) {
    clients.set(this.number, options)
    const { port, protocol } = options
    this.call('new', { port, protocol }).catch(() => {})
  }

  private call(call: string, args: Args): Promise<void> {
    child ??= start(findPaho()?.python ?? PYTHONS[0])
    const id = ++asked
    child.stdin?.write(JSON.stringify({ id, client: this.number, call, args: packed(args) }) + '\n')
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
  }

  connect(args: Args): Promise<void> {
    return this.call('connect', args)
  }

  reconnect(args: Args): Promise<void> {
    return this.call('reconnect', args)
  }

  publish(args: Args): Promise<void> {
    return this.call('publish', args)
  }

  subscribe(args: Args): Promise<void> {
    return this.call('subscribe', args)
  }

  unsubscribe(args: Args): Promise<void> {
    return this.call('unsubscribe', args)
  }

  disconnect(args: Args): Promise<void> {
    return this.call('disconnect', args)
  }

  on_message(args: Args): Promise<void> {
    return this.call('on_message', args)
  }

  kill(): Promise<void> {
    clients.delete(this.number)
    return this.call('kill', {})
  }
}
