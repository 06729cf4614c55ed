import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import type { Board } from '../../src/host/boards'
import { compile } from '../../src/host/image/compile'
import { entryModule } from '../../src/host/image/entry'
import { typical } from '../../src/host/image/sizes'

/** A project folder whose device code prints what it is given. */
export const fixture = fileURLToPath(new URL('fixture', import.meta.url))

/** A valid board; `change` writes over it. */
export function boardWith(change: (board: Board) => void = () => {}): Board {
  const board = typical('esp32')
  Object.assign(board.wifi, { ssid: 'network', password: 'wifi-secret' })
  Object.assign(board.mqtt, { host: '10.0.0.2', username: '', password: '' })
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
