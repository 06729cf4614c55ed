import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { realClock } from '../../src/host/virtual/clock'
import { espruinoBoard } from '../../src/host/virtual/espruino'
import { nodeNetwork } from '../../src/host/virtual/node-network'
import { setUp } from './espruino-setup'

/** What an image does, by hand: it joins for ever, connects for ever, and sends a temperature at an interval. */
function image(host: string, port: number, intervalMs: number): string {
  return `(function () {
    var wifi = require('Wifi'), net = require('net'), socket, wait = 500
    E.srand(E.CRC32(getSerial()))
    E.on('errorFlag', function () { E.reboot() })
    require('TelnetServer').setOptions({mode: 'off'})
    function isUp() { return wifi.getStatus().station === 'connected' && wifi.getIP().ip !== '0.0.0.0' }
    function lost(reason) {
      console.log('lost: ' + reason)
      socket = undefined
      setTimeout(dial, wait)
      wait = Math.min(wait * 2, 8000)
    }
    function dial() {
      if (!isUp()) { setTimeout(dial, 1000); return }
      try {
        var mine = net.connect({host: '${host}', port: ${port}}, function () {
          wait = 500
          mine.write(String.fromCharCode(0x30, 0xff) + 'hello')
        })
        socket = mine
        mine.on('data', function (d) { console.log('got ' + d.length + ' ' + d.charCodeAt(0)) })
        mine.on('error', function () {})
        mine.on('close', function () { if (socket === mine) lost('closed') })
      } catch (e) { lost(e) }
    }
    function join() {
      if (!isUp()) wifi.connect('home', {password: 'secret'}, function () {})
      setTimeout(join, 10000)
    }
    function report() {
      setTimeout(report, ${intervalMs})
      if (socket) socket.write(((E.getTemperature() - 32) / 1.8).toFixed(1) + ';')
    }
    setTimeout(function () { wifi.stopAP(); join(); dial(); report() }, 1)
  })()`
}

describe('an image on the Espruino double', () => {
  it('joins, connects and sends over the network in memory, through refusals, resets and a lost Wi-Fi', () => {
    const { accepted, board, clock, heard, lines, listener } = setUp({ celsius: 25 })
    listener.mode = 'refuses'
    board.boot(image('broker', 1883, 10_000))
    clock.advance(5_000)
    expect(lines.slice(0, 2)).toEqual([
      'ERROR: Connect failed (err 111)',
      'lost: InternalError: Unable to create socket',
    ])
    expect([board.openAccessPoint, board.telnetConsole]).toEqual([false, false])

    listener.mode = 'accepts'
    clock.advance(60_000)
    expect(heard.join('')).toMatch(/^0\xffhello(25\.0;)+$/)
    accepted[0].send(Buffer.from([200, 1]))
    clock.advance(10)
    expect(lines.at(-1)).toBe('got 2 200')

    const steady = board.holdings()
    for (let i = 0; i < 50; i++) {
      listener.kill()
      clock.advance(20_000)
    }
    expect(accepted).toHaveLength(51)
    expect(board.holdings()).toEqual(steady)

    heard.length = 0
    board.loseWifi()
    clock.advance(3_600_000)
    expect(heard).toEqual([])
    board.restoreWifi()
    clock.advance(60_000)
    expect(heard.join('')).toContain('25.0;')
    expect(board.restarts).toBe(0)
  })

  it('does the same over real sockets, to a server in this process', async () => {
    const heard: string[] = []
    const server = createServer(socket => {
      socket.on('data', data => heard.push(data.toString('latin1')))
      socket.on('error', () => {})
      socket.write(Buffer.from([200, 1]))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const lines: string[] = []
    const network = nodeNetwork()
    const board = espruinoBoard({
      name: 'esp32',
      world: { clock: realClock(), transport: network },
      accessPoint: { ssid: 'home', password: 'secret', inRange: true },
      celsius: 25,
      console: line => lines.push(line),
    })
    board.boot(image('127.0.0.1', (server.address() as AddressInfo).port, 100))
    await vi.waitFor(() => expect(heard.join('')).toMatch(/^0\xffhello(25\.0;){3}/), 8000)
    expect(lines).toEqual(['got 2 200'])
    board.unplug()
    network.close()
    server.close()
  })
})
