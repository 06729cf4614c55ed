/** The clients that the scenarios are played with, each loaded only when it is asked for. */
import { createRequire } from 'node:module'
import type { Adapter } from '../runner/client'

export interface Peer {
  /** With its version. */
  name: string
  Adapter: Adapter
  /** Tags of scenarios about what the client does not have. */
  skip?: string[]
}

const version = (name: string): string => createRequire(import.meta.url)(`${name}/package.json`).version

/** By name: the client, or why it is not here. */
export const CLIENTS: Record<string, () => Promise<Peer | string>> = {
  async ours() {
    const { default: Adapter } = (await import('../adapter')) as unknown as { default: Adapter }
    return Adapter ? { name: 'mqtt-mote', Adapter } : 'adapter.ts has no default export'
  },
  async mqttjs() {
    const { default: Adapter } = await import('./mqttjs')
    return { name: `MQTT.js ${version('mqtt')}`, Adapter }
  },
  async paho() {
    const { default: Adapter, findPaho } = await import('./paho')
    const found = findPaho()
    // AUTH is not in it.
    return found ? { name: `paho ${found.version}`, Adapter, skip: ['auth'] } : 'no python3 with paho-mqtt is here'
  },
}

export function adapterOf(name: string): Promise<Peer | string> {
  return CLIENTS[name]()
}
