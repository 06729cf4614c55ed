import { describe, expect, it } from 'vitest'
import { bareWiring } from '../../src/host/virtual/wiring'
import { JOIN_MS, joined, printed, run, runJoined, setUp } from './espruino-setup'

describe('the language of the Espruino double', () => {
  it.each([
    'Map Set WeakMap Symbol Proxy Reflect Promise TextEncoder TextDecoder queueMicrotask structuredClone BigInt Intl',
    'escape unescape RangeError WebAssembly performance Buffer fetch setImmediate SharedArrayBuffer module exports',
    'Array.from Array.of Object.freeze Object.is Object.hasOwn Number.isInteger Number.isNaN Number.parseFloat',
    'Math.trunc Math.imul Math.clz32 Math.log2 Math.hypot Uint8Array.from ArrayBuffer.isView',
    '[].copyWithin [].flat [].flatMap [].at [].lastIndexOf [].entries "".codePointAt "".trimStart "".matchAll (1).toPrecision',
    'String.fromCodePoint console.table process.exit process.nextTick require.cache Error.captureStackTrace',
  ])('lacks %s', names => {
    const probes = names.split(' ').map(name => `typeof ${name}`)
    expect(printed(`console.log([${probes}].join())`)).toEqual([probes.map(() => 'undefined').join()])
  })

  it.each([
    ['String.fromCharCode(256 + 65, 0x20ac).length + String.fromCharCode(321)', '2A'],
    ['Math.round(-1.5) + " " + Math.round(2.5) + " " + Math.round(-1.4)', '-2 3 -1'],
    ['JSON.stringify("\\xc3\\xa9a")', '"\\u00C3\\u00A9a"'],
    ['(function(){try{null.x}catch(e){return [e instanceof TypeError, e instanceof Error]}})()', '[ true, false ]'],
    ['"" + new TypeError("bad") + " " + new InternalError("worse")', 'TypeError: bad InternalError: worse'],
    ['[].slice.call([1,2,3],1).join() + Object.prototype.hasOwnProperty.call({a:1},"a")', '2,3true'],
    ['E.toString([1+64,66],"c",100,new Uint8Array([101]))', 'ABcde'],
    ['E.toUint8Array("ab",[3]).join()', '97,98,3'],
    ['E.CRC32("abc")', '891568578'],
    ['btoa("abc") + atob("YWJj")', 'YWJjabc'],
    ['typeof global + (global === globalThis)', 'objecttrue'],
    ['Math.clip(5,1,3) + Math.wrap(-1,5)', '7'],
    [
      'require("Storage").write("a","xyz") + require("Storage").read("a",1) + require("Storage").read("b")',
      'trueyzundefined',
    ],
    ['"" + D5', 'D5'],
  ])('evaluates %s to %s', (source, result) => {
    expect(printed(`console.log(${source})`)).toEqual([result])
  })

  it('prints bytes, which a terminal shows as UTF-8, and one line for each', () => {
    expect(printed('print("\\xc2\\xb0C", 1, null, undefined, [1,"a"], {b:true}); console.log("a\\nb")')).toEqual([
      '°C 1 null undefined [ 1, "a" ] { "b": true }',
      'a',
      'b',
    ])
  })

  it('knows a library or throws', () => {
    expect(printed('try { require("mqtt") } catch (e) { console.log(e) }')).toEqual([
      'Error: Error: Module "mqtt" not found',
    ])
  })
})

describe('the events of the Espruino double', () => {
  it('are queued by emit(), on any object', () => {
    const source = `var o = {}
      o.on('x', function (a, b) { console.log('heard', a, b) })
      o.emit('x', 1, 2); console.log('emitted')`
    expect(printed(source)).toEqual(['emitted', 'heard 1 2'])
  })

  it('reach a listener in its place, and no more after it was removed', () => {
    const source = `var o = {}, f = function () { console.log('f') }
      o.on('x', f); o.prependListener('x', function () { console.log('first') }); o.on('y', f)
      o.removeListener('x', f); o.removeAllListeners('y'); o.emit('x'); o.emit('y')`
    expect(printed(source)).toEqual(['first'])
  })

  it('reach a listener that one before it removes', () => {
    const source = `var o = {}, f = function () { print('f') }
      o.on('x', function () { o.removeListener('x', f) }); o.on('x', f)
      o.emit('x'); setTimeout(function () { o.emit('x') }, 10)`
    expect(printed(source)).toEqual(['f'])
  })

  it('are hidden from for-in', () => {
    expect(printed('var n = ""; for (var k in {a: 1}) n += k; console.log(n)')).toEqual(['a'])
  })

  it.each([
    ['E.on(5, function(){})', 'TypeError: First argument must be String'],
    ['E.on("a", 5)', 'TypeError: Second argument must be a function or a String'],
    ['(5).on("a", function(){})', 'TypeError: Parent must be an object - not a String, Integer, etc'],
    ['setTimeout(5, 5)', 'Error: Function or String not supplied!'],
    ['clearTimeout(undefined)', 'Error: clearTimeout(undefined) not allowed. Use clearTimeout() instead'],
    ['clearInterval(undefined)', 'Error: clearInterval(undefined) not allowed. Use clearInterval() instead'],
    ['setTimeout(function(){}, 4e12)', 'Error: Interval is too long (>100 years)'],
  ])('%s throws %s', (source, text) => {
    expect(printed(`try { ${source} } catch (e) { console.log('' + e) }`)).toEqual([text])
  })

  it('survive an exception in a listener: it is reported at the end of the pass, and the next listener runs', () => {
    const source = `var o = {}
      o.on('x', function () { throw new Error('mine') }); o.on('x', function () { console.log('next') })
      o.emit('x'); setTimeout(function () { o.emit('x') }, 10)`
    const lines = printed(source)
    expect(lines.filter(line => !line.startsWith('    at '))).toEqual([
      'next',
      'Uncaught Error: mine',
      'next',
      'Uncaught Error: mine',
    ])
    expect(lines.find(line => line.startsWith('    at '))).toContain('image.js:2')
  })

  it('report only the last of several exceptions in a pass', () => {
    const source = 'setTimeout(function () { throw "one" }, 5); setTimeout(function () { throw "two" }, 5)'
    expect(printed(source)).toEqual(['Uncaught two'])
  })

  it('hand exceptions to uncaughtException if something listens', () => {
    const source = `process.on('uncaughtException', function (e) { console.log('got ' + e.a) })
      setTimeout(function () { throw {a: 1} }, 5)`
    expect(printed(source)).toEqual(['got 1'])
  })

  it('run in this order at boot: the image, init, onInit()', () => {
    const source = `E.on('init', function () { console.log('init') })
      function onInit() { console.log('onInit') }
      console.log('image')`
    expect(printed(source)).toEqual(['image', 'init', 'onInit'])
  })

  it('go on after an image that failed halfway', () => {
    expect(printed('setTimeout(function () { console.log("still") }, 5); throw "boot"')).toEqual([
      'Uncaught boot',
      'still',
    ])
  })
})

describe('the timers of the Espruino double', () => {
  it('run in order of setting when several are due, with extra arguments, not before the next pass', () => {
    const source = `setTimeout(function (a) { console.log('zero', a) }, 0, 7)
      setTimeout(function () { console.log('a') }, 10); setTimeout(function () { console.log('b') }, 10)
      console.log('set')`
    expect(printed(source)).toEqual(['set', 'zero 7', 'a', 'b'])
  })

  it('take text for a function', () => {
    expect(printed('setTimeout("console.log(5)", 1)')).toEqual(['5'])
  })

  it('give an id again that the newest had, and number from 1', () => {
    const source = `var f = function () {}, a = setTimeout(f, 50), b = setTimeout(f, 50)
      clearTimeout(b)
      var c = setTimeout(f, 50)
      clearTimeout(a)
      console.log(a, b, c, setTimeout(f, 50))
      clearTimeout()
      console.log(setInterval(f, 50))`
    const { lines, board } = run(source, 10)
    expect(lines).toEqual(['1 2 2 3', '1'])
    expect(board.holdings().timers).toBe(1)
  })

  it('bear clearing what is gone', () => {
    expect(printed('clearTimeout(null); clearTimeout(0); clearInterval(99); console.log("ok")')).toEqual(['ok'])
  })

  it('repeat until cleared, also after an exception', () => {
    const source = `var n = 0, i = setInterval(function () {
      if (++n === 4) clearInterval(i)
      throw 'e' + n
    }, 10)`
    expect(printed(source)).toEqual(['Uncaught e1', 'Uncaught e2', 'Uncaught e3', 'Uncaught e4'])
  })

  it('change their interval', () => {
    const source = 'var n = 0, i = setInterval(function () { console.log(++n) }, 1000); changeInterval(i, 40)'
    expect(printed(source)).toEqual(['1', '2'])
  })
})

describe('the time of the Espruino double', () => {
  it('starts at 1970 and has fractions', () => {
    const source = `setTimeout(function () {
      console.log(getTime(), Date.now(), new Date().getFullYear(), new Date().toISOString())
    }, 1.5)`
    expect(printed(source)).toEqual(['0.0015 1.5 1970 1970-01-01T00:00:00.001Z'])
  })

  it('knows no time zone', () => {
    expect(printed('console.log(new Date(3600000).getHours(), new Date(2020, 1, 3).getDate())')).toEqual(['1 3'])
  })

  it('fires waiting timeouts at once when SNTP sets the clock, and intervals storm', () => {
    const source = `var n = 0
      setTimeout(function () { console.log('early') }, 10000)
      setInterval(function () { n++ }, 500)
      setTimeout(function again() { setTimeout(again, 1000); console.log(n > 50 ? 'storm' : n) }, 900)`
    const { board, clock, lines } = run(source, 100)
    board.setWallClock(Date.UTC(2024, 0, 1))
    clock.advance(1)
    expect(lines).toEqual(['early', '1'])
    clock.advance(1200)
    expect(lines).toEqual(['early', '1', 'storm'])
  })

  it('recovers with chained timeouts after one early call', () => {
    const source = `var n = 0
      function tick() { print(++n); setTimeout(tick, 1000) }
      setTimeout(tick, 1000)`
    const { board, clock, lines } = run(source)
    board.setWallClock(Date.UTC(2024, 0, 1))
    clock.advance(900)
    expect(lines).toEqual(['1'])
    clock.advance(2150)
    expect(lines).toEqual(['1', '2', '3', '4'])
  })

  it('jumps for getTime() and Date', () => {
    const source = 'setTimeout(function () { console.log(getTime(), Date.now()) }, 200)'
    const { board, clock, lines } = run(source)
    board.setWallClock(1_700_000_000_000)
    clock.advance(1)
    expect(lines).toEqual(['1700000000 1700000000000'])
  })

  it('tells the timers when the image sets it', () => {
    const source = `setTimeout(function () { console.log(getTime()) }, 50)
      setTime(1e9)`
    expect(printed(source, 40)).toEqual([])
    expect(printed(source, 60)).toEqual(['1000000000.05'])
  })

  it('survives a restart but not a power cut', () => {
    const source = `print(Math.floor(getTime() / 1e9))
      setTimeout(function () { if (getTime() > 1e9 && !require('Storage').read('once')) {
        require('Storage').write('once', '1'); E.reboot()
      } }, 200)`
    const { board, clock, lines } = run(source)
    board.setWallClock(1_700_000_000_000)
    clock.advance(1000)
    board.unplug()
    board.boot(source)
    expect(lines).toEqual(['0', '1', '0'])
  })
})

describe('the chip of the Espruino double', () => {
  it('has the serial and the version of the release', () => {
    const source = 'console.log(getSerial(), process.env.SERIAL, process.version, process.env.BOARD)'
    expect(printed(source)).toEqual(['240ac400-2f90 240ac400-2f90 2v29 ESP32'])
    expect(printed(source, 10, { release: 'head', serial: '01020304-0506' })).toEqual([
      '01020304-0506 01020304-0506 2v29.277 ESP32',
    ])
    expect(run('').board.id).toBe('240ac4002f90')
  })

  it('draws the same random numbers at every boot until it is seeded', () => {
    const source = 'console.log(Math.random(), Math.random(), E.hwRand())'
    expect(printed(source)).toEqual(printed(source))
    const seeded = `E.srand(E.CRC32(getSerial())); ${source}`
    expect(printed(seeded)).toEqual(printed(seeded))
    expect(printed(seeded)).not.toEqual(printed(source))
    expect(printed(seeded)).not.toEqual(printed(seeded, 10, { serial: '01020304-0506' }))
    expect(Number(printed('console.log(Math.random())')[0])).toBeLessThan(1)
  })

  it('reads its temperature as a raw byte', () => {
    const { board, lines, clock } = run('setInterval(function () { console.log(E.getTemperature()) }, 100)', 50, {
      celsius: 25,
    })
    clock.advance(100)
    board.celsius = 40.3
    clock.advance(100)
    expect(lines).toEqual(['77', '105'])
  })

  it('reads 128 for ever where it has no such sensor', () => {
    expect(printed('console.log(E.getTemperature())', 10, { celsius: 20, internalSensor: false })).toEqual(['128'])
  })

  it('reads volts at the pins of ADC1 only', () => {
    const source = 'console.log(analogRead(D36), analogRead(32), analogRead(D4))'
    const volts = new Map([32, 4].map((pin): [number, number] => [pin, 9])).set(36, 1.8)
    expect(printed(source, 10, { wiring: { ...bareWiring(), volts } })).toEqual(['0.5 0.999755859375 NaN'])
  })

  it('tells its memory in variables', () => {
    const source = `var m = process.memory(), f = function () {}
      setTimeout(f, 1e6); setTimeout(f, 1e6)
      console.log(m.total, m.blocksize, m.free + m.usage, process.memory().usage - m.usage)`
    expect(printed(source)).toEqual(['5000 14 5000 16'])
  })

  it('keeps a telnet console open until the image switches it off', () => {
    const { board, clock } = run(
      "setTimeout(function () { require('TelnetServer').setOptions({mode: 'off'}) }, 50)",
      10,
    )
    expect(board.telnetConsole).toBe(true)
    clock.advance(50)
    expect(board.telnetConsole).toBe(false)
  })

  it('reports error flags that are new, and again once they were read', () => {
    const source = `E.on('errorFlag', function (f) { console.log(f.join('+')) })
      setTimeout(function () { console.log(E.getErrorFlags().length) }, 500)`
    const { board, clock, lines } = run(source)
    board.raiseErrorFlags('MEMORY', 'LOW_MEMORY')
    clock.advance(10)
    board.raiseErrorFlags('MEMORY')
    clock.advance(10)
    expect(lines).toEqual(['LOW_MEMORY+MEMORY', 'New interpreter error: LOW_MEMORY,MEMORY'])
    clock.advance(500)
    board.raiseErrorFlags('MEMORY')
    clock.advance(10)
    expect(lines.slice(2)).toEqual(['2', 'MEMORY', 'New interpreter error: MEMORY'])
  })
})

describe('the end of the Espruino double', () => {
  it.each(['E.reboot()', 'ESP32.reboot()'])('%s starts the image anew after the boot time', source => {
    const { board, clock, lines } = run(
      `console.log('boot'); setTimeout(function () {
        try { ${source} } catch (e) { console.log('never') }
        console.log('never')
      }, 100)
      setInterval(function () { console.log('tick') }, 30)`,
      150,
      { bootTime: 500 },
    )
    expect(lines).toEqual(['boot', 'tick', 'tick', 'tick'])
    expect(board.restarts).toBe(1)
    expect(board.holdings().timers).toBe(0)
    clock.advance(460)
    expect(lines).toEqual(['boot', 'tick', 'tick', 'tick', 'boot'])
  })

  it('keeps files over a restart, and nothing else', () => {
    const source = `var S = require('Storage'), n = (S.readJSON('n', 1) || 0) + 1
      S.writeJSON('n', n); console.log(n, typeof kept); kept = 1
      if (n < 3) setTimeout(E.reboot, 10)`
    expect(printed(source, 2000)).toEqual(['1 undefined', '2 undefined', '3 undefined'])
  })

  it('sleeps deeply and boots', () => {
    const { lines, clock } = run("console.log('up'); setTimeout(function () { ESP32.deepSleep(5e6) }, 10)", 5400)
    expect(lines).toEqual(['up'])
    clock.advance(200)
    expect(lines).toEqual(['up', 'up'])
  })

  it('runs nothing after unplug(), sends nothing, and holds nothing', () => {
    const source = `setInterval(function () { console.log('tick') }, 300)
      s = net.connect({host: 'broker', port: 1883}, function () { s.write('a') })`
    const { board, clock, heard, lines, accepted } = runJoined(source)
    expect(heard).toEqual(['a'])
    board.unplug()
    lines.length = 0
    accepted[0].send(Buffer.from('x'))
    clock.advance(10_000)
    expect([lines, heard]).toEqual([[], ['a']])
    expect(board.holdings()).toEqual({ sockets: 0, timers: 0, listeners: 0, queuedBytes: 0 })
    expect(board.restarts).toBe(0)
  })

  it('leaves its connections without FIN when it restarts', () => {
    const source = `s = net.connect({host: 'broker', port: 1883}, function () {
      setTimeout(function () { s.write('lost'); E.reboot() }, 100) })`
    const { clock, heard, accepted } = runJoined(source)
    clock.advance(400)
    expect([accepted.length, heard]).toEqual([1, []])
    clock.advance(1000)
    expect(accepted.length).toBe(2)
    accepted[0].send(Buffer.from('x'))
    clock.advance(2000)
    expect(heard).toEqual(['<ECONNRESET>'])
  })

  it('may not be powered twice', () => {
    const { board } = run('')
    expect(() => board.boot('')).toThrow('esp32 is powered already')
  })

  it('is bitten by its watchdog when a connect blocks for longer', () => {
    const { board, listener, clock, lines } = setUp({ connectTimeout: 75_000 }, { connectTimeout: 75_000 })
    listener.mode = 'silent'
    board.boot(joined("E.enableWatchdog(30); try { net.connect({host: 'broker', port: 1883}) } catch (e) { print(e) }"))
    clock.advance(JOIN_MS)
    expect(lines).toEqual(['Task watchdog got triggered.'])
    expect(board.restarts).toBe(1)
  })

  it('is kicked by its idle loop, or else by the image', () => {
    expect(run('E.enableWatchdog(2)', 60_000).board.restarts).toBe(0)
    const kicked = 'E.enableWatchdog(2, false); setInterval(function () { E.kickWatchdog() }, 1500)'
    expect(run(kicked, 60_000).board.restarts).toBe(0)
    expect(run('E.enableWatchdog(2, false)', 2600).board.restarts).toBe(1)
  })
})

describe('memory of the Espruino double', () => {
  const flood = `s = net.connect({host: 'broker', port: 1883}, function () {
    setTimeout(function () {
      try { for (;;) s.write('0123456789') } catch (e) { print('caught') }
      print('behind')
    }, 10)
  })`

  it('runs out in a write: no try holds it, and the flags say so', () => {
    const source = `E.on('errorFlag', function (f) { print('flags ' + f.join()) }); ${flood}`
    expect(runJoined(source, { jsVars: 1000 }).lines).toEqual([
      'OUT OF MEMORY',
      'Execution Interrupted during event processing.',
      'flags LOW_MEMORY,MEMORY',
      'New interpreter error: LOW_MEMORY,MEMORY',
    ])
  })

  it('takes the interval with it in which it ran out', () => {
    const { board, lines } = runJoined(flood.replace('setTimeout', 'setInterval'), { jsVars: 1000 })
    expect(lines).toEqual([
      'OUT OF MEMORY',
      'ERROR: Ctrl-C while processing interval - removing it.',
      'Execution Interrupted during event processing.',
      'New interpreter error: CALLBACK,LOW_MEMORY,MEMORY',
    ])
    expect(board.holdings().timers).toBe(0)
  })

  it('takes the listener of data with it in which it ran out', () => {
    const source = `s = net.connect({host: 'broker', port: 1883})
      s.on('data', function (d) { print('data'); for (;;) s.write('0123456789') })`
    const { accepted, clock, lines } = runJoined(source, { jsVars: 1000 })
    accepted[0].send(Buffer.from('x'))
    clock.advance(50)
    accepted[0].send(Buffer.from('y'))
    clock.advance(50)
    expect(lines).toEqual([
      'data',
      'OUT OF MEMORY',
      'ERROR: Error processing Serial data handler - removing it.',
      'Execution Interrupted during event processing.',
      'New interpreter error: CALLBACK,LOW_MEMORY,MEMORY',
    ])
  })
})
