/** What the client sends, does and says, beside what the scenario wants. */
import type { Pattern } from '../scenarios'
import { short, shown } from './bytes'
import { type Decoded, decode } from './decode'
import { fillIn, hexMatches, match } from './match'
import type { PacketStream } from './packets'
import { connection, eventsLeft, Failure, hasNewConnection, log, type Play, until } from './play'

const DEFAULT_TIMEOUT = 1500

interface Received {
  hex: string
  bytes: Buffer
  decoded: Decoded
}

/** The next packet of the client, decoded, if it is here. */
function take(play: Play, stream: PacketStream): Received | undefined {
  try {
    const bytes = stream.next()
    if (!bytes) return undefined
    const hex = short(bytes.toString('hex'))
    log(play, `<- ${hex}`)
    return { hex, bytes, decoded: decode(bytes, play.scenario.protocol === 5) }
  } catch (error) {
    throw new Failure(`the client sent a malformed packet: ${(error as Error).message}; ${play.seen.at(-1)}`)
  }
}

/** A packet for people. */
function told({ hex, decoded }: Received): string {
  const { packet, flags, headerHex, size, ...fields } = decoded
  return `${packet} ${shown(fields)} (${hex})`
}

async function nextPacket(play: Play, wanted: string, ms: number): Promise<Received> {
  const stream = await connection(play)
  const found = await until(play, ms, () => take(play, stream) ?? (stream.over() ? 'over' : undefined))
  if (found === 'over') throw new Failure(`expected ${wanted}, but the connection is closed`)
  if (found) return found
  const rest = stream.rest()
  const part = rest.length > 0 ? `only a part of a packet, ${short(rest.toString('hex'))},` : 'nothing'
  throw new Failure(`expected ${wanted}, but ${part} came in ${ms.toFixed()} ms`)
}

/** Binds what the pattern binds. */
function check(play: Play, pattern: Pattern, received: Received): void {
  const result = match(pattern, received.decoded, play.variables)
  if (typeof result === 'string') throw new Failure(`expected ${shown(pattern)}, came ${told(received)}: ${result}`)
  play.variables = result
}

/** DISCONNECT of 5.0 with reason code 0 has three forms. */
const NORMAL_DISCONNECT = ['e000', 'e00100', 'e0020000']

export async function expectPacket(play: Play, wanted: string | Pattern, ms = DEFAULT_TIMEOUT): Promise<void> {
  const received = await nextPacket(
    play,
    typeof wanted === 'string' ? short(wanted) : shown(wanted),
    ms * play.timeScale,
  )
  if (typeof wanted !== 'string') return check(play, wanted, received)
  const hex = fillIn(wanted, play.variables)
  const forms = hex === 'e000' && play.scenario.protocol === 5 ? NORMAL_DISCONNECT : [hex]
  if (!forms.some(form => hexMatches(form, received.bytes))) {
    throw new Failure(`expected ${short(hex)}, came ${told(received)}`)
  }
}

export async function expectSequences(play: Play, sequences: Pattern[][], ms: number): Promise<void> {
  const left = sequences.map(sequence => [...sequence])
  const deadline = play.stage.now() + ms * play.timeScale
  for (let open = left.filter(list => list.length > 0); open.length > 0; open = left.filter(list => list.length > 0)) {
    const wanted = `one of ${shown(open.map(list => list[0]))}`
    const received = await nextPacket(play, wanted, Math.max(deadline - play.stage.now(), 0))
    const fitting = open.find(list => typeof match(list[0], received.decoded, play.variables) !== 'string')
    if (!fitting) throw new Failure(`expected ${wanted}, came ${told(received)}`)
    check(play, fitting.shift() as Pattern, received)
  }
}

/** For `ms` nothing comes but packets that `allowed` does not object to, by a reason. */
export async function expectSilence(
  play: Play,
  ms: number,
  allowed: (received: Received) => string | undefined,
): Promise<void> {
  const { current } = play
  const live = play.dialled && current && !current.over() ? current : undefined
  const stream = live ?? (await connection(play))
  await until(play, ms, () => {
    if (live && hasNewConnection(play)) throw new Failure('the client opened a second connection')
    for (let received = take(play, stream); received; received = take(play, stream)) {
      const objection = allowed(received)
      if (objection) throw new Failure(`expected ${objection} for ${ms} ms, came ${told(received)}`)
    }
  })
  const rest = stream.rest()
  if (rest.length > 0) throw new Failure(`expected whole packets, came a part of one: ${short(rest.toString('hex'))}`)
}

export function expectNothing(play: Play, ms: number, except: string[] = []): Promise<void> {
  const wanted = except.length > 0 ? `nothing but ${except}` : 'nothing'
  return expectSilence(play, ms, ({ decoded }) => (except.includes(decoded.packet) ? undefined : wanted))
}

export function expectOnly(play: Play, ms: number, names: string[], pattern: Pattern = {}): Promise<void> {
  return expectSilence(play, ms, ({ decoded }) => {
    if (!names.includes(decoded.packet)) return `only ${names}`
    const result = match(pattern, decoded, play.variables)
    if (typeof result === 'string') return `only ${names} with ${shown(pattern)} (${result})`
    play.variables = result
    return undefined
  })
}

export async function expectClose(play: Play, ms: number, allow: Pattern[] = []): Promise<void> {
  const stream = await connection(play)
  const closed = await until(play, ms * play.timeScale, () => {
    // Asked first: what came before the end is then all there.
    const over = stream.over()
    for (let received = take(play, stream); received; received = take(play, stream)) {
      const { decoded } = received
      const fits = allow.some(pattern => typeof match(pattern, decoded, play.variables) !== 'string')
      if (!fits) throw new Failure(`expected the client to close (before it ${shown(allow)}), came ${told(received)}`)
    }
    return over || undefined
  })
  if (!closed) throw new Failure(`expected the client to close, but the connection is open after ${ms} ms`)
  log(play, '-- closed by the client')
}

/** Uses up the first event that fits. */
export async function expectEvent(play: Play, wanted: Pattern): Promise<void> {
  const found = await until(play, DEFAULT_TIMEOUT * play.timeScale, () => {
    const index = play.events.findIndex(event => typeof match(wanted, event, play.variables) !== 'string')
    return index < 0 ? undefined : play.events.splice(index, 1)
  })
  if (!found) throw new Failure(`expected the event ${shown(wanted)}, left of what came: ${eventsLeft(play)}`)
}

export async function expectNoEvent(play: Play, unwanted: Pattern, ms: number): Promise<void> {
  const found = await until(play, ms, () =>
    play.events.find(event => typeof match(unwanted, event, play.variables) !== 'string'),
  )
  if (found) throw new Failure(`expected no event ${shown(unwanted)}, came ${shown(found)}`)
}
