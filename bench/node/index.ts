/** Encode and decode beside the codecs from npm: a process a contestant, all of them in turn, round after round. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Budget, median, type Section, type Table } from '../report'
import { CONTESTANTS } from './contestants'
import { OPERATIONS, type Operation, PACKETS, VERSIONS, type Version } from './operations'
import type { Request } from './worker'

/** Of design, for 3.1.1 as for 5.0. */
const SPEED_OF: { [operation in Operation]?: number } = {
  'encode publish QoS 0': 3,
  'decode publishes in chunks of 1,460 bytes': 10,
}
const BYTES_OF: { [operation in Operation]?: number } = {
  'encode publish QoS 0': 200,
  'decode publishes in chunks of 1,460 bytes': 160,
  'match topics with filters': 8,
}

const names = CONTESTANTS.map(({ name }) => name)

interface Process {
  name: string
  child: ChildProcess
}

interface Case {
  version: Version
  operation: Operation
}
const cases = VERSIONS.flatMap(version => OPERATIONS.map((operation): Case => ({ version, operation })))

/** Figures per packet, by contestant; absent where it has no such operation. */
type Figures = Map<Case, Map<string, number>>

function start(flags: string[]): Process[] {
  const worker = fileURLToPath(new URL('./worker.ts', import.meta.url))
  // The parent's own flags are how it came to read TypeScript.
  return names.map(name => ({ name, child: fork(worker, [name], { execArgv: [...process.execArgv, ...flags] }) }))
}

function stop(processes: Process[]) {
  for (const { child } of processes) child.kill()
}

function ask({ name, child }: Process, request: Request): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the process of ${name} ended with ${code}`))
    child.once('exit', ended)
    child.once('message', answer => {
      child.off('exit', ended)
      resolve(answer as number | null)
    })
    child.send(request)
  })
}

async function measure(
  processes: Process[],
  rounds: number,
  request: (one: Case) => Pick<Request, 'measure' | 'amount'>,
): Promise<Figures> {
  const all = new Map<Case, Map<string, number[]>>(cases.map(one => [one, new Map()]))
  for (let round = 0; round < rounds; round++) {
    for (const one of cases) {
      // There and back again, so that nobody always runs behind the same other.
      for (const contestant of round % 2 ? [...processes].reverse() : processes) {
        const figure = await ask(contestant, { ...one, ...request(one) })
        if (figure === null) continue
        const figures = all.get(one)?.get(contestant.name) ?? []
        all.get(one)?.set(contestant.name, [...figures, figure])
      }
    }
  }
  return new Map([...all].map(([one, of]) => [one, new Map([...of].map(([name, list]) => [name, median(list)]))]))
}

/** `quick` measures the same things for moments only. */
export async function measureNode(quick: boolean): Promise<Section> {
  const effort = quick ? { warmMs: 150, rounds: 3, ms: 20, spans: 3 } : { warmMs: 300, rounds: 9, ms: 100, spans: 3 }
  const warm = (processes: Process[]) => measure(processes, 1, () => ({ measure: 'speed', amount: effort.warmMs }))
  const quiet = start([])
  let speeds: Figures
  try {
    // The engine compiles while it runs.
    await warm(quiet)
    speeds = await measure(quiet, effort.rounds, () => ({ measure: 'speed', amount: effort.ms }))
  } finally {
    stop(quiet)
  }
  // Room for all that a span allocates.
  const roomy = start(['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'])
  let bytes: Figures
  try {
    await warm(roomy)
    const calls = ({ operation }: Case) => (PACKETS[operation] > 1 ? 1 : 5000)
    bytes = await measure(roomy, effort.spans, one => ({ measure: 'memory', amount: calls(one) }))
  } finally {
    stop(roomy)
  }
  const perPacket = (figures: Figures, one: Case, name: string, factor: number): number | null => {
    const figure = figures.get(one)?.get(name)
    return figure === undefined ? null : figure * factor
  }
  const speed = (one: Case, name: string) => perPacket(speeds, one, name, PACKETS[one.operation])
  const allocated = (one: Case, name: string) => perPacket(bytes, one, name, 1 / PACKETS[one.operation])
  const table = (title: string, of: (one: Case, name: string) => number | null, notes: string[]): Table => ({
    title,
    columns: ['operation', 'MQTT', ...names],
    rows: cases.map(one => [one.operation, one.version, ...names.map(name => of(one, name))]),
    notes,
  })
  return {
    tables: [
      table('Packets or matches per second of CPU time', speed, [
        `Median of ${effort.rounds} rounds in which all contestants take turns, each in a process of its own. A publish is that of ` +
          '`21.53` to `home/bedroom/temperature`, 33 bytes at QoS 0 in 3.1.1.',
      ]),
      table('Bytes allocated per packet or match', allocated, [
        'Heap and Buffers, over a span without a collection, code warm. The first column writes each packet as ' +
          "`socket.write(packet, 'latin1')` does, into memory that is there; the second makes a Buffer of it first, which " +
          'Node alone charges with about 140 bytes.',
      ]),
    ],
    budgets: budgets(speed, allocated),
  }
}

function budgets(
  speed: (one: Case, name: string) => number | null,
  allocated: (one: Case, name: string) => number | null,
): Budget[] {
  const [ours] = names
  const peers = names.filter(name => name.startsWith('mqtt-packet'))
  return cases.flatMap(one => {
    const what = `Node, ${one.version}: ${one.operation}`
    const found: Budget[] = []
    const times = SPEED_OF[one.operation]
    if (times !== undefined) {
      const best = Math.max(...peers.map(name => speed(one, name) ?? 0))
      const figure = (speed(one, ours) ?? 0) / best
      found.push({ name: `${what}, speed over mqtt-packet's best`, figure, limit: times, isLeast: true })
    }
    const limit = BYTES_OF[one.operation]
    if (limit !== undefined) found.push({ name: `${what}, bytes each`, figure: allocated(one, ours) ?? 0, limit })
    return found
  })
}
