import { beforeEach, describe, expect, it, vi } from 'vitest'
import { rebootAfter } from '../../src/app/reboot'
import { type Client, create, IDLE, UP } from '../../src/client/client'
import type { Board } from '../../src/hal/contract'
import { fakeDialer } from '../client/fake-link'

const LIMIT = 300_000

function rig() {
  const pending: { at: number; run: () => void }[] = []
  let now = 5000
  const events: string[] = []
  const board = {
    now: () => now,
    after: (ms: number, run: () => void) => pending.push({ at: now + ms, run }),
    restart: () => events.push('restart'),
  } as Partial<Board> as Board
  const client: Client = create(fakeDialer().dial, '', 30, (_event, _a, why) => events.push(`${why}`))
  rebootAfter(board, client, LIMIT)
  return {
    client,
    events,
    run(ms: number) {
      for (const end = now + ms; pending[0].at <= end; ) {
        now = pending[0].at
        pending.shift()?.run()
      }
    },
  }
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

describe('rebootAfter', () => {
  it('restarts when no session came up in time, and no earlier', () => {
    const { events, run } = rig()
    run(LIMIT - 1000)
    expect(events).toEqual([])
    run(1000)
    expect(events).toEqual(['restart'])
  })

  it('counts from the end of the last session', () => {
    const { client, events, run } = rig()
    run(LIMIT - 1000)
    client.state = UP
    run(10 * LIMIT)
    expect(events).toEqual([])
    client.state = IDLE
    run(LIMIT - 1000)
    expect(events).toEqual([])
    run(1000)
    expect(events).toEqual(['restart'])
  })

  it('ends the link before it restarts, so that the will stands', () => {
    const { client, events, run } = rig()
    client.state = 1
    run(LIMIT)
    expect(events).toEqual(['restarting', 'restart'])
  })
})
