import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../src/host/virtual/clock'
import { espruinoBoard } from '../../src/host/virtual/espruino'
import { kalumaBoard } from '../../src/host/virtual/kaluma'
import { memoryNetwork } from '../../src/host/virtual/memory-network'
import { dhtPart, ds18b20Part } from '../../src/host/virtual/parts'
import { bareWiring, type I2cPart, type Wiring } from '../../src/host/virtual/wiring'

/** A part that notes what it hears and answers 1, 2, 3, … */
function echo(): I2cPart & { heard: number[][] } {
  const heard: number[][] = []
  return {
    heard,
    powerUp() {},
    write: bytes => heard.push([...bytes]) > 0,
    read: count => Array.from({ length: count }, (_, i) => i + 1),
  }
}

function run(make: typeof espruinoBoard | typeof kalumaBoard, source: string, wiring: Wiring, ms = 5000) {
  const clock = virtualClock()
  const lines: string[] = []
  const world = { clock, transport: memoryNetwork(clock) }
  const accessPoint = { ssid: 'home', password: 'secret', inRange: true }
  const board = make({ name: 'board', world, accessPoint, wiring, console: (line: string) => lines.push(line) })
  board.boot(source)
  clock.advance(ms)
  return lines
}

const TRYING = `function trying(run) { try { console.log(run()) } catch (e) { console.log(String(e), e.errno) } };`

describe('I2C of the Espruino double', () => {
  const SET_UP = `${TRYING} I2C1.setup({ sda: D21, scl: D22, bitrate: 100000 });`

  it('takes bytes, strings and arrays, and gives typed arrays', () => {
    const wiring = bareWiring()
    const part = echo()
    wiring.i2c[1].attach(0x48, part)
    const source = `${SET_UP} I2C1.writeTo(0x48, 1, '\\xff\\0', [2, 3]); var b = I2C1.readFrom(0x48, 3)
      console.log(b[2], b instanceof Uint8Array)`
    expect(run(espruinoBoard, source, wiring)).toEqual(['3 true'])
    expect(part.heard).toEqual([[1, 255, 0, 2, 3]])
  })

  it('throws where nobody acknowledges, and before setup()', () => {
    const source = `${TRYING} trying(function () { return I2C2.readFrom(1, 1) }); ${SET_UP}
      trying(function () { return I2C1.writeTo(0x48, 'a') }); trying(function () { return I2C1.readFrom(0x48, 1) })`
    expect(run(espruinoBoard, source, bareWiring())).toEqual([
      'Error: jshI2CRead:, Parameter error undefined',
      "Error: jshI2CWrite: slave doesn't ACK the transfer undefined",
      "Error: jshI2CRead: slave doesn't ACK the transfer undefined",
    ])
  })

  it('blocks for a second on a bus that is stuck', () => {
    const wiring = { ...bareWiring(), isStuck: true }
    const source = `${SET_UP} var t = getTime(); trying(function () { return I2C1.readFrom(0x48, 1) })
      console.log(Math.round(getTime() - t))`
    const [error, seconds] = run(espruinoBoard, source, wiring)
    expect(error).toContain('Operation timeout because the bus is busy')
    expect(seconds).toBe('1')
  })
})

describe('I2C of the Kaluma double', () => {
  const OPEN = `${TRYING} var I2C = require('i2c').I2C, bus = new I2C(0, { sda: 4, scl: 5 });`

  it('sends strings as their bytes, and of a subarray the whole buffer', () => {
    const wiring = bareWiring()
    const part = echo()
    wiring.i2c[0].attach(0x48, part)
    const source = `${OPEN} bus.write('\\xff\\0', 0x48, 100); bus.write(new Uint8Array([1, 2, 3]).subarray(1, 2), 0x48, 100)
      var b = bus.read(2, 0x48, 100); console.log(b[1], b instanceof Uint8Array)`
    expect(run(kalumaBoard, source, wiring)).toEqual(['2 true'])
    expect(part.heard).toEqual([
      [255, 0],
      [1, 2, 3],
    ])
  })

  it('throws system errors where nobody acknowledges', () => {
    const source = `${OPEN} trying(function () { return bus.write('a', 0x48, 100) })
      trying(function () { return bus.read(1, 0x48, 100) })`
    expect(run(kalumaBoard, source, bareWiring())).toEqual([
      'Error: Device Write Error -147',
      'Error: Device Read Error -146',
    ])
  })

  it.each(['0, { sda: 4, scl: 5 }', '0, { sda: 5, scl: 4 }', '1, { sda: 22, scl: 23 }', '2'])(
    'refuses to open I2C(%s) beside one that is open',
    bus => {
      const source = `${OPEN} trying(function () { return new I2C(${bus}) })`
      expect(run(kalumaBoard, source, bareWiring())).toEqual(['Error: Device Init/Deinit Error -145'])
    },
  )

  it('cuts the time-out of a read to 8 bits on a bus that is stuck, that of a write not', () => {
    const wiring = { ...bareWiring(), isStuck: true }
    const source = `${OPEN} var t = millis(); trying(function () { return bus.read(1, 0x48, 300) })
      console.log(millis() - t); t = millis(); trying(function () { return bus.write('a', 0x48, 300) })
      console.log(millis() - t)`
    expect(run(kalumaBoard, source, wiring)).toEqual([
      'Error: Device Read Error -146',
      '44',
      'Error: Device Write Error -147',
      '300',
    ])
  })
})

describe('OneWire of the Espruino double', () => {
  it('finds the parts, talks to the one that is selected, and reads ones where nobody is', () => {
    const wiring = bareWiring()
    const clock = virtualClock()
    const part = ds18b20Part(clock)
    wiring.oneWire.attach(4 * 256, part)
    const source = `var w = new OneWire(D4), found = w.search(); console.log(found, w.reset())
      w.select(found[0]); w.write(0xbe); console.log(w.read(9)); w.select('28FF641E031604A8'); w.write(0xbe); console.log(w.read(2))
      w = new OneWire(D5); console.log(w.search(), w.reset())`
    expect(run(espruinoBoard, source, wiring)).toEqual([
      '[ "28139BBB0B00001F" ] true',
      'new Uint8Array([80, 5, 75, 70, 127, 255, 12, 16, 28])',
      'new Uint8Array([255, 255])',
      '[  ] false',
    ])
  })
})

describe('a DHT on the Espruino double', () => {
  const WATCH = `var n = 0, first; function watch() { setWatch(function (e) {
    if (!n++) first = e.lastTime; last = e.time - e.lastTime }, D4, { edge: 'falling', repeat: true }) }
    digitalWrite(D4, 0);`

  function pulses(source: string): string[] {
    const wiring = bareWiring()
    wiring.pulses.attach(4, dhtPart('dht22'))
    return run(espruinoBoard, `${WATCH} ${source} setTimeout(function () { console.log(n, first) }, 100)`, wiring)
  }

  it('answers behind a low, with an edge of which the time before is not known first', () => {
    expect(pulses('setTimeout(watch, 2);')).toEqual(['42 undefined'])
  })

  it('stays silent where setWatch() cuts the low short', () => {
    expect(pulses('watch();')).toEqual(['0 undefined'])
  })
})

describe('pulseRead() of the Kaluma double', () => {
  const options = '{ timeout: 10000, startState: 1, mode: INPUT_PULLUP, trigger: { startState: 0, interval: [2000] } }'
  const source = `var t = micros(), p = pulseRead(15, 83, ${options}); console.log(p && p.length, p && p[2], micros() - t)`

  it('gives high and low in turn, the wait of the board first, and blocks meanwhile', () => {
    const wiring = bareWiring()
    wiring.pulses.attach(15, dhtPart('dht22'))
    const [line] = run(kalumaBoard, source, wiring)
    expect(line).toMatch(/^83 80 \d{4}$/)
  })

  it('gives null after the time-out where nobody answers', () => {
    expect(run(kalumaBoard, source, bareWiring())).toEqual(['null null 12000'])
  })
})
