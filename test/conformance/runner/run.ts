/** Plays scenarios with a client under test, through its adapter. */
import type { Pattern, Scenario } from '../scenarios'
import { shown } from './bytes'
import type { Adapter, Client, ClientEvent } from './client'
import { expectEvent } from './expect'
import { during, log, type Play, Skipped } from './play'
import { nodeStage, type Stage } from './stage'
import { playStep } from './steps'

export interface Verdict {
  id: string
  passed: boolean
  /** Why it was not played to its end, where that is nobody's fault. It has not passed either. */
  skipped?: string
  /** Index of the step that failed; that of the last step plus one for what was asked at the end. */
  failedStep?: number
  /** What was expected and what came. */
  message?: string
  /** Failed beside others; this is the verdict of a second run alone. */
  again?: true
  /** Packets (<- from the client), calls (..), refusals (!!), events (**), each behind its time in ms. */
  seen: string[]
}

export interface RunOptions {
  /** Multiplies what a client may take for its answers; silences stay as long as they are. Default 1. */
  timeScale?: number
  /** Scenarios with one of these tags are skipped. */
  skip?: string[]
}

/** What becomes of the adapter when its scenario is over: it has this long to drop everything. */
const KILL_TIMEOUT = 1000

async function playAll(play: Play, client: Client, verdict: Verdict): Promise<void> {
  const deferred: Pattern[] = []
  for (const [index, step] of play.scenario.steps.entries()) {
    verdict.failedStep = index
    await playStep(play, client, step, deferred)
  }
  verdict.failedStep = play.scenario.steps.length
  for (const event of deferred) await expectEvent(play, event)
  verdict.failedStep = undefined
  verdict.passed = true
}

/** Ends the client, however it takes it. */
async function kill(client: Client, stage: Stage): Promise<void> {
  let over = false
  const done = () => {
    over = true
  }
  try {
    Promise.resolve(client.kill()).then(done, done)
  } catch {
    return
  }
  for (const end = stage.now() + KILL_TIMEOUT; !over && stage.now() < end; ) await stage.sleep(stage.step)
}

/**
 * Plays one scenario on the stage, with a client of its own, and leaves nothing behind. Answers the verdict; it does not
 * reject over anything that the client does.
 */
export async function runScenario(
  scenario: Scenario,
  Adapter: Adapter,
  stage: Stage,
  { timeScale = 1, skip = [] }: RunOptions = {},
): Promise<Verdict> {
  const verdict: Verdict = { id: scenario.id, passed: false, seen: [] }
  const tag = scenario.tags?.find(tag => skip.includes(tag))
  if (tag) return { ...verdict, skipped: `tag ${tag}` }
  const { protocol } = scenario
  const server = await stage.listen()
  const play: Play = {
    scenario,
    stage,
    server,
    timeScale,
    variables: new Map(),
    events: [],
    taken: 0,
    dialled: false,
    started: stage.now(),
    seen: verdict.seen,
  }
  const emit = (event: ClientEvent) => {
    play.events.push(event)
    log(play, `** ${shown(event)}`)
  }
  let client: Client | undefined
  try {
    const made = new Adapter({ port: server.port, protocol, emit })
    client = made
    await during(play, () => playAll(play, made, verdict))
  } catch (error) {
    if (error instanceof Skipped) {
      verdict.skipped = error.message
      verdict.failedStep = undefined
    } else verdict.message = (error as Error).message
  }
  if (client) await kill(client, stage)
  await server.close()
  return verdict
}

export interface RunAllOptions extends RunOptions {
  /** How many are played at once. Default 30. */
  parallel?: number
  /** A stage for each scenario. Default: real time. */
  stage?: () => Stage
  /**
   * Where at most this many fail, each of them is played again alone, because a busy machine makes clients late.
   * Default 0.
   */
  again?: number
}

/** Plays scenarios, many at a time. Answers their verdicts in the same order. */
export async function runAll(
  scenarios: Scenario[],
  Adapter: Adapter,
  { parallel = 30, stage = nodeStage, again = 0, ...options }: RunAllOptions = {},
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  let next = 0
  async function worker(): Promise<void> {
    for (let index = next++; index < scenarios.length; index = next++) {
      verdicts[index] = await runScenario(scenarios[index], Adapter, stage(), options)
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  const failed = verdicts.flatMap(({ passed, skipped }, index) => (passed || skipped ? [] : [index]))
  if (failed.length > again || scenarios.length === 1) return verdicts
  for (const index of failed) {
    verdicts[index] = { ...(await runScenario(scenarios[index], Adapter, stage(), options)), again: true }
  }
  return verdicts
}
