import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { realClock, virtualClock } from '../../src/host/virtual/clock'
import type { AccessPoint, World } from '../../src/host/virtual/contract'
import { type KalumaOptions, kalumaBoard } from '../../src/host/virtual/kaluma'
import { memoryNetwork, type ServerConnection } from '../../src/host/virtual/memory-network'
import { nodeNetwork } from '../../src/host/virtual/node-network'

function makeBoard(world: World, options: Partial<KalumaOptions> = {}) {
  const lines: string[] = []
  const accessPoint: AccessPoint = { ssid: 'net', password: 'secret123', inRange: true }
  const board = kalumaBoard({ name: 'pico', world, accessPoint, console: line => lines.push(line), ...options })
  return { board, lines, accessPoint }
}

/** A board in virtual time and a server at broker:1883 that notes what it gets. */
function setUp(options: Partial<KalumaOptions> = {}) {
  const clock = virtualClock()
  const network = memoryNetwork(clock)
  const accepted: ServerConnection[] = []
  const served: string[] = []
  const listener = network.listen('broker', 1883, connection => {
    accepted.push(connection)
    const index = accepted.length
    return {
      received: bytes => served.push(`${index} ${bytes.toString('latin1')}`),
      ended: () => {
        served.push(`${index} FIN`)
        connection.end()
      },
      failed: code => served.push(`${index} ${code}`),
    }
  })
  const made = makeBoard({ clock, transport: network }, { joinTime: 0, ...options })
  function run(source: string, ms = 1000): string[] {
    made.board.boot(source)
    clock.advance(ms)
    return made.lines.splice(0)
  }
  function later(ms = 1000): string[] {
    clock.advance(ms)
    return made.lines.splice(0)
  }
  return { ...made, clock, network, accepted, served, listener, run, later }
}

/** Prints what a snippet throws. */
const TRYING = `
function trying(run) { try { run(); console.log('ok') } catch (e) { console.log(String(e), e instanceof Error) } }
`

/** Joins, and offers a raw socket as the images use it. */
const JOINED = `${TRYING}
function noop() {}
var wifi = new (require('wifi').WiFi)()
function isUp() { var up; wifi.getConnection(function (e, info) { up = !!info }); return up }
function write(fd, text) { __netdev.write(fd, text, noop); return __netdev.errno }
function hook(fd, name) {
  var socket = __netdev.get(fd)
  socket.connect_cb = function () { console.log(name + ' connected') }
  socket.read_cb = function (bytes) { console.log(name + ' read ' + String.fromCharCode.apply(null, bytes)) }
  socket.close_cb = function () { console.log(name + ' closed') }
  return socket
}
function open(name, host, port) {
  var fd = __netdev.socket('AF_INET', 'STREAM')
  hook(fd, name)
  __netdev.connect(fd, host || 'broker', port || 1883, noop)
  return fd
}
function replaceDevice() { global.__netdev = new (require('pico_cyw43').PicoCYW43Network)() }
function join() { wifi.connect({ ssid: 'net', password: 'secret123' }, noop) }
join()
`

/** A program that joins first. */
const joined = (source: string) => `${JOINED}\n${source}`

describe('the language of the Kaluma double', () => {
  it('has the globals that an image needs and none that the runtime lacks', () => {
    const { run } = setUp()
    const [present] = run(`console.log(Object.getOwnPropertyNames(globalThis).sort().join(' '))`)
    expect(present.split(' ')).toEqual(
      (
        'Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float32Array ' +
        'Float64Array Function INPUT INPUT_PULLDOWN INPUT_PULLUP Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number OUTPUT Object ' +
        'Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError SystemError TextDecoder TextEncoder ' +
        'TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet __ieee80211dev ' +
        '__netdev analogRead atob board btoa clearInterval clearTimeout console decodeURI decodeURIComponent delay ' +
        'delayMicroseconds encodeURI encodeURIComponent escape eval global globalThis isFinite isNaN micros millis ' +
        'parseFloat parseInt print process pulseRead require seed setInterval setTimeout undefined unescape'
      ).split(' '),
    )
  })

  it('lacks the methods that JerryScript 2.4 lacks', () => {
    const { run } = setUp()
    const source = `console.log([[].at, [].findLast, ''.at, ''.normalize, Object.hasOwn, Promise.any, Promise.allSettled,
      new Uint8Array(1).at, Math.f16round, console.warn, Error.captureStackTrace].join('-'), typeof [].includes)`
    expect(run(source)).toEqual(['---------- function'])
  })

  it('evaluates the program as strict code of a classic script', () => {
    const { run } = setUp()
    const source = `var declared = 1; console.log(global.declared, this === globalThis, typeof module)
      ;(function () { console.log(this) })(); undeclared = 1`
    expect(run(source)).toEqual([
      '1 true undefined',
      'undefined',
      'ReferenceError: undeclared is not defined',
      '  at <anonymous>:2',
    ])
  })

  it('runs nothing more of a program that throws at top level', () => {
    const { run, board } = setUp()
    expect(run(`setTimeout(function () { console.log('timer') }, 5); throw new Error('top')`)[0]).toBe('Error: top')
    expect(board.holdings().timers).toBe(0)
  })

  it('rounds with toFixed() as JerryScript does, its mistakes below 1 included', () => {
    const { run } = setUp()
    const numbers = '[21.45, 1.005, 99.95, -1.5, 0.06, 0.3, -0.04, 0, 1e21, NaN, 0.15]'
    const places = '[1, 2, 1, 0, 1, 0, 1, 1, 2, 1, 1]'
    expect(run(`console.log(${numbers}.map(function (x, i) { return x.toFixed(${places}[i]) }).join(' '))`)).toEqual([
      '21.5 1.01 100.0 -2 0.0 1 -0.0 0.0 1e+21 NaN 0.2',
    ])
    expect(run(`${TRYING} trying(function () { (1).toFixed(101) })`)).toEqual([
      'RangeError: Fraction digits must be between 0 and 100. true',
    ])
  })

  it('starts its clock in 1970 at every boot, in UTC, until rtc.setTime()', () => {
    const { run, clock } = setUp()
    clock.advance(5000)
    const source = `setTimeout(function () {
      console.log(Date.now(), new Date().toISOString(), String(new Date(0)), new Date(2020, 0, 1).getTimezoneOffset())
      require('rtc').setTime(1700000000000)
      console.log(new Date().toISOString(), require('rtc').getTime(), new Date(2020, 0, 1).toISOString())
      console.log(new Date() instanceof Date, new Date(7200000).getHours())
    }, 9)`
    expect(run(source)).toEqual([
      '10 1970-01-01T00:00:00.010Z Thu Jan 01 1970 00:00:00 GMT+0000 0',
      '2023-11-14T22:13:20.000Z 1700000000000 2020-01-01T00:00:00.000Z',
      'true 2',
    ])
  })

  it('gives the same random numbers at every boot until seed()', () => {
    const { run } = setUp()
    const first = run('console.log(Math.random(), Math.random())')
    expect(run('console.log(Math.random(), Math.random())')).toEqual(first)
    const seeded = run('seed(7); console.log(Math.random(), Math.random())')
    expect(seeded).not.toEqual(first)
    expect(run('seed(8); console.log(Math.random(), Math.random())')).not.toEqual(seeded)
    expect(run('var x = Math.random(); console.log(x >= 0 && x < 1)')).toEqual(['true'])
  })

  it('gives a stack as an array, and the names of the chip', () => {
    const { run } = setUp({ uid: '0011223344556677' })
    const source = `console.log(Array.isArray(new Error('x').stack), process.arch, process.platform, process.version,
      board.name, board.uid)`
    expect(run(source)).toEqual(['true cortex-m0-plus rp2 1.2.1 pico-w 0011223344556677'])
  })

  it('prints values on one line, and nothing without any', () => {
    const { run } = setUp()
    const source = `console.log(1, 'a', null, [1], new Error('e')); console.log(); console.error('b')
      print('c'); print('d'); console.log('')`
    expect(run(source)).toEqual(['1 a null [1] Error: e', 'b', 'cd'])
  })

  it('converts text with TextEncoder, TextDecoder, btoa and atob', () => {
    const { run } = setUp()
    const source = `var bytes = new TextEncoder().encode('\\u20ac')
      console.log(bytes instanceof Uint8Array, bytes.length, new TextDecoder().decode(bytes) === '\\u20ac')
      console.log(new TextEncoder('ascii').encode('\\xff')[0], btoa('a\\xff'), atob('Yf8=')[1])`
    expect(run(source)).toEqual(['true 3 true', '255 Yf8= 255'])
  })

  it('refuses a module that it does not have', () => {
    const { run } = setUp()
    expect(run(`${TRYING} trying(function () { require('nope') })`)).toEqual([
      'Error: Failed to load module: nope true',
    ])
  })
})

describe('the timers of the Kaluma double', () => {
  it('refuse a missing or negative delay and an id that is no number', () => {
    const { run } = setUp()
    const source = `${TRYING} function f() {}
      trying(function () { setTimeout(f) }); trying(function () { setInterval(f, -1) })
      trying(function () { setTimeout('f', 1) }); trying(function () { clearTimeout(undefined) })
      trying(function () { clearTimeout(999) })`
    expect(run(source)).toEqual([
      'TypeError: "delay" argument must be a number true',
      'TypeError: "delay" argument must be a number true',
      'TypeError: "callback" argument must be a function true',
      'TypeError: "id" argument must be a number true',
      'ok',
    ])
  })

  it('fire a millisecond late, without arguments and without this', () => {
    const { run } = setUp()
    const source = `setTimeout(function () { console.log(millis(), arguments.length, this) }, 10, 'x')
      setTimeout(function () { console.log(millis()) }, 0)`
    expect(run(source)).toEqual(['1', '11 0 undefined'])
  })

  it('fire early when set after a call that blocked', () => {
    const { run } = setUp()
    const source = `setTimeout(function () {
      delay(300); setTimeout(function () { console.log('timer', millis()) }, 500) }, 99)`
    expect(run(source)).toEqual(['timer 601'])
  })

  it('run in order of creation, one that ends per pass', () => {
    const { run } = setUp()
    const source = `setTimeout(function () { delay(100); console.log('a') }, 12)
      setTimeout(function () { setTimeout(function () { console.log('c', millis()) }, 50); console.log('b') }, 11)
      delay(20)`
    // b belongs to a later pass than a, so its own timer counts from after the delay.
    expect(run(source)).toEqual(['a', 'b', 'c 171'])
  })

  it('print what a callback throws and drop the timer, an interval too', () => {
    const { run, board } = setUp()
    const source = `setInterval(function () { console.log('tick'); throw new TypeError('in timer') }, 10)
      setTimeout(function () { console.log('other') }, 50)`
    expect(run(source)).toEqual(['tick', 'TypeError: in timer', '  at <anonymous>:1', 'other'])
    expect(board.holdings().timers).toBe(0)
  })

  it('panic when a one-shot timer is cleared in its own callback', () => {
    const { run, board } = setUp()
    const source = `var id = setTimeout(function () { clearTimeout(id) }, 5)
      setTimeout(function () { console.log('later') }, 50)`
    expect(run(source)).toEqual(['PANIC: timer released twice'])
    expect(board.panic).toBe('timer released twice')
  })

  it('allow an interval to clear itself, and a callback to clear others', () => {
    const { run, board } = setUp()
    const source = `var n = 0, id = setInterval(function () { n++; clearInterval(id) }, 5)
      var other = setTimeout(function () { n += 10 }, 20)
      setTimeout(function () { clearTimeout(other) }, 10)
      setTimeout(function () { console.log(n) }, 100)`
    expect(run(source)).toEqual(['1'])
    expect(board.panic).toBeUndefined()
  })

  it('run promise jobs once per pass, behind the timers', () => {
    const { run } = setUp()
    const source = `setTimeout(function () {
        Promise.resolve().then(function () { console.log('job') }); console.log('one') }, 5)
      setInterval(function () { if (millis() < 8) console.log('two') }, 5)`
    expect(run(source)).toEqual(['one', 'job', 'two'])
  })

  it('count time in millis() and micros(), blocking ones included', () => {
    const { run } = setUp()
    expect(run('delay(25); delayMicroseconds(500); console.log(millis(), micros())')).toEqual(['25 25500'])
  })
})

describe('the Wi-Fi of the Kaluma double', () => {
  const CONNECT = `
    var wifi = new (require('wifi').WiFi)()
    wifi.on('associated', function () { console.log('associated') })
    wifi.on('connected', function () { console.log('connected') })
    wifi.on('disconnected', function () { console.log('disconnected') })
    function connect(ssid, password) {
      wifi.connect({ ssid: ssid, password: password }, function (error, info) {
        console.log('callback', error, !!info, __ieee80211dev.errno, millis())
      })
    }
    function info() { wifi.getConnection(function (error, info) { console.log(error, info && info.ssid) }) }
  `

  it('joins while everything stands still, with its events and its callback inside connect()', () => {
    const { run } = setUp({ joinTime: 2000 })
    const source = `${CONNECT} setTimeout(function () { console.log('timer', millis()) }, 10)
      info(); connect('net', 'secret123'); console.log('returned'); info()`
    expect(run(source)).toEqual([
      'null undefined',
      'associated',
      'connected',
      'callback null true 0 2000',
      'returned',
      'null net',
      'timer 2000',
    ])
  })

  it('blocks for 30 s on a network that is not there and calls it a success', () => {
    const { run, later, board } = setUp()
    expect(run(`${CONNECT} connect('other', 'secret123')`)).toEqual(['callback null true -1 30000'])
    board.loseWifi()
    expect(run(`${CONNECT} connect('net', 'secret123'); info()`)).toEqual([
      'callback null true -1 30000',
      'null undefined',
    ])
    expect(later()).toEqual([])
  })

  it('blocks for seconds on a wrong password and calls it a success', () => {
    const { run } = setUp()
    expect(run(`${CONNECT} connect('net', 'wrong-password')`)).toEqual(['callback null true -1 4000'])
  })

  it('answers with the connection that there is at once, unless enforced', () => {
    const { run } = setUp({ joinTime: 300 })
    const source = `${CONNECT} connect('net', 'secret123'); connect('net', 'secret123')
      wifi.connect({ ssid: 'net', password: 'secret123', enforce: true }, function () { console.log(millis()) })`
    expect(run(source)).toEqual([
      'associated',
      'connected',
      'callback null true 0 300',
      'callback null true 0 300',
      'associated',
      'connected',
      '600',
    ])
  })

  it('wants an ssid, finds networks by scan(), and leaves by disconnect()', () => {
    const { run } = setUp()
    const source = `${CONNECT} wifi.connect({}, function (error) { console.log(error) })
      wifi.scan(function (error, found) { console.log(error, found.length, found[0].ssid, millis()) })
      connect('net', 'secret123'); wifi.disconnect(function () { console.log('left') }); info()`
    expect(run(source)).toEqual([
      'Error: WIFI SSID is required',
      'null 1 net 2000',
      'associated',
      'connected',
      'callback null true 0 2000',
      'disconnected',
      'left',
      'null undefined',
    ])
  })

  const WATCHED = `${CONNECT} connect('net', 'secret123')
    var seen; setInterval(function () { var up; wifi.getConnection(function (e, i) { up = !!i })
      if (up !== seen) console.log(up ? 'up' : 'down'); seen = up }, 100)`

  it('reports no loss; the link stays down until connect() is called', () => {
    const { run, later, board } = setUp()
    run(WATCHED)
    board.loseWifi()
    expect(later()).toEqual(['down'])
    board.restoreWifi()
    expect(later(60_000)).toEqual([])
  })

  it('joins again by itself where the chip has kept its join', () => {
    const { run, later, board } = setUp({ rejoins: true })
    run(WATCHED)
    board.loseWifi()
    expect(later()).toEqual(['down'])
    board.restoreWifi()
    expect(later()).toEqual(['up'])
  })

  it('does not see a silent loss', () => {
    const { run, later, board } = setUp()
    run(WATCHED)
    board.loseWifi({ silent: true })
    expect(later(60_000)).toEqual([])
  })

  it('swallows what a listener or a callback throws', () => {
    const { run, board } = setUp()
    const source = `var wifi = new (require('wifi').WiFi)()
      wifi.on('connected', function () { throw new Error('a') })
      wifi.connect({ ssid: 'net', password: 'secret123' }, function () { throw new Error('b') }); console.log('on')`
    expect(run(source)).toEqual(['on'])
    expect(board.swallowed).toBe(2)
  })

  it('counts listeners', () => {
    const { run, board } = setUp()
    run(`var e = new (require('events').EventEmitter)(), f = function () {}
      e.on('a', f).on('a', f).once('b', f).on('c', f); e.emit('b'); e.off('a', f); e.removeAllListeners('c')`)
    expect(board.holdings().listeners).toBe(1)
  })

  it('lights the LED through the radio', () => {
    const { run } = setUp()
    const source = `${TRYING} var pins = new (require('pico_cyw43').PicoCYW43)()
      pins.putGpio(0, true); console.log(pins.getGpio(0), pins.getGpio(1))
      trying(function () { pins.putGpio(3, true) }); trying(function () { pins.putGpio(0, 1) })`
    expect(run(source)).toEqual([
      'true false',
      'TypeError: GPIO pin is not exist true',
      'TypeError: "value" argument must be a boolean true',
    ])
  })
})

describe('the network driver of the Kaluma double', () => {
  it('connects, writes and reads bytes, each chunk an array of its own', () => {
    const { run, later, accepted, served } = setUp()
    const source = joined(`var fd = open('a')
      __netdev.get(fd).read_cb = function (u) {
        console.log(u instanceof Uint8Array, u.byteOffset, u.buffer.byteLength, u.length, u[1]) }
      setTimeout(function () { console.log(write(fd, 'hi\\x00\\xff\\u20ac')) }, 100)`)
    expect(run(source)).toEqual(['a connected', '0'])
    expect(served).toEqual(['1 hi\0\xff\0'])
    accepted[0].send(Buffer.from([1, 2, 3]))
    expect(later()).toEqual(['true 0 3 3 2'])
  })

  it('hands out segments of at most 1460 bytes', () => {
    const { run, later, accepted, network } = setUp()
    network.segmentSize = 100_000
    run(joined(`var fd = open('a'); __netdev.get(fd).read_cb = function (u) { console.log(u.length) }`))
    accepted[0].send(Buffer.alloc(3000))
    expect(later()).toEqual(['1460', '1460', '80'])
  })

  it('checks its arguments', () => {
    const { run } = setUp()
    const source = joined(`var fd = open('a'); trying(function () { __netdev.write(fd, new Uint8Array(1), noop) })
      trying(function () { __netdev.write(fd, 'x', undefined) }); trying(function () { __netdev.write(fd, 'x') })
      trying(function () { __netdev.connect(fd, 'broker', 1883, 5) })
      trying(function () { __netdev.socket('AF_INET', 'RAW') })`)
    expect(run(source).slice(0, -1)).toEqual([
      'TypeError: "data" argument must be a string true',
      'TypeError: "callback" argument must be a function true',
      'ok',
      'TypeError: "callback" argument must be a function true',
      'TypeError: un-supported domain or protocol. true',
    ])
  })

  it('answers callbacks with 0, whatever went wrong', () => {
    const { run } = setUp()
    const source = joined(`__netdev.write(3, 'x', function (e) { console.log(e, __netdev.errno) })`)
    expect(run(source)).toEqual(['0 -1'])
  })

  it('throws where there is no link', () => {
    const { run } = setUp()
    const source = `${TRYING} trying(function () { __netdev.socket('AF_INET', 'STREAM') })`
    expect(run(source)).toEqual(['Error: WiFi is not connected. true'])
  })

  it('swallows what its callbacks throw', () => {
    const { run, later, accepted, board } = setUp()
    run(
      joined(`var fd = __netdev.socket('AF_INET', 'STREAM'), k = __netdev.get(fd)
      k.connect_cb = k.read_cb = k.close_cb = function () { console.log('called'); throw new Error('lost') }
      __netdev.connect(fd, 'broker', 1883, k.connect_cb)`),
    )
    accepted[0].send(Buffer.from('x'))
    accepted[0].end()
    expect(later()).toEqual(['called', 'called'])
    expect(board.swallowed).toBe(4)
  })

  it('says nothing of a refused connection: the block is gone, writes fail', () => {
    const { run, listener, board } = setUp()
    listener.mode = 'refuses'
    const source = joined(`var fd = open('a'); console.log(__netdev.errno, write(fd, ''))
      setTimeout(function () { console.log(write(fd, ''), write(fd, 'x')) }, 100)`)
    expect(run(source, 3_600_000)).toEqual(['0 0', '-1 -1'])
    expect(board.holdings().queuedBytes).toBe(0)
  })

  it('gives up an unanswered SYN after 21 s, without a word', () => {
    const { run, later, listener } = setUp()
    listener.mode = 'silent'
    const source = joined(`var fd = open('a'), last
      setInterval(function () { var now = write(fd, ''); if (now !== last) console.log(last = now) }, 100)`)
    expect(run(source, 20_000)).toEqual(['0'])
    expect(later(3_000)).toEqual(['-1'])
  })

  it('says nothing of RST', () => {
    const { run, later, listener } = setUp()
    const source = joined(`var fd = open('a'), last
      setInterval(function () { var now = write(fd, ''); if (now !== last) console.log(last = now) }, 100)`)
    run(source)
    listener.kill()
    expect(later()).toEqual(['-1'])
    expect(later(3_600_000)).toEqual([])
  })

  it("reports the peer's FIN and closes", () => {
    const { run, later, accepted, listener, board } = setUp()
    run(joined(`var fd = open('a')`))
    accepted[0].end()
    expect(later()).toEqual(['a closed'])
    expect(listener.connections).toBe(0)
    expect(board.holdings().sockets).toBe(0)
  })

  it('panics when a block that lwIP has freed is closed', () => {
    const { run, listener, board } = setUp()
    listener.mode = 'refuses'
    expect(run(joined(`var fd = open('a'); setTimeout(function () { __netdev.close(fd, noop) }, 100)`))).toEqual([
      'PANIC: tcp_close of a freed block',
    ])
    expect(board.panic).toBe('tcp_close of a freed block')
  })

  it('forgets a dead block when the device is replaced', () => {
    const { run, later, listener, served, board } = setUp()
    listener.mode = 'refuses'
    const source = joined(`var a = open('a'), b
      setTimeout(function () { replaceDevice(); console.log(__netdev.get(a)); b = open('b') }, 100)
      setTimeout(function () { console.log(a, b, write(b, 'x')) }, 200)`)
    expect(run(source, 90)).toEqual([])
    listener.mode = 'accepts'
    expect(later()).toEqual(['undefined', 'b connected', '0 0 0'])
    expect(served).toEqual(['1 x'])
    expect(board.holdings().sockets).toBe(1)
  })

  it('panics at the first segment for a live block that was abandoned', () => {
    const { run, later, accepted, board } = setUp()
    expect(run(joined(`open('a'); setTimeout(replaceDevice, 100)`))).toEqual(['a connected'])
    expect(board.holdings().sockets).toBe(1)
    accepted[0].send(Buffer.from('x'))
    expect(later()).toEqual(['PANIC: a segment for an abandoned block'])
  })

  it('panics when a live block that was abandoned is closed', () => {
    const { run } = setUp()
    const source = joined(
      `var fd = open('a'); setTimeout(function () { replaceDevice(); __netdev.close(fd, noop) }, 100)`,
    )
    expect(run(source)).toEqual(['a connected', 'PANIC: tcp_close of an abandoned block'])
  })

  it('leaves the pointer to a freed block in the slot: a later look-up that fails makes close() panic', () => {
    const { run, listener } = setUp()
    listener.mode = 'refuses'
    const source = joined(`var fd = open('a'); setTimeout(function () {
      replaceDevice(); fd = __netdev.socket('AF_INET', 'STREAM')
      trying(function () { __netdev.connect(fd, 'nowhere', 1883, noop) }); __netdev.close(fd, noop) }, 100)`)
    expect(run(source)).toEqual(['Error: DNS Error: IP is not found. true', 'PANIC: tcp_close of a freed block'])
  })

  it('lets the late FIN of an old connection close whoever sits in its slot', () => {
    const { run, served } = setUp()
    const source = joined(`var a = open('a'), b
      setTimeout(function () { __netdev.get(a).close_cb = undefined; __netdev.close(a, noop); b = open('b') }, 100)
      setTimeout(function () { console.log(a, b, write(b, 'x')) }, 300)`)
    expect(run(source)).toEqual(['a connected', 'b connected', 'b closed', '0 0 -1'])
    expect(served).toEqual(['1 FIN', '2 FIN'])
  })

  it('lets a placeholder take the late FIN, also when the air was away for minutes', () => {
    const { run, later, board, served } = setUp()
    const source = joined(`var a = open('a'), b
      setTimeout(function () { __netdev.close(a, noop); hook(__netdev.socket('AF_INET', 'STREAM'), 'placeholder')
        b = open('b', '10.0.0.1') }, 1100)
      setInterval(function () { console.log(b, write(b, '')) }, 300000)`)
    run(source)
    board.loseWifi({ silent: true })
    expect(later()).toEqual(['a closed'])
    later(200_000)
    board.restoreWifi()
    expect(later(1000)).toEqual(['placeholder closed'])
    expect(served).toEqual(['1 FIN'])
  })

  it('closes by close() with FIN behind what was written, and calls close_cb', () => {
    const { run, served, board } = setUp()
    const source = joined(`var a = open('a')
      setTimeout(function () { write(a, 'bye'); __netdev.close(a, function () { console.log('done') })
        console.log(__netdev.get(a), __netdev.errno); __netdev.close(a, noop) }, 100)`)
    expect(run(source)).toEqual(['a connected', 'a closed', 'done', 'undefined 0'])
    expect(served).toEqual(['1 bye', '1 FIN'])
    expect(board.holdings()).toMatchObject({ sockets: 0, queuedBytes: 0 })
  })

  it('leaves a connection mute that was opened inside close_cb', () => {
    const { run, later, accepted } = setUp()
    run(joined(`var a = open('a'); __netdev.get(a).close_cb = function () { console.log('closed', open('b')) }`))
    accepted[0].end()
    expect(later()).toEqual(['closed 0'])
    accepted[1].send(Buffer.from('x'))
    expect(later()).toEqual([])
  })

  it('ends a connection by shutdown()', () => {
    const { run, served } = setUp()
    const source = joined(`var a = open('a'); __netdev.get(a).shutdown_cb = function () { console.log('shut down') }
      setTimeout(function () { __netdev.shutdown(a, 1, noop) }, 100)`)
    expect(run(source)).toEqual(['a connected', 'shut down', 'a closed'])
    expect(served).toEqual(['1 FIN'])
  })

  it('throws for a name that nobody knows and keeps the slot; 16 of them use the slots up', () => {
    const { run } = setUp()
    const source = joined(`var before = millis(), i
      trying(function () { open('a', 'nowhere') }); console.log(__netdev.errno, millis() - before)
      for (i = 0; i < 15; i++) try { open('a', 'nowhere') } catch (e) {}
      try { open('a') } catch (e) { console.log(String(e), e.errno, e instanceof SystemError) }
      __netdev.close(0, noop); open('a')`)
    expect(run(source)).toEqual([
      'Error: DNS Error: IP is not found. true',
      '-1 40',
      'Error: Remote I/O error -121 true',
      'a closed',
      'a connected',
    ])
  })

  it('blocks for 3 s where no name server answers', () => {
    const { run, later, board } = setUp()
    run(
      joined(`setTimeout(function () { var before = millis()
      trying(function () { open('a') }); console.log(millis() - before) }, 1500)`),
    )
    board.loseWifi({ silent: true })
    expect(later()).toEqual(['Error: DNS response timeout. true', '3000'])
  })

  it('has five control blocks, and takes a missing one for a connection', () => {
    const { run } = setUp()
    const source = joined(`for (var i = 0; i < 6; i++) open(i)
      setTimeout(function () { console.log(write(4, 'x'), write(5, 'x')); __netdev.close(5, noop) }, 100)`)
    expect(run(source)).toEqual([
      '0 connected',
      '1 connected',
      '2 connected',
      '3 connected',
      '4 connected',
      '0 -1',
      '5 closed',
    ])
  })

  it('queues writes in a silent loss until the air is back', () => {
    const { run, later, board, served } = setUp()
    const source = joined(`var fd = open('a'), n = 0
      setInterval(function () { if (n < 5) console.log(write(fd, 'p' + ++n)) }, 1000)`)
    run(source)
    board.loseWifi({ silent: true })
    expect(later(10_000)).toEqual(['0', '0', '0', '0', '0'])
    expect(served).toEqual([])
    expect(board.holdings().queuedBytes).toBe(10)
    board.restoreWifi()
    later()
    expect(served.join('').replaceAll('1 ', '')).toBe('p1p2p3p4p5')
  })

  it('drops the connection without a word after minutes of silence', () => {
    const { run, later, board, served } = setUp()
    const source = joined(`var fd = open('a'), last; setTimeout(function () { write(fd, 'x') }, 2000)
      setInterval(function () { var now = write(fd, ''); if (now !== last) console.log(last = now) }, 1000)`)
    run(source, 1500)
    board.loseWifi({ silent: true })
    expect(later(8 * 60_000)).toEqual([])
    expect(later(2 * 60_000)).toEqual(['-1'])
    board.restoreWifi()
    later()
    expect(served).toEqual([])
  })

  it('keeps a connection that has nothing to say for ever', () => {
    const { run, later, board, served } = setUp()
    run(joined(`var fd = open('a'); setTimeout(function () { console.log(write(fd, 'x')) }, 3600000)`))
    board.loseWifi({ silent: true })
    later(3_500_000)
    board.restoreWifi()
    expect(later(200_000)).toEqual(['0'])
    expect(served).toEqual(['1 x'])
  })

  it('fails writes with the link down, yet queues small ones for later', () => {
    const { run, later, board, served } = setUp()
    const source = joined(`var fd = open('a'), n = 0
      setInterval(function () {
        if (isUp() || n > 2) return
        console.log(write(fd, ''), write(fd, 'p' + ++n), write(fd, '')); trying(function () { open('b') }) }, 1000)
      setTimeout(join, 20000)`)
    run(source)
    board.loseWifi()
    expect(later(10_000)).toEqual([
      // With nothing unsent, the empty write finds nothing to fail at.
      '0 -1 -1',
      'Error: WiFi is not connected. true',
      '-1 -1 -1',
      'Error: WiFi is not connected. true',
      '-1 -1 -1',
      'Error: WiFi is not connected. true',
    ])
    board.restoreWifi()
    later(5_000)
    expect(served).toEqual([])
    later(10_000)
    expect(served.join('').replaceAll('1 ', '')).toBe('p1p2p3')
  })

  const TEXT = `function text(length) { var s = ''; while (s.length < length) s += 'x'; return s }`

  it('drops a write that does not fit into the C heap twice', () => {
    const { run, board, served } = setUp()
    const source = joined(`${TEXT} var fd = open('a')
      setTimeout(function () { console.log(write(fd, text(8000)), write(fd, text(6000)), write(fd, text(3500))) }, 100)`)
    expect(run(source)).toEqual(['a connected', '-1 0 -1'])
    expect(served.reduce((sum, each) => sum + each.length - 2, 0)).toBe(6000)
    expect(board.panic).toBeUndefined()
  })

  it('fills a send buffer of 11,680 bytes in silence', () => {
    const { run, later, board, served } = setUp()
    const source = joined(`${TEXT} var fd = open('a'), n = 0, s = text(500)
      setTimeout(function () { while (write(fd, s) === 0) n += 500; console.log(n, write(fd, text(180))) }, 1500)`)
    run(source)
    board.loseWifi({ silent: true })
    expect(later()).toEqual(['11500 0'])
    board.restoreWifi()
    later()
    expect(served.reduce((sum, each) => sum + each.length - 2, 0)).toBe(11_680)
  })

  it('panics at a write that the C heap cannot copy', () => {
    const { run } = setUp()
    const source = joined(`var s = 'x'; while (s.length < 16384) s += s; var fd = open('a'); write(fd, s)`)
    expect(run(source)).toEqual(['PANIC: C heap exhausted'])
  })

  it('taps the bytes of its connections', () => {
    const tapped: string[] = []
    const { run, later, accepted } = setUp({ tap: (way, number, bytes) => tapped.push(`${way} ${number} ${bytes}`) })
    run(joined(`var fd = open('a'); setTimeout(function () { write(fd, 'out') }, 100)`))
    accepted[0].send(Buffer.from('in'))
    later()
    expect(tapped).toEqual(['sent 1 out', 'received 1 in'])
  })
})

describe('the memory of the Kaluma double', () => {
  const FLOODED = (force: string) =>
    joined(`var fd = open('a'), got = 0, kept = 0
      __netdev.get(fd).read_cb = function (u) { got += u.length; kept += u.length; ${force} }
      setTimeout(function () { console.log(got) }, 5000)`)

  it('runs out of C heap after eight segments without a collection', () => {
    const { run, later, accepted, board } = setUp()
    run(FLOODED(''), 1000)
    accepted[0].send(Buffer.alloc(8 * 1460))
    later()
    expect(board.panic).toBeUndefined()
    accepted[0].send(Buffer.alloc(1460))
    expect(later()).toEqual(['PANIC: C heap exhausted'])
  })

  it('lives through a flood when a large array forces a collection every 4 kB', () => {
    const { run, later, accepted } = setUp()
    run(FLOODED('if (kept > 4000) { kept = 0; new Uint8Array(5800) }'), 1000)
    accepted[0].send(Buffer.alloc(300_000))
    expect(later(10_000)).toEqual(['300000'])
  })

  it('reports the heap: boot, program, what replaced devices hold, and what a test adds', () => {
    const { run, board, listener } = setUp()
    listener.mode = 'refuses'
    const empty = `console.log(JSON.stringify(process.memoryUsage()))`
    expect(run(empty)).toEqual(['{"heapTotal":184312,"heapUsed":13855,"heapPeak":13855}'])
    board.heapUsed = 100_000
    expect(run(empty)).toEqual(['{"heapTotal":184312,"heapUsed":113855,"heapPeak":113855}'])
    const leaking = (drop: string) =>
      joined(`function used() { return process.memoryUsage().heapUsed }
        open('a'); setTimeout(function () { var before = used(), k = __netdev.get(0); ${drop}; replaceDevice()
          console.log(used() - before) }, 100)`)
    expect(run(leaking(''))).toEqual(['688'])
    expect(run(leaking('k.connect_cb = k.read_cb = k.close_cb = undefined'))).toEqual(['208'])
    expect(run(leaking('for (var name in k) delete k[name]'))).toEqual(['20'])
  })
})

describe('the sensor and the system of the Kaluma double', () => {
  it('reads the die temperature in steps of a 4096th, a millisecond each', () => {
    const { run, board } = setUp({ celsius: 21.5 })
    const source = `var v = analogRead(30); console.log(v * 4096, millis(), 27 - (v * 3.3 - 0.706) / 0.001721)`
    const [raw, time, celsius] = run(source)[0].split(' ').map(Number)
    expect(Number.isInteger(raw)).toBe(true)
    expect(time).toBe(1)
    expect(celsius).toBeCloseTo(21.5, 0)
    board.celsius = -10
    expect(Number(run(source)[0].split(' ')[2])).toBeCloseTo(-10, 0)
  })

  it('reads 26 to 29 and refuses other pins', () => {
    const { run } = setUp()
    const source = `${TRYING} trying(function () { analogRead(26); analogRead(29) }); trying(function () { analogRead(25) })`
    expect(run(source)).toEqual(['ok', 'Error: Invalid pin number true'])
  })

  it('resets at once by new WDT(1), and boots the image again 500 ms later', () => {
    const { run, later, board } = setUp()
    const source = `console.log('boot', millis()); setTimeout(function () {
      try { new (require('wdt').WDT)(1) } catch (e) { console.log('caught') } console.log('on') }, 99)`
    expect(run(source, 599)).toEqual(['boot 0'])
    expect(later(1)).toEqual(['boot 0'])
    expect(board.restarts).toBe(1)
  })

  it('bites when the watchdog is not fed, at the latest after 8.39 s', () => {
    const { run, board } = setUp()
    run(
      `var dog = new (require('wdt').WDT)(2000); setInterval(function () { if (millis() < 5000) dog.feed() }, 1000)`,
      7500,
    )
    expect(board.restarts).toBe(1)
    run(`new (require('wdt').WDT)(60000)`, 8388)
    expect(board.restarts).toBe(2)
  })

  it('bites inside a call that blocks', () => {
    const { run, board, clock } = setUp()
    const before = clock.now()
    run(`new (require('wdt').WDT)(8000); console.log('on'); delay(30000); console.log('never')`, 0)
    expect(board.restarts).toBe(1)
    expect(clock.now() - before).toBe(8000)
  })

  it('forgets its connections without FIN at a reset; the peer gets RST for what it still sends', () => {
    const { run, later, accepted, served, board } = setUp()
    const source = joined(
      `open('a'); setTimeout(function () { if (!isUp()) return; new (require('wdt').WDT)(1) }, 900)`,
    )
    run(source, 1500)
    expect(board.restarts).toBe(1)
    expect(served).toEqual([])
    accepted[0].send(Buffer.from('x'))
    later(400)
    expect(served).toEqual(['1 ECONNRESET'])
  })

  it('runs nothing after unplug(), not even promise jobs, and tells nobody', () => {
    const { run, later, accepted, served, board } = setUp()
    run(
      joined(`open('a'); setInterval(function () { console.log('tick') }, 300)
      function again() { Promise.resolve().then(function () { console.log('job'); setTimeout(again, 100) }) } again()`),
      400,
    )
    board.unplug()
    accepted[0]?.send(Buffer.from('x'))
    expect(later(60_000)).toEqual([])
    expect(served).toEqual([])
    expect(board.holdings()).toEqual({ sockets: 0, timers: 0, listeners: 0, queuedBytes: 0 })
  })

  it('does not boot again when unplugged between reset and boot', () => {
    const { run, later, board } = setUp()
    run(`console.log('boot'); new (require('wdt').WDT)(1)`, 100)
    board.unplug()
    expect(later(60_000)).toEqual([])
  })
})

/**
 * Joins, connects and says a word a second, by hand and in ES5: one connection at a time, an empty write tells whether
 * its block is alive, a dead one is given up with its device, a live one is closed with a placeholder behind it.
 */
const miniImage = (host: string, port: number) => `
var noop = function () {}, wifi = new (require('wifi').WiFi)()
var fd = -1, open = false, dead = 0, parked = -1, next = 0, wait = 200, count = 0, heard = 0
function isUp() { var up = false; wifi.getConnection(function (e, info) { up = !!info }); return up }
function errno(text) { __netdev.write(fd, text, noop); return __netdev.errno }
function over(why) { console.log(why); fd = -1; open = false; next = millis() + wait; wait = Math.min(wait * 2, 5000) }
function empty(n) { var k = __netdev.get(n); if (k) for (var p in k) delete k[p] }
function abandon(why) {
  empty(fd)
  if (parked >= 0) empty(parked)
  parked = -1
  global.__netdev = new (require('pico_cyw43').PicoCYW43Network)()
  over(why)
}
function hangUp(why) {
  var old = fd
  __netdev.get(fd).close_cb = undefined
  __netdev.close(old, noop)
  if (parked >= 0) __netdev.close(parked, noop)
  parked = __netdev.socket('AF_INET', 'STREAM')
  over(why)
}
function connect() {
  dead = 0
  fd = __netdev.socket('AF_INET', 'STREAM')
  var k = __netdev.get(fd)
  k.connect_cb = function () { open = true; wait = 200; heard = millis(); console.log('open') }
  k.read_cb = function (u) { heard = millis(); console.log('got ' + String.fromCharCode.apply(null, u)) }
  k.close_cb = function () { over('closed') }
  try { __netdev.connect(fd, '${host}', ${port}, noop) } catch (e) { abandon(String(e)) }
}
function turn() {
  if (!isUp()) wifi.connect({ ssid: 'net', password: 'secret123' }, noop)
  else if (fd < 0) { if (millis() >= next) connect() }
  else if (errno('') !== 0) { if (++dead > 2) abandon(open ? 'reset' : 'refused') }
  else if (open && millis() - heard > 3000) hangUp('silence')
  else { dead = 0; if (open && ++count % 5 === 0) errno('word ') }
  setTimeout(turn, 100)
}
turn()
`

describe('a hand-written image on the Kaluma double', () => {
  it('survives refuse, accept, RST, accept, silence, FIN and two losses of Wi-Fi by the workarounds', () => {
    const { run, later, accepted, board, network } = setUp()
    const echo = network.listen('echo', 8, connection => {
      accepted.push(connection)
      return { received: bytes => connection.send(bytes), ended: () => connection.end() }
    })
    echo.mode = 'refuses'
    const ends = (lines: string[]) => [...new Set(lines)]

    expect(ends(run(miniImage('echo', 8), 60_000))).toEqual(['refused'])
    echo.mode = 'accepts'
    expect(ends(later(10_000))).toEqual(['open', 'got word '])
    echo.kill()
    expect(ends(later(10_000))).toEqual(['reset', 'open', 'got word '])
    echo.freeze()
    expect(later(4_000)).toContain('silence')
    later(30_000)
    echo.thaw()
    expect(later(30_000)).toContain('got word ')
    accepted.at(-1)?.end()
    expect(ends(later(5_000))).toEqual(
      ['got word ', 'closed', 'open'].slice(0, 0).concat(['closed', 'open', 'got word ']),
    )
    board.loseWifi({ silent: true })
    later(60_000)
    board.restoreWifi()
    expect(later(60_000)).toContain('got word ')
    board.loseWifi()
    later(60_000)
    board.restoreWifi()
    expect(later(60_000)).toContain('got word ')
    expect(board.panic).toBeUndefined()
    expect(board.swallowed).toBe(0)
    expect(board.restarts).toBe(0)
    expect(board.holdings().sockets).toBeLessThanOrEqual(2)
  })

  it('does the same over real sockets', async () => {
    const sockets: Socket[] = []
    const server = createServer(socket => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.on('data', bytes => socket.write(bytes))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const network = nodeNetwork()
    const { board, lines } = makeBoard({ clock: realClock(), transport: network }, { joinTime: 10 })
    const seen = async (line: string) => {
      lines.length = 0
      for (const end = Date.now() + 8000; !lines.includes(line) && Date.now() < end; ) {
        await new Promise(resolve => setTimeout(resolve, 20))
      }
      expect(lines).toContain(line)
    }
    try {
      board.boot(miniImage('127.0.0.1', port))
      await seen('refused')
      server.listen(port, '127.0.0.1')
      await seen('got word ')
      sockets.at(-1)?.resetAndDestroy()
      await seen('reset')
      await seen('got word ')
      sockets.at(-1)?.end()
      await seen('closed')
      await seen('open')
      expect(board.panic).toBeUndefined()
    } finally {
      board.unplug()
      network.close()
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  })
})
