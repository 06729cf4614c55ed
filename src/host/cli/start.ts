import { setTimeout as sleep } from 'node:timers/promises'
import { type Board, boardNames, formatFindings, loadBoards } from '../boards'
import { unitOf } from '../boards/unit'
import { embeddedBroker } from '../broker/embedded'
import { findMosquitto, mosquitto } from '../broker/mosquitto'
import { type Message, subscribe } from '../broker/subscriber'
import { ENGINE_VARIABLE } from '../engine/real'
import { buildImage } from '../image'
import { boot, enginePath } from './boot'
import { boardsFolder } from './folders'
import { tracer } from './trace'

export interface StartOptions {
  board: string[]
  for?: number
  interval: number
  broker?: URL
  trace?: boolean
  json?: boolean
  engine: 'double' | 'real'
}

/** How long the last words of unplugged boards may take to arrive. */
const FAREWELL_MS = 10_000

/** A board that runs, and what the subscriber has seen of it. */
interface Running {
  board: Board
  readings: number
  /** Last payload of its status topic; '' before the first. */
  status: string
}

/** The boards to run, made for this machine; undefined when a file or an option is at fault, which has been said. */
function boardsFor(options: StartOptions): Board[] | undefined {
  const names = options.board.length > 0 ? options.board : boardNames(boardsFolder)
  const { hostname, port } = options.broker ?? new URL('mqtt://127.0.0.1')
  const set = [
    `mqtt.host=${hostname}`,
    `mqtt.port=${port || 1883}`,
    'mqtt.fallback=[]',
    'mqtt.tls=false',
    `publish.intervalS=${options.interval}`,
  ]
  const loaded = names.map(name => {
    // The id of a real engine is not known before it runs, and two boards must be told apart.
    const overrides = options.engine === 'real' ? [...set, `device.id=${name}`] : set
    return loadBoards(boardsFolder, [name], { standIns: true, local: true, set: overrides })
  })
  const findings = loaded.flatMap(one => one.findings)
  if (findings.length > 0) console.error(formatFindings(findings))
  if (findings.some(finding => finding.severity === 'error')) return undefined
  const boards = loaded.flatMap(one => one.boards)
  const missing = options.engine === 'real' ? boards.filter(board => !enginePath(board)) : []
  for (const { board, runtime } of missing) {
    console.error(`${board}: --engine real needs ${ENGINE_VARIABLE[runtime]}=<path of a ${runtime} for this machine>.`)
  }
  return missing.length > 0 ? undefined : boards
}

/**
 * Starts what the boards need, and points them there: the broker inside for those of 3.1.1, Mosquitto for those of 5.0.
 * Answers the addresses; undefined where there is no Mosquitto, which has been said.
 */
async function startBrokers(boards: Board[], say: (text: string) => void, endings: (() => unknown)[]) {
  const urls: URL[] = []
  const path = findMosquitto()
  const newer = boards.filter(({ mqtt }) => mqtt.version === '5.0').map(({ board }) => board)
  if (newer.length > 0 && path === undefined) {
    console.error(
      `${newer.join(', ')}: mqtt.version 5.0 needs a broker that speaks it, which the one inside does not. Install ` +
        'Mosquitto (Debian: apt install mosquitto; macOS: brew install mosquitto; else https://mosquitto.org/download), ' +
        'or name one: MOSQUITTO=<its path>, or --broker mqtt://host:port.',
    )
    return undefined
  }
  for (const version of ['3.1.1', '5.0']) {
    const group = boards.filter(({ mqtt }) => mqtt.version === version)
    if (group.length === 0) continue
    const broker = version === '5.0' && path !== undefined ? await mosquitto(path) : await embeddedBroker()
    endings.push(broker.close)
    for (const { mqtt } of group) mqtt.port = broker.port
    const url = new URL(`mqtt://127.0.0.1:${broker.port}`)
    urls.push(url)
    const name = version === '5.0' ? `${path} for ${newer.join(', ')}, ` : ''
    say(dim(`broker   ${name}listening on ${url.host}; look in with mosquitto_sub -p ${broker.port} -t '#' -v`))
  }
  return urls
}

function dim(text: string): string {
  return process.stdout.isTTY ? `\u001b[2m${text}\u001b[22m` : text
}

/**
 * Builds every board's image, boots each on its virtual board or real engine, and prints what a subscriber receives until
 * Ctrl-C or the end of `for`. Answers the exit code: 0; 1 when a board cannot be built, or by the end of `for` has not
 * reported; 2 for faults of board files and options.
 */
export async function start(options: StartOptions): Promise<number> {
  // What was begun, to be ended in reverse, whatever happens.
  const endings: (() => unknown)[] = []
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, interrupt)
    endings.push(() => process.off(signal, interrupt))
  }
  try {
    return await run(options, stop.signal, endings)
  } finally {
    for (const end of endings.reverse()) await end()
  }
}

async function run(options: StartOptions, stop: AbortSignal, endings: (() => unknown)[]): Promise<number> {
  const say = options.json ? console.error : console.log
  const boards = boardsFor(options)
  if (!boards) return 2
  const urls = options.broker ? [options.broker] : await startBrokers(boards, say, endings)
  if (!urls) return 2

  const images: string[] = []
  for (const board of boards) {
    try {
      const { code } = await buildImage(board)
      images.push(code)
      say(dim(`${board.board.padEnd(8)} image built, ${code.length} bytes`))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      // The sources are compiled together: a fault in one HAL stops the image of the other board first.
      const culprit = boards.find(({ runtime }) => why.includes(`src/hal/${runtime}/`)) ?? board
      console.error(`${culprit.board}: its image cannot be built: ${why}`)
      return 1
    }
  }

  const byBase = new Map<string, Running>()
  const take = (message: Message) => {
    const base = message.topic.slice(0, message.topic.lastIndexOf('/'))
    const running = byBase.get(base)
    if (!running) return
    const key = message.topic.slice(base.length + 1)
    if (key === 'status') running.status = message.payload
    else running.readings++
    print(message, running.board, key)
  }
  const print = ({ topic, payload, qos, retain }: Message, file: Board, key: string) => {
    const { board } = file
    const time = new Date()
    if (options.json) console.log(JSON.stringify({ time: time.toISOString(), board, topic, payload, qos, retain }))
    else {
      const line = `${time.toLocaleTimeString('sv')} ${board.padEnd(8)} ${topic}  ${payload}`
      console.log(line + unitOf(file, key))
    }
  }

  // A foreign broker may want a login, and may not let us subscribe to more than the boards' own topics.
  const { username, password } = boards[0].mqtt
  const filters = boards.map(board => board.topics.base.replace(/[^/]*\{id\}[^/]*/g, '+') + '/+')
  const login = username ? { username, password } : {}
  for (const url of urls) {
    const subscriber = await subscribe(url.href, [...new Set(filters)], take, login)
    endings.push(subscriber.close)
  }

  const unplug: (() => Promise<void>)[] = []
  endings.push(() => Promise.all(unplug.map(pull => pull())))
  for (const [index, board] of boards.entries()) {
    const line = (text: string) => say(dim(`         ${board.board} | ${text}`))
    const tap = options.trace ? tracer(board.mqtt.version, line) : undefined
    const powered = await boot(board, images[index], { engine: options.engine, console: line, tap })
    unplug.push(powered.stop)
    byBase.set(board.topics.base.replaceAll('{id}', powered.id), { board, readings: 0, status: '' })
  }

  await sleep(options.for ? options.for * 1000 : 2 ** 31 - 1, undefined, { signal: stop }).catch(() => {})
  await Promise.all(unplug.map(pull => pull()))
  const running = [...byBase.values()]
  const deadline = Date.now() + FAREWELL_MS
  while (running.some(one => one.status === 'online') && Date.now() < deadline) await sleep(20)

  const silent = running.filter(one => one.readings === 0).map(one => `${one.board.board}: no reading arrived`)
  const lingering = running
    .filter(one => one.status === 'online')
    .map(one => `${one.board.board}: no "offline" was seen`)
  // Who presses Ctrl-C in the first second has not asked for a verdict.
  const faults = options.for ? [...silent, ...lingering] : lingering
  for (const fault of faults) console.error(fault)
  return faults.length > 0 ? 1 : 0
}
