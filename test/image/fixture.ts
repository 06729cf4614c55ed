import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import type { Board } from '../../src/host/boards'
import { compile } from '../../src/host/image/compile'
import { entryModule } from '../../src/host/image/entry'

/** A project folder whose device code prints what it is given. */
export const fixture = fileURLToPath(new URL('fixture', import.meta.url))

/** A valid board; `change` writes over it. */
export function boardWith(change: (board: Board) => void = () => {}): Board {
  const board: Board = {
    board: 'esp32',
    runtime: 'espruino',
    device: { id: 'auto', name: '{id}', area: '' },
    wifi: { ssid: 'network', password: 'wifi-secret', hostname: '', connectTimeoutS: 30 },
    mqtt: {
      host: '10.0.0.2',
      port: 1883,
      tls: false,
      username: '',
      password: '',
      clientId: 'mote{id}',
      version: '3.1.1',
      keepAliveS: 30,
      reconnect: { minS: 1, maxS: 25 },
      connectTimeoutS: 15,
      rebootAfterS: 0,
    },
    limits: { packetB: 512 },
    topics: { base: 'sensors/{id}' },
    sensors: [{ key: 'temperature', type: 'internal', offsetC: 0, samples: 1, decimals: 1, minC: -40, maxC: 125 }],
    publish: { intervalS: 60, format: 'plain', unit: 'C', qos: 0, retain: true, minChangeC: 0, heartbeatS: 0 },
    log: { level: 'info' },
    watchdogS: 0,
  }
  change(board)
  return board
}

/** The image that a board gets from a project folder. */
export function compileBoard(board: Board, root = fixture): Promise<string> {
  const { runtime, mqtt } = board
  return compile({ root, entry: entryModule(board, root), name: board.board, runtime, version: mqtt.version })
}

/** Runs an image of the fixture; answers what it printed, read as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the fixture prints
export function printed(image: string): any[] {
  const lines: unknown[] = []
  vm.runInNewContext(image, { console: { log: (line: string) => lines.push(JSON.parse(line)) } })
  return lines
}
