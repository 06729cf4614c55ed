/** Files in the flash of both doubles, as the real runtimes have them. */
import { expect, it } from 'vitest'
import { virtualClock } from '../../src/host/virtual/clock'
import { kalumaBoard } from '../../src/host/virtual/kaluma'
import { memoryNetwork } from '../../src/host/virtual/memory-network'
import { setUp } from './espruino-setup'

const TRYING = "function trying(run) { try { console.log(String(run())) } catch (e) { console.log('' + e) } }"

it('Storage of Espruino keeps bytes over a power cut, and takes no empty file', () => {
  const { board, clock, lines } = setUp()
  const read = `${TRYING}
    var storage = require('Storage')
    function read() { var file = storage.read('a'); return file && file.length + ' ' + file.charCodeAt(1) }
    trying(read)`
  board.boot(`${read}
    trying(function () { return storage.write('a', '\\x01\\xff\\0') })
    trying(function () { return storage.write('a', '') })`)
  clock.advance(100)
  board.unplug()
  board.boot(`${read}
    storage.erase('a')
    trying(read)`)
  clock.advance(100)
  expect(lines).toEqual(['undefined', 'true', "Error: Can't create zero length file", '3 255', 'undefined'])
})

it('fs of Kaluma keeps typed arrays over a power cut, and throws for a file that is not there', () => {
  const clock = virtualClock()
  const lines: string[] = []
  const board = kalumaBoard({
    name: 'pico',
    world: { clock, transport: memoryNetwork(clock) },
    accessPoint: { ssid: '', password: '', inRange: true },
    console: line => lines.push(line),
  })
  const read = `${TRYING}
    var fs = require('fs')
    trying(function () { return fs.exists('/a') })
    trying(function () { var file = fs.readFile('/a'); return file.length + ' ' + file[1] })`
  board.boot(`${read}
    trying(function () { return fs.writeFile('/a', new Uint8Array([1, 255, 0])) })
    trying(function () { return fs.writeFile('/a', 'text') })`)
  clock.advance(100)
  board.boot(`${read}
    fs.unlink('a')
    trying(function () { return fs.unlink('/a') })`)
  clock.advance(100)
  expect(lines).toEqual([
    'false',
    'Error: No such file or directory',
    'undefined',
    'TypeError: "buffer" argument must be an TypedArray',
    'true',
    '3 255',
    'Error: No such file or directory',
  ])
})
