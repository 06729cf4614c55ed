/** Calls of the client under test. */
import type { Bytes, Step } from '../scenarios'
import { bytesOf, shown } from './bytes'
import type { Client } from './client'
import { Failure, log, type Outcome, type Play, Skipped, until } from './play'

type AppStep = Extract<Step, { app: string }>
type Args = Record<string, unknown>

/** Within this a call is refused, or it is not. */
const REFUSAL_TIMEOUT = 300
/** For how long nothing may result from a refused call. */
const AFTERMATH = 60

/** Payloads and the like become bytes, topics text, variables numbers. */
function argsOf(play: Play, args: Args): Args {
  const ready: Args = {}
  for (const [name, value] of Object.entries(args)) {
    if (name === 'payload' || name === 'password') ready[name] = bytesOf(value as Bytes)
    else if (name === 'will') ready[name] = argsOf(play, value as Args)
    else if (name === 'topic' && typeof value === 'object') {
      const { fill, length } = value as { fill: string; length: number }
      ready[name] = fill.repeat(length)
    } else if (name === 'value' && typeof value === 'string') ready[name] = play.variables.get(value)
    else ready[name] = value
  }
  return ready
}

/** Calls and does not wait. A client without the method refuses. */
function call(play: Play, client: Client, method: string, args: Args): Outcome {
  const outcome: Outcome = { reason: '' }
  const refuse = (error: unknown) => {
    outcome.result = 'refused'
    outcome.reason = error instanceof Error ? error.message : String(error)
    log(play, `!! ${method} refused: ${outcome.reason}`)
  }
  try {
    const run = client[method as keyof Client]
    if (!run) throw new Error('the client has no such call')
    Promise.resolve(run.call(client, args)).then(() => {
      outcome.result = 'done'
    }, refuse)
  } catch (error) {
    refuse(error)
  }
  return outcome
}

/** How many packets and connections have come that no step has looked at. */
function untouched({ current, server }: Play): number {
  return (current?.waiting() ?? 0) + server.accepted.length
}

async function refusal(play: Play, { app }: AppStep, outcome: Outcome, before: number): Promise<void> {
  await until(play, REFUSAL_TIMEOUT * play.timeScale, () => outcome.result)
  if (outcome.result !== 'refused') {
    const did = outcome.result === 'done' ? 'accepted it' : `said nothing in ${REFUSAL_TIMEOUT} ms`
    throw new Failure(`expected the client to refuse ${app}, but it ${did}`)
  }
  await until(play, AFTERMATH, () => {
    if (untouched(play) > before)
      throw new Failure(`expected nothing of the refused ${app}, but a packet or a connection came`)
  })
}

/** One step of the app. Hooks and refusals are waited for, everything else is only begun. */
export async function app(play: Play, client: Client, step: AppStep): Promise<void> {
  const method = step.app
  const args = argsOf(play, step.args)
  log(play, `.. ${method} ${shown(args)}`)
  const before = untouched(play)
  if (!step.expect_error && !client[method as keyof Client]) throw new Skipped(`the client has no ${method}`)
  const outcome = call(play, client, method, args)
  if (step.expect_error === true) return refusal(play, step, outcome, before)
  if (method === 'connect' || method === 'reconnect') {
    play.dialled = true
    play.dial = method === 'connect' ? outcome : undefined
  } else if (step.optional_hook || method === 'on_message') {
    await until(play, REFUSAL_TIMEOUT * play.timeScale, () => outcome.result)
    if (step.optional_hook && outcome.result !== 'done') throw new Skipped(`${method}: ${outcome.reason}`)
  }
}
