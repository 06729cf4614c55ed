import { describe, expect, it } from 'vitest'
import type { Board } from '../../src/host/boards'
import { buildImage } from '../../src/host/image'
import { boardWith } from './fixture'
import { tracesOfAsked, tracesOfUnasked } from './traces'

const pico = (board: Board) => Object.assign(board, { board: 'pico-w', runtime: 'kaluma' })
const login = ({ mqtt }: Board) => Object.assign(mqtt, { username: 'mote', password: 'mqtt-secret' })
const virtual = ({ sensors }: Board) => Object.assign(sensors[0], { type: 'virtual' })
const fixedId = ({ mqtt, topics }: Board) => {
  mqtt.clientId = 'shed'
  topics.base = 'shed'
}

/** Board files that ask for more and for less. */
const boards = {
  'esp32 without a login': boardWith(),
  'esp32 with a login': boardWith(login),
  'esp32 with a virtual sensor': boardWith(virtual),
  'esp32 with an id of its own': boardWith(fixedId),
  'pico-w without a login': boardWith(pico),
  'pico-w with a login, a virtual sensor and an id of its own': boardWith(board =>
    [pico, login, virtual, fixedId].map(change => change(board)),
  ),
}

describe('the image of an', () => {
  for (const [name, board] of Object.entries(boards)) {
    it(`${name} holds what the board file asks for and nothing else`, async () => {
      const { code } = await buildImage(board)
      expect(tracesOfUnasked(board, code)).toEqual([])
      expect(tracesOfAsked(board, code)).toBe(true)
    })
  }

  it('board that asks for everything shows every trace to one that asks for nothing', async () => {
    const { code: espruino } = await buildImage(boardWith(login))
    const { code: kaluma } = await buildImage(boardWith(board => [pico, virtual].map(change => change(board))))
    const unasked = tracesOfUnasked(
      boardWith(board => [virtual, fixedId].map(change => change(board))),
      `${espruino}${kaluma}`,
    )
    expect(unasked.map(line => line.split(':')[0])).toEqual([
      'the runtime kaluma',
      'the internal sensor',
      'an id',
      'a user name',
      'a password',
    ])
  })
})
