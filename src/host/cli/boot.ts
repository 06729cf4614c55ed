import type { Board } from '../boards'
import { ENGINE_VARIABLE, runOnEngine } from '../engine/real'
import { nodeNetwork, realClock, virtualBoard, wiringOf } from '../virtual'

export interface Powered {
  /** What `{id}` in topics stands for on this board. */
  id: string
  /** Pulls the plug; the broker says the rest by the will. */
  stop(): Promise<void>
  /** Types a line at the prompt of a real engine; nothing on a virtual board. */
  type(line: string): void
}

export interface BootOptions {
  engine: 'double' | 'real'
  console: (line: string) => void
  tap?: (direction: 'sent' | 'received', connection: number, bytes: Buffer) => void
}

/** The path of the real engine for a board; undefined when its variable is not set. */
export function enginePath(board: Board): string | undefined {
  return process.env[ENGINE_VARIABLE[board.runtime]] || undefined
}

/** Runs an image on this machine, unchanged: on the double of its runtime, or on the real one. */
export async function boot(board: Board, image: string, options: BootOptions): Promise<Powered> {
  if (options.engine === 'real') {
    const engine = await runOnEngine(board.runtime, enginePath(board) ?? '', image, options.console)
    return { id: board.device.id, stop: engine.stop, type: engine.type }
  }
  const transport = nodeNetwork()
  const clock = realClock()
  const double = virtualBoard(board.runtime, {
    name: board.board,
    world: { clock, transport },
    wiring: wiringOf(board, clock),
    accessPoint: { ssid: board.wifi.ssid, password: board.wifi.password, inRange: true },
    console: options.console,
    tap: options.tap,
  })
  double.boot(image)
  // A chip warms and cools a little; a reading that never moves looks like one that is made up.
  const drift = setInterval(() => {
    double.celsius = 27 + 3 * Math.sin(Date.now() / 20_000)
  }, 500)
  return {
    id: double.id.slice(-6),
    type: () => {},
    async stop() {
      clearInterval(drift)
      double.unplug()
      transport.close()
    },
  }
}
