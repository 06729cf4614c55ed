import { virtualClock } from '../../src/host/virtual/clock'
import { type EspruinoBoardOptions, espruinoBoard } from '../../src/host/virtual/espruino'
import { type MemoryNetworkOptions, memoryNetwork, type ServerConnection } from '../../src/host/virtual/memory-network'

/** How long a join takes, with room to spare. */
export const JOIN_MS = 1000

/** An ESP32 that is not powered yet, and a server on broker:1883 that notes what it hears. */
export function setUp(options: Partial<EspruinoBoardOptions> = {}, networkOptions: MemoryNetworkOptions = {}) {
  const clock = virtualClock()
  const network = memoryNetwork(clock, networkOptions)
  const accepted: ServerConnection[] = []
  const heard: string[] = []
  const listener = network.listen('broker', 1883, connection => {
    accepted.push(connection)
    return {
      received: bytes => heard.push(bytes.toString('latin1')),
      ended: () => heard.push('<FIN>'),
      failed: code => heard.push(`<${code}>`),
    }
  })
  const lines: string[] = []
  const accessPoint = { ssid: 'home', password: 'secret', inRange: true }
  const world = { clock, transport: network }
  const board = espruinoBoard({ name: 'esp32', world, accessPoint, console: line => lines.push(line), ...options })
  return { clock, network, listener, accepted, heard, lines, board, accessPoint }
}

/** Boots a snippet and lets some time pass. */
export function run(source: string, ms = 100, options: Partial<EspruinoBoardOptions> = {}) {
  const world = setUp(options)
  world.board.boot(source)
  world.clock.advance(ms)
  return world
}

/** What a snippet prints. */
export function printed(source: string, ms = 100, options: Partial<EspruinoBoardOptions> = {}): string[] {
  return run(source, ms, options).lines
}

/** A snippet that runs behind a join, with `net`, `wifi` and a variable `s` at hand. */
export function joined(source: string): string {
  return `var net = require('net'), wifi = require('Wifi'), s
    wifi.stopAP()
    wifi.connect('home', {password: 'secret'}, function () { ${source} })`
}

/** Boots a snippet behind a join, on a network that may be special, and waits until it ran. */
export function runJoined(
  source: string,
  options: Partial<EspruinoBoardOptions> = {},
  networkOptions: MemoryNetworkOptions = {},
) {
  const world = setUp(options, networkOptions)
  world.board.boot(joined(source))
  world.clock.advance(JOIN_MS)
  return world
}
