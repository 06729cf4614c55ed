import { fileURLToPath } from 'node:url'
import { type Board, loadBoard } from '../../src/host/boards'
import { boot, type Powered } from '../../src/host/cli/boot'
import { buildImage } from '../../src/host/image'

export interface Running extends Powered {
  board: Board
  /** What its console said. */
  log: string[]
}

/** Builds the image of a tracked board for a broker on this machine and runs it, unchanged. */
export async function runImage(
  name: 'esp32' | 'pico-w',
  port: number,
  engine: 'double' | 'real',
  set: string[] = [],
): Promise<Running> {
  const file = fileURLToPath(new URL(`../../boards/${name}.json`, import.meta.url))
  const overrides = ['mqtt.host=127.0.0.1', `mqtt.port=${port}`, 'publish.intervalS=1', `device.id=${name}`, ...set]
  const { board, findings } = loadBoard(file, { env: {}, standIns: true, local: true, set: overrides })
  if (!board) throw new Error(JSON.stringify(findings))
  const log: string[] = []
  const { code } = await buildImage(board)
  return { ...(await boot(board, code, { engine, console: line => log.push(line) })), board, log }
}
