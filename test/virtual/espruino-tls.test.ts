import { describe, expect, it } from 'vitest'
import { joined, runJoined, setUp } from './espruino-setup'

const GREET = `
  s = require('tls').connect({host: 'broker', port: 1883}, function () { print('open'); s.write('hello') })
  s.on('close', function (hadError) { print('close ' + hadError) })
  s.on('error', function () { print('error') })`

describe('tls of the double', () => {
  it('says open at once, and sends when the handshake is done', () => {
    const { clock, heard, lines } = runJoined(GREET, { handshake: 2000 })
    clock.advance(500)
    expect(lines).toEqual(['open'])
    expect(heard).toEqual([])
    clock.advance(2000)
    expect(heard).toEqual(['hello'])
  })

  it('throws at nobody when the peer ends the handshake, and closes', () => {
    const { clock, accepted, lines } = runJoined(GREET, { handshake: 2000 })
    clock.advance(500)
    accepted[0].end()
    clock.advance(100)
    expect(lines).toContain('Uncaught InternalError: mbedtls_ssl_handshake returned -0x1')
    expect(lines.at(-1)).toMatch(/^close/)
  })
})

describe('names and addresses of the double', () => {
  it.each([
    ["wifi.setHostname('mote')", 'mote'],
    ['', 'espressif'],
  ])('the router is told the name that was set before it gave an address: %s', (set, name) => {
    const world = setUp()
    world.board.boot(`var wifi = require('Wifi'); wifi.on('associated', function () { ${set} })
      ${joined('')}`)
    world.clock.advance(2000)
    expect(world.board.hostname).toBe(name)
  })

  it('forgets a name that was set before the station has started', () => {
    const world = setUp()
    world.board.boot(`require('Wifi').setHostname('mote'); ${joined('')}`)
    world.clock.advance(2000)
    expect(world.board.hostname).toBe('espressif')
  })

  const ADDRESS = "wifi.setIP({ip: '10.0.0.9', gw: '10.0.0.1', netmask: '255.0.0.0'}, function (e) { print(e) })"

  it.each([
    [true, '10.0.0.9', 'Failure'],
    [false, '192.168.4.2', 'null'],
  ])('a fixed address is taken or not, and the callback says the opposite: %s', (takesFixedAddress, ip, said) => {
    const { clock, board, lines } = runJoined(ADDRESS, { takesFixedAddress })
    clock.advance(100)
    expect(board.address).toBe(ip)
    expect(lines).toEqual([said])
  })

  it.each([
    ["wifi.setIP({ip: '10.0.0.9', gw: '10.0.0.1', netmask: '255.0.0.0'})", 'Callback is not a function'],
    ["wifi.setIP({ip: 'nine', gw: '10.0.0.1', netmask: '255.0.0.0'}, print)", 'Not a valid address: ip'],
  ])('setIP throws: %s', (call, message) => {
    const { lines } = runJoined(`try { ${call} } catch (e) { print(e.message) }`)
    expect(lines).toEqual([message])
  })
})
