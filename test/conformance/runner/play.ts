/** A scenario while it is played: the connection that the steps speak to, what came, and time. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scenario } from '../scenarios'
import { shown } from './bytes'
import type { ClientEvent } from './client'
import type { Variables } from './match'
import { type PacketStream, packetStream } from './packets'
import type { Server, Stage } from './stage'

/** The client did something other than the scenario wants. */
export class Failure extends Error {}
/** The client lacks what the rest of the scenario is about. */
export class Skipped extends Error {}

/** What became of a call. */
export interface Outcome {
  /** Undefined while the call is under way. */
  result?: 'done' | 'refused'
  reason: string
}

export interface Play {
  scenario: Scenario
  stage: Stage
  server: Server
  /** Limits of time are multiplied by this; silence is not. */
  timeScale: number
  variables: Variables
  /** Events that no step has used. */
  events: ClientEvent[]
  /** Connections of the server that the steps have taken or passed over. */
  taken: number
  current?: PacketStream
  /** connect or reconnect was called, and no step has spoken to its connection yet. */
  dialled: boolean
  /** What became of the last connect; nobody asks about a reconnect, which may be ignored. */
  dial?: Outcome
  /** An exception of the client that nobody caught. */
  stray?: Error
  started: number
  /** What happened, for whoever looks into a failure. */
  seen: string[]
}

/** How often something is looked for at least, however late the process gets its turn. */
const LOOKS = 20
/** For a client that starts slowly. */
const CONNECTION_TIMEOUT = 10_000

export function log(play: Play, line: string): void {
  play.seen.push(`${(play.stage.now() - play.started).toFixed(0)} ${line}`)
}

/** What `look` finds, as soon as it is not undefined, or undefined after `ms`. */
export async function until<T>(play: Play, ms: number, look: () => T | undefined): Promise<T | undefined> {
  const { stage } = play
  const deadline = stage.now() + ms
  for (let looks = 0; ; looks++) {
    if (play.stray) throw new Failure(`the client threw what nobody caught: ${play.stray.stack}`)
    const found = look()
    if (found !== undefined) return found
    const left = deadline - stage.now()
    if (left <= 0 && looks >= LOOKS) return undefined
    await stage.sleep(Math.min(Math.max(left, 1), stage.step))
  }
}

/** Takes the next connection that the client has not given up. */
function accept(play: Play): PacketStream | undefined {
  while (play.taken < play.server.accepted.length) {
    const end = play.server.accepted[play.taken++]
    if (!end.ended) return packetStream(end)
    log(play, 'a connection came and went')
  }
  return undefined
}

/** Whether the client has opened a connection that no step has taken. */
export function hasNewConnection(play: Play): boolean {
  return play.server.accepted.length > play.taken
}

/**
 * The connection that the next step speaks to: behind connect and reconnect the new one, unless the last one goes on.
 */
export async function connection(play: Play): Promise<PacketStream> {
  const { current } = play
  if (current && !play.dialled) return current
  const found = await until(play, CONNECTION_TIMEOUT * play.timeScale, () => {
    const next = accept(play)
    if (next) {
      log(play, '-- connected')
      return next
    }
    if (current && !current.over()) return current.waiting() > 0 ? current : undefined
    if (play.dial?.result === 'refused') throw new Failure(`the client refused to connect: ${play.dial.reason}`)
    return undefined
  })
  if (!found) throw new Failure('no TCP connection came')
  play.dialled = false
  play.current = found
  return found
}

const playing = new AsyncLocalStorage<Play>()

/** Runs `run`, and knows an exception that is thrown in its wake for one of this play. */
export function during<T>(play: Play, run: () => T): T {
  return playing.run(play, run)
}

/**
 * From now on an exception of a client that nobody catches fails the scenario that it belongs to, and does not end the
 * process.
 */
export function catchStrays(): void {
  process.on('uncaughtException', error => {
    const play = playing.getStore()
    if (!play) throw error
    play.stray = error
  })
}

export function eventsLeft(play: Play): string {
  return play.events.length > 0 ? play.events.map(shown).join(', ') : 'none'
}
