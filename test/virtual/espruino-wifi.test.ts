import { describe, expect, it } from 'vitest'
import type { EspruinoBoardOptions } from '../../src/host/virtual/espruino'
import { JOIN_MS, setUp } from './espruino-setup'

/** Prints every event of the Wi-Fi, and can join. */
const WATCH = `var w = require('Wifi')
  w.on('associated', function (e) { print('associated ' + e.ssid) })
  w.on('connected', function (e) { print('connected ' + e.ip + ' ' + e.netmask + ' ' + e.gw) })
  w.on('disconnected', function (e) { print('disconnected ' + e.reason + ' ' + e.msg) })
  function join(ssid, password) {
    w.connect(ssid, {password: password}, function (e) { print('callback ' + e) })
  }`
const JOIN = "; w.stopAP(); join('home', 'secret')"
const JOINED = ['associated home', 'callback null', 'connected 192.168.4.2 255.255.255.0 192.168.4.1']

function watch(source: string, ms: number, options: Partial<EspruinoBoardOptions> = {}) {
  const world = setUp(options)
  world.board.boot(`${WATCH}${source}`)
  world.clock.advance(ms)
  return world
}

describe.each(['2v29', 'head'] as const)('the Wi-Fi of the Espruino double, %s', release => {
  const isHead = release === 'head'

  it('joins, and tells the callback and the listeners', () => {
    expect(watch(JOIN, JOIN_MS, { release }).lines).toEqual(JOINED)
  })

  it('tells its addresses and its state', () => {
    const source = `${JOIN}; function look() {
        var i = w.getIP(), s = w.getStatus(), d = w.getDetails()
        print(i.ip, i.mac, s.station, s.mode, typeof s.rssi, d.status, d.ssid)
      }
      look(); setTimeout(look, 2000); w.getIP(function (e, i) { print(e, i.ip) })`
    const { lines } = watch(source, 3000, { release })
    expect(lines[0]).toMatch(
      /^0\.0\.0\.0 24:0a:c4:00:2f:90 Unknown reason (STA|NULL) undefined Unknown reason undefined$/,
    )
    expect(lines).toContain('null 0.0.0.0')
    expect(lines.at(-1)).toBe('192.168.4.2 24:0a:c4:00:2f:90 connected STA number connected home')
  })

  it.each([
    ['a wrong password', "join('home', 'wrong')", '15 4WAY_HANDSHAKE_TIMEOUT'],
    ['a network out of hearing', "join('other', 'secret')", '201 NO_AP_FOUND'],
  ])('fails for %s', (_, join, reason) => {
    const { lines, board } = watch(`; w.stopAP(); ${join}`, 60_000, { release })
    const callback = isHead ? [`callback ${reason.split(' ')[1]}`] : []
    expect(lines).toEqual([`disconnected ${reason}`, ...callback])
    expect(board.holdings().sockets).toBe(0)
  })

  it('loses the air, says so, and joins again only when told', () => {
    const source = `${JOIN}; setTimeout(function () { join('home', 'secret') }, 60000)`
    const { board, clock, lines } = watch(source, JOIN_MS, { release })
    board.loseWifi()
    clock.advance(30_000)
    const [reason, callback] = isHead ? ['201 NO_AP_FOUND', []] : ['200 BEACON_TIMEOUT', []]
    expect(lines).toEqual([...JOINED, `disconnected ${reason}`, ...callback])
    board.restoreWifi()
    clock.advance(28_000)
    expect(lines).toHaveLength(4)
    clock.advance(3_000)
    expect(lines.slice(4)).toEqual(JOINED)
  })

  it('shows a lost link in its address at once', () => {
    const { board, clock, lines } = watch(`${JOIN}; setTimeout(function () { print(w.getIP().ip) }, 2000)`, JOIN_MS, {
      release,
    })
    board.loseWifi()
    clock.advance(1500)
    expect(lines).toContain('0.0.0.0')
  })

  it('does not notice a silent loss', () => {
    const source = `${JOIN}; setTimeout(function () { print(w.getIP().ip, w.getStatus().station) }, 9000)`
    const { board, clock, lines } = watch(source, JOIN_MS, { release })
    board.loseWifi({ silent: true })
    clock.advance(30_000)
    expect(lines).toEqual([...JOINED, '192.168.4.2 connected'])
  })

  it('leaves and joins anew when it is told to join what it has joined', () => {
    const { lines } = watch(`${JOIN}; setTimeout(function () { join('home', 'secret') }, 2000)`, 4000, { release })
    expect(lines).toEqual([...JOINED, ...(isHead ? [] : ['disconnected 8 ASSOC_LEAVE']), ...JOINED])
  })

  it('calls back twice when it leaves a network', () => {
    const source = `${JOIN}; setTimeout(function () { w.disconnect(function () { print('left') }) }, 2000)`
    expect(watch(source, 4000, { release }).lines).toEqual([...JOINED, 'left', 'left', 'disconnected 8 ASSOC_LEAVE'])
  })

  it('is an open access point beside the station unless stopAP() comes first', () => {
    const open = watch("; join('home', 'secret')", JOIN_MS, { release })
    expect(open.board.openAccessPoint).toBe(true)
    expect(watch(JOIN, JOIN_MS, { release }).board.openAccessPoint).toBe(false)
  })

  it('forgets the network in a restart', () => {
    const { board, clock, lines } = watch(`${JOIN}; setTimeout(E.reboot, 2000)`, 2200, { release })
    expect(lines).toEqual(JOINED)
    expect(board.openAccessPoint).toBe(false)
    clock.advance(1500)
    expect(lines).toEqual([...JOINED, ...JOINED])
  })

  it('scans, and looks names up while it has air', () => {
    const source = `${JOIN}; setTimeout(function () {
      w.scan(function (l) { print(l.length + l[0].ssid) }); w.getHostByName('broker', print) }, 2000)`
    expect(watch(source, 5000, { release }).lines.slice(3)).toEqual(['broker', '1home'])
  })

  it.each([
    ['w.connect(5)', 'No SSID provided'],
    ["w.connect('home', 5)", 'Expecting Object, got number'],
    ["w.connect('home', {password: 5})", 'Expecting options.password to be a string'],
    ["w.setSNTP('pool.ntp.org', 1)", 'Zone is not a string'],
  ])('%s throws', (source, message) => {
    expect(watch(`; try { ${source} } catch (e) { print(e.message) }`, 10, { release }).lines).toEqual([message])
  })
})

describe('the Wi-Fi of release 2v29', () => {
  it('opens an access point behind the boot code, until stopAP()', () => {
    const { board, clock } = watch('; setTimeout(function () { w.stopAP() }, 500)', 100)
    expect(board.openAccessPoint).toBe(true)
    clock.advance(500)
    expect(board.openAccessPoint).toBe(false)
  })

  it('never calls back when a join fails, even if the next one works', () => {
    const source =
      "; w.stopAP(); join('home', 'wrong'); setTimeout(function () { w.connect('home', {password: 'secret'}) }, 5000)"
    expect(watch(source, 10_000).lines).toEqual(['disconnected 15 4WAY_HANDSHAKE_TIMEOUT', JOINED[0], JOINED[2]])
  })
})

describe('the Wi-Fi of HEAD', () => {
  const release = 'head'

  it('stays off at boot', () => {
    expect(watch('', 1000, { release }).board.openAccessPoint).toBe(false)
  })

  it('tries three times', () => {
    const source = `; w.stopAP(); var t = getTime(); w.connect('other', {}, function () { print(Math.round(getTime() - t)) })`
    expect(watch(source, 20_000, { release }).lines).toEqual(['disconnected 201 NO_AP_FOUND', '6'])
  })

  it('retries the first drop in silence, while the state still says connected', () => {
    const source = `${JOIN}; setTimeout(function () { print(w.getIP().ip, w.getStatus().station) }, 1500)`
    const { board, clock, lines } = watch(source, JOIN_MS, { release })
    board.loseWifi()
    clock.advance(1000)
    board.restoreWifi()
    clock.advance(10_000)
    expect(lines).toEqual([...JOINED, '0.0.0.0 connected', JOINED[0], JOINED[2]])
  })

  it('never tries again after a loss if it is an access point too', () => {
    const source = "; join('home', 'secret'); setTimeout(function () { join('home', 'secret') }, 60000)"
    const { board, clock, lines } = watch(source, JOIN_MS, { release })
    board.loseWifi()
    clock.advance(30_000)
    board.restoreWifi()
    clock.advance(300_000)
    expect(lines).toEqual([...JOINED, 'disconnected 201 NO_AP_FOUND'])
  })
})
