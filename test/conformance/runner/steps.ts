import type { Pattern, Step } from '../scenarios'
import { short, shown } from './bytes'
import { app } from './call'
import type { Client } from './client'
import {
  expectClose,
  expectEvent,
  expectNoEvent,
  expectNothing,
  expectOnly,
  expectPacket,
  expectSequences,
} from './expect'
import { fillIn } from './match'
import { connection, log, type Play } from './play'

type SendStep = Extract<Step, { send: string }>
type WaitStep = Extract<Step, { wait_ms: number }>

async function send(play: Play, step: SendStep): Promise<void> {
  const stream = await connection(play)
  const bytes = Buffer.from(fillIn(step.send, play.variables), 'hex')
  log(play, `-> ${short(bytes.toString('hex'))} ${step.as}`)
  if (!step.send_fragmented) return stream.send(bytes)
  const { chunk = 1, gap_ms: gap = 1 } = step
  for (let at = 0; at < bytes.length; at += chunk) {
    stream.send(bytes.subarray(at, at + chunk))
    await play.stage.sleep(gap)
  }
}

async function wait(play: Play, step: WaitStep): Promise<void> {
  if (step.expect_nothing) return expectNothing(play, step.wait_ms, step.except)
  if (step.expect_only) return expectOnly(play, step.wait_ms, step.expect_only, step.match)
  const end = play.stage.now() + step.wait_ms
  // In small steps, for the sake of virtual time: promises of the client go on between them.
  while (play.stage.now() < end) await play.stage.sleep(Math.min(play.stage.step, end - play.stage.now()))
}

/** Plays one step. `deferred` collects the events that are asked for at the end. Throws Failure or Skipped. */
export async function playStep(play: Play, client: Client, step: Step, deferred: Pattern[]): Promise<void> {
  if ('app' in step) return app(play, client, step)
  if ('expect' in step) return expectPacket(play, step.expect, step.within_ms)
  if ('expect_sequences' in step) return expectSequences(play, step.expect_sequences, step.within_ms)
  if ('send' in step) return send(play, step)
  if ('wait_ms' in step) return wait(play, step)
  if ('expect_close_within_ms' in step) return expectClose(play, step.expect_close_within_ms, step.allow)
  if ('expect_no_event' in step) return expectNoEvent(play, step.expect_no_event, step.within_ms)
  if ('expect_event' in step) {
    if (!step.deferred) return expectEvent(play, step.expect_event)
    deferred.push(step.expect_event)
  } else if ('close' in step) {
    const stream = await connection(play)
    log(play, '-- closed by the broker')
    stream.close()
  } else if ('repeat' in step) {
    for (let time = 0; time < step.repeat; time++) {
      for (const inner of step.steps) await playStep(play, client, inner, deferred)
    }
  } else {
    step satisfies never
    throw new Error(`no such step: ${shown(step)}`)
  }
}
