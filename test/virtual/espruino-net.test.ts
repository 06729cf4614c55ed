import { describe, expect, it } from 'vitest'
import { run, runJoined, setUp } from './espruino-setup'

const CONNECT = "s = net.connect({host: 'broker', port: 1883})"

/** Prints every event of the socket `s`. */
const WATCH = `
  s.on('drain', function () { print('drain') }); s.on('data', function (d) { print('data ' + d) })
  s.on('end', function () { print('end') }); s.on('close', function (e) { print('close ' + e) })
  s.on('error', function (e) { print('error ' + e.code + ' ' + e.message) });`

const bytes = (value: string) => Buffer.from(value, 'latin1')

describe('net.connect() of the Espruino double', () => {
  it('calls back in a later pass with the socket, and drains', () => {
    const source = `s = net.connect({host: 'broker', port: '1883'}, function (c) { print('connected', c === s, this === s) })
      ${WATCH} print('returned')`
    expect(runJoined(source).lines).toEqual(['returned', 'connected true true', 'drain'])
  })

  it('tells a listener of connect as well, alone', () => {
    expect(runJoined(`${CONNECT}; s.on('connect', function (c) { print('connected', c === s) })`).lines).toEqual([
      'connected true',
    ])
  })

  it('loses a callback with a parameter beside a listener of connect, and the listener', () => {
    const source = `s = net.connect({host: 'broker', port: 1883}, function (c) { print('callback') })
      s.on('connect', function () { print('listener') })`
    expect(runJoined(source).lines).toEqual(['Execution Interrupted during event processing.'])
  })

  it('runs the text of a callback without one, outside of its scope', () => {
    const source = `var inner = 1
      s = net.connect({host: 'broker', port: 1883}, function () { print(typeof inner) })
      s.on('connect', function () { print('listener') })`
    expect(runJoined(source).lines).toEqual(['undefined', 'listener'])
  })

  it.each([
    ['a refusal', 'refuses', 'ERROR: Connect failed (err 111)', 'InternalError: Unable to create socket', 2],
    ['silence', 'silent', 'ERROR: Connect failed (err 116)', 'InternalError: Unable to create socket', 75_000],
    ['an unknown name', 'unknown', undefined, 'InternalError: Unable to locate host', 0],
  ] as const)('blocks, and throws for %s', (_, mode, printedError, thrown, took) => {
    const { board, clock, listener, lines } = setUp()
    listener.mode = mode
    board.boot(`require('Wifi').connect('home', {password: 'secret'}, function () {
      var t = getTime()
      try { require('net').connect({host: 'broker', port: 1883}, function () { print('never') }) }
      catch (e) { print('' + e, e instanceof Error, Math.round((getTime() - t) * 1000)) }
    })`)
    clock.advance(78_000)
    expect(lines).toEqual([...(printedError ? [printedError] : []), `${thrown} false ${took}`])
    expect(board.holdings()).toMatchObject({ sockets: 0, queuedBytes: 0 })
  })

  it('throws without Wi-Fi', () => {
    const source = `function dial(host) {
        try { require('net').connect({host: host, port: 1883}) } catch (e) { print(e.message) }
      }
      dial('10.0.0.1'); dial('broker')`
    expect(run(source).lines).toEqual([
      'ERROR: Connect failed (err 118)',
      'Unable to create socket',
      'Unable to locate host',
    ])
  })

  it('takes its own machine where no host is given, and a URL', () => {
    const { network, board, clock, lines } = setUp()
    network.listen('127.0.0.1', 1883, () => ({}))
    board.boot(`require('Wifi').connect('home', {password: 'secret'}, function () {
      require('net').connect({port: 1883}, function () { print('a') })
      require('net').connect('tcp://broker:1883', function () { print('b') })
    })`)
    clock.advance(1000)
    expect(lines).toEqual(['a', 'b'])
  })

  it('prints an error for arguments of the wrong kind', () => {
    const source = "print(net.connect(5)); print(net.connect({host: 'broker', port: 1883}, 5))"
    expect(runJoined(source).lines).toEqual([
      'ERROR: Expecting Options to be an Object but it was Number',
      'undefined',
      'ERROR: Expecting Callback Function but got Number',
      'undefined',
    ])
  })

  it('has ten sockets', () => {
    const source = `try { for (var i = 0; i < 11; i++) net.connect({host: 'broker', port: 1883}) } catch (e) { print(i, e.message) }`
    expect(runJoined(source).lines).toEqual(['ERROR: Socket creation failed', '10 Unable to create socket'])
  })
})

describe('a socket of the Espruino double', () => {
  it('takes no part in what sockets elsewhere can do', () => {
    const names = 'destroy setTimeout setNoDelay setKeepAlive pause resume once remoteAddress cork'.split(' ')
    const probes = names.map(name => `typeof s.${name}`)
    expect(runJoined(`${CONNECT}; print([${probes}].join())`).lines).toEqual([names.map(() => 'undefined').join()])
  })

  it('gives data as byte strings of at most 536', () => {
    const source = `${CONNECT}; s.on('data', function (d) { print(typeof d, d.length, d.charCodeAt(0)) })`
    const { accepted, clock, lines } = runJoined(source)
    accepted[0].send(Buffer.alloc(1200, 0xff))
    clock.advance(20)
    expect(lines).toEqual(['string 536 255', 'string 536 255', 'string 128 255'])
  })

  it('gives segments apart when they come apart', () => {
    const { accepted, clock, lines } = runJoined(`${CONNECT}${WATCH}`, {}, { segmentSize: 2 })
    accepted[0].send(bytes('abcde'))
    clock.advance(20)
    expect(lines.filter(line => line.startsWith('data'))).toEqual(['data ab', 'data cd', 'data e'])
  })

  it('gives data, and drains, before it says connected, when both are there at the first pass', () => {
    const { network, board, clock, lines } = setUp({}, { latency: 0 })
    network.listen('eager', 1883, connection => {
      connection.send(bytes('hello'))
      return {}
    })
    board.boot(`require('Wifi').connect('home', {password: 'secret'}, function () {
      var s = require('net').connect({host: 'eager', port: 1883}, function () { print('connected') })
      ${WATCH}
      s.write('x')
    })`)
    clock.advance(1000)
    expect(lines).toEqual(['data hello', 'drain', 'connected', 'drain'])
  })

  it('keeps what nobody listens to, and gives it out of order and again and again to who comes late', () => {
    const source = `${CONNECT}; setTimeout(function () {
        print(s.available()); s.on('data', function (d) { if (n++ < 4) print(d.length) })
      }, 300); var n = 0; setTimeout(function () { print(n > 50) }, 400)`
    const { accepted, clock, lines } = runJoined(source, {}, {})
    accepted[0].send(Buffer.alloc(3000, 97))
    clock.advance(1000)
    // As measured: the newer bytes, the older ones, and the newer block for ever.
    expect(lines).toEqual(['536', '2464', '536', '2464', '2464', 'true'])
  })

  it('lets unread data be read', () => {
    const source = `${CONNECT}; setTimeout(function () { print(s.read(2)); print(s.read()); print(s.available()) }, 300)`
    const { accepted, clock, lines } = runJoined(source)
    accepted[0].send(bytes('abcde'))
    clock.advance(300)
    expect(lines).toEqual(['ab', 'cde', '0'])
  })

  it('writes text, whatever it is given, and always answers false', () => {
    const source = `s = net.connect({host: 'broker', port: 1883}, function () {
      print(s.write('a\\xff'), s.write(new Uint8Array([1, 200])), s.write(new Uint8Array([3, 4]).buffer), s.write([5, 6]),
        s.write(12), s.write(null), s.write({}), s.write(undefined), s.write(true)) })`
    const { heard, lines } = runJoined(source)
    expect(lines).toEqual(['false false false false false false false false false'])
    expect(heard.join('')).toBe('a\xff1,2003,45,612null[object Object]true')
  })

  it('sends what one turn wrote in one segment, and may be written to before it says connected', () => {
    const { heard, lines } = runJoined(`${CONNECT}; s.write('a'); s.write('b'); s.write('c')${WATCH}`)
    expect(heard).toEqual(['abc'])
    expect(lines).toEqual(['drain', 'drain'])
  })

  it('hands 536 bytes a pass to the kernel, and drains when its queue is empty', () => {
    const source = `s = net.connect({host: 'broker', port: 1883}, function () { setTimeout(function () {
      for (var i = 0; i < 120; i++) s.write('0123456789') }, 50) })${WATCH}`
    const { heard, lines } = runJoined(source)
    expect(heard.map(chunk => chunk.length)).toEqual([536, 536, 128])
    expect(lines).toEqual(['drain', 'drain'])
  })

  it('queues without bound when the peer does not read, and holds what the kernel does not take', () => {
    const { board, clock, accepted, heard, lines } = runJoined(
      `${CONNECT}${WATCH}; setInterval(function () { s.write('0123456789') }, 10)`,
      {},
      { sendBuffer: 100 },
    )
    accepted[0].pause()
    const before = heard.join('').length
    clock.advance(1000)
    lines.length = 0
    clock.advance(10_000)
    expect(heard.join('').length).toBe(before)
    expect(board.holdings().queuedBytes).toBeGreaterThan(10_900)
    expect(lines).toEqual([])
    accepted[0].resume()
    clock.advance(2000)
    expect(board.holdings().queuedBytes).toBeLessThan(200)
    expect(lines).toContain('drain')
  })

  it('sees FIN as the end: end, close(false)', () => {
    const { accepted, board, clock, heard, lines } = runJoined(`${CONNECT}${WATCH}`)
    lines.length = 0
    accepted[0].send(bytes('tail'))
    accepted[0].end()
    clock.advance(20)
    expect(lines).toEqual(['data tail', 'end', 'close false'])
    expect(board.holdings().sockets).toBe(0)
    expect(heard).toEqual([])
  })

  it('sees a reset as FIN', () => {
    const { listener, clock, lines } = runJoined(`${CONNECT}${WATCH}`)
    lines.length = 0
    listener.kill()
    clock.advance(20)
    expect(lines).toEqual(['end', 'close false'])
  })

  it('says error -8 and close(true) when data was left unsent', () => {
    const { accepted, listener, clock, lines } = runJoined(
      `${CONNECT}${WATCH}; setTimeout(function () { s.write('0123456789') }, 400)`,
      {},
      { sendBuffer: 4 },
    )
    accepted[0].pause()
    lines.length = 0
    clock.advance(500)
    listener.kill()
    clock.advance(20)
    expect(lines).toEqual(['error -8 unsent data', 'end', 'close true'])
  })

  it('throws in write() after end() and after close, not in end()', () => {
    const source = `${CONNECT}${WATCH}
      function tryTo(f) { try { print(f()) } catch (e) { print(e.message) } }
      function late() { tryTo(function () { return s.write('x') }); tryTo(function () { return s.end() })
        tryTo(function () { return s.end('x') }) }
      setTimeout(function () { print('--'); s.end('bye'); late() }, 50)
      setTimeout(function () { print('--'); late() }, 100)`
    const { heard, lines } = runJoined(source)
    const errors = ['This socket is closed', 'undefined', 'This socket is closed']
    expect(lines.slice(1)).toEqual(['--', ...errors, 'end', 'close false', '--', ...errors])
    expect(heard).toEqual(['bye', '<FIN>'])
  })

  const stuck = `${CONNECT}; s.on('close', function (e) { print('close ' + e) })
    setTimeout(function () { for (var i = 0; i < 50; i++) s.write('0123456789'); s.end() }, 400)`

  it('never closes by end() while its data cannot leave', () => {
    const { accepted, board, clock, heard, lines } = runJoined(stuck, {}, { sendBuffer: 100 })
    accepted[0].pause()
    clock.advance(60_000)
    expect([lines, board.holdings().sockets]).toEqual([[], 1])
    accepted[0].resume()
    clock.advance(100)
    expect(lines).toEqual(['close false'])
    expect(heard.at(-1)).toBe('<FIN>')
  })

  it('closes at the next pass by clsNow, whatever is left', () => {
    const source = `${stuck}; setTimeout(function () { s["clsNow"] = true }, 900)`
    const { accepted, board, clock, lines } = runJoined(source, {}, { sendBuffer: 100 })
    accepted[0].pause()
    clock.advance(2000)
    expect(lines).toEqual(['close false'])
    expect(board.holdings().sockets).toBe(0)
  })

  it('reports an exception in a listener and goes on', () => {
    const source = `${CONNECT}; s.on('data', function (d) { throw d }); s.on('data', function (d) { print('next ' + d) })`
    const { accepted, clock, lines } = runJoined(source)
    accepted[0].send(bytes('a'))
    clock.advance(10)
    accepted[0].send(bytes('b'))
    clock.advance(10)
    expect(lines).toEqual(['next a', 'Uncaught a', 'next b', 'Uncaught b'])
  })

  it('may reconnect in its listener of close, and leaves nothing behind', () => {
    const source = `function dial() {
        s = net.connect({host: 'broker', port: 1883}, function () { print('up') })
        s.on('close', dial); s.on('data', function () {}); s.on('drain', function () {})
      }
      dial()`
    const { accepted, board, clock, lines } = runJoined(source)
    const first = board.holdings()
    for (let i = 0; i < 20; i++) {
      accepted.at(-1)?.end()
      clock.advance(50)
    }
    expect(lines).toHaveLength(21)
    expect(board.holdings()).toEqual(first)
  })

  it('hears nothing of a lost Wi-Fi, and goes on where it was when the network is back', () => {
    const source = `${CONNECT}${WATCH}; setTimeout(function () { s.write('x') }, 5000)
      wifi.on('disconnected', function () { setTimeout(function () { wifi.connect('home', {password: 'secret'}) }, 9000) })`
    const { board, clock, heard, lines, accepted } = runJoined(source)
    lines.length = 0
    board.loseWifi()
    accepted[0].send(bytes('y'))
    clock.advance(8000)
    expect([lines, heard, board.holdings().queuedBytes]).toEqual([['drain'], [], 1])
    board.restoreWifi()
    clock.advance(5000)
    expect([lines, heard, board.holdings().queuedBytes]).toEqual([['drain', 'data y'], ['x'], 0])
  })

  it('shows what passes to the tap', () => {
    const seen: string[] = []
    const { accepted, clock } = runJoined(`${CONNECT}; s.write('out')`, {
      tap: (direction, connection, chunk) => seen.push(`${direction} ${connection} ${chunk}`),
    })
    accepted[0].send(bytes('in'))
    clock.advance(10)
    expect(seen).toEqual(['sent 1 out', 'received 1 in'])
  })
})
