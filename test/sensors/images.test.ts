import { describe, expect, it } from 'vitest'
import type { SensorType } from '../../src/host/boards'
import { isPossible, parts } from '../../src/host/boards/parts'
import { ds18b20Part, shtPart } from '../../src/host/virtual/parts'
import { dhtPart } from '../../src/host/virtual/parts/dht'
import { MINUTE, SECOND } from '../outage/bench'
import { entry, type Name, PINS, plug, powered, values } from './fixture'

const names: Name[] = ['esp32', 'pico-w']
const wired = (Object.keys(parts) as SensorType[]).filter(type => parts[type].bus !== 'none')
const pairs = names.flatMap(name =>
  wired
    .filter(type => isPossible(type, name === 'esp32' ? 'espruino' : 'kaluma'))
    .map((type): [Name, SensorType] => [name, type]),
)

describe.each(pairs)('the image of %s with a %s', (name, type) => {
  it('publishes what the part measures, and what it measures beside the temperature', async () => {
    const b = await powered(name, [entry(name, type)])
    plug(b, name, type)
    b.run(MINUTE)
    const readings = values(b, 'temperature')
    expect(readings.length).toBeGreaterThan(3)
    for (const celsius of readings) expect(Math.abs(celsius - 25)).toBeLessThan(0.2)
    for (const quantity of parts[type].also ?? []) {
      expect(values(b, quantity).length).toBe(readings.length)
      const [least, most] = quantity === 'humidity' ? [40, 60] : [1006, 1007]
      for (const value of values(b, quantity)) {
        expect(value).toBeGreaterThan(least)
        expect(value).toBeLessThan(most)
      }
    }
    expect(b.log.filter(line => line.startsWith('PANIC') || line.startsWith('Uncaught'))).toEqual([])
  })

  it('publishes nothing without the part and says why once, and reads it as soon as it is plugged in, and again', async () => {
    const b = await powered(name, [entry(name, type)])
    b.wiring.volts.set(PINS[name].analog, 0)
    b.run(2 * MINUTE)
    expect(values(b, 'temperature')).toEqual([])
    const reasons = b.log.filter(line => /temperature: ./.test(line))
    expect(reasons).toHaveLength(1)
    for (const celsius of [20, 30]) {
      const before = values(b, 'temperature').length
      const unplug = plug(b, name, type, celsius)
      b.run(MINUTE)
      const readings = values(b, 'temperature').slice(before)
      expect(readings.length).toBeGreaterThan(3)
      if (!type.includes('280')) for (const value of readings) expect(Math.abs(value - celsius)).toBeLessThan(0.2)
      unplug()
      b.run(30 * SECOND)
      const { length } = values(b, 'temperature')
      b.run(MINUTE)
      expect(values(b, 'temperature')).toHaveLength(length)
    }
  })
})

describe.each(['tmp102', 'lm75', 'mcp9808', 'tmp117'] as const)('a %s that is plugged in at any moment', type => {
  it('is not read before it has measured', async () => {
    const b = await powered('pico-w', [entry('pico-w', type)], ['publish.intervalS=1'])
    b.run(5 * SECOND)
    for (let i = 0; i < 60; i++) {
      const unplug = plug(b, 'pico-w', type)
      b.run(2017)
      unplug()
      b.run(1000)
    }
    expect(values(b, 'temperature').length).toBeGreaterThan(30)
    expect(new Set(values(b, 'temperature'))).toEqual(new Set([25]))
  })
})

describe('a ds18b20', () => {
  const sensor = entry('esp32', 'ds18b20')

  it('is never published as 85 degrees because it got power in the middle of a conversion', async () => {
    const b = await powered('esp32', [sensor], ['publish.intervalS=2'])
    const part = ds18b20Part(b.clock)
    b.wiring.oneWire.attach(PINS.esp32.line * 256, part)
    b.run(10 * SECOND)
    for (let i = 0; i < 100; i++) {
      b.run(1370)
      part.powerUp()
    }
    expect(values(b, 'temperature').length).toBeGreaterThan(5)
    expect(new Set(values(b, 'temperature'))).toEqual(new Set([20]))
  })

  it('may be exchanged for another one', async () => {
    const b = await powered('esp32', [sensor])
    for (const [serial, celsius] of [['139bbb0b0000', 10] as const, ['ff641e031604', 30] as const]) {
      b.wiring.oneWire.attach(PINS.esp32.line * 256, ds18b20Part(b.clock, serial, celsius))
      b.run(MINUTE)
      expect(values(b, 'temperature').at(-1)).toBe(celsius)
    }
  })

  it('that has 85 degrees is published with them', async () => {
    const b = await powered('esp32', [sensor])
    b.wiring.oneWire.attach(PINS.esp32.line * 256, ds18b20Part(b.clock, undefined, 85))
    b.run(MINUTE)
    expect(new Set(values(b, 'temperature'))).toEqual(new Set([85]))
  })

  it('is read again where the radio has spoiled bits', async () => {
    const b = await powered('esp32', [sensor])
    plug(b, 'esp32', 'ds18b20')
    let bytes = 0
    b.wiring.isSpoiled = () => ++bytes % 11 === 0
    b.run(5 * MINUTE)
    expect(values(b, 'temperature').length).toBeGreaterThan(25)
    expect(new Set(values(b, 'temperature'))).toEqual(new Set([25]))
  })

  it('is told from others on its wire by its ROM code', async () => {
    const sensors = [
      { ...sensor, key: 'inside', address: '28139BBB0B00001F', resolutionBits: 9 },
      { ...sensor, key: 'outside', address: '28FF641E031604A8' },
    ]
    const b = await powered('esp32', sensors)
    b.wiring.oneWire.attach(PINS.esp32.line * 256, ds18b20Part(b.clock, 'ff641e031604', -5.0625))
    b.wiring.oneWire.attach(PINS.esp32.line * 256 + 1, ds18b20Part(b.clock, '139bbb0b0000', 21.25))
    b.run(MINUTE)
    expect(new Set(values(b, 'outside'))).toEqual(new Set([-5.06]))
    expect(new Set(values(b, 'inside'))).toEqual(new Set([21]))
  })
})

describe.each(names)('a dht22 on %s', name => {
  it('is asked a second time where a pulse was lost', async () => {
    const b = await powered(name, [entry(name, 'dht22')])
    const part = dhtPart('dht22')
    b.wiring.pulses.attach(PINS[name].line, part)
    b.run(20 * SECOND)
    const { length } = values(b, 'temperature')
    part.lost = 5
    b.run(15 * SECOND)
    expect(values(b, 'temperature').length).toBeGreaterThan(length)
    expect(new Set(values(b, 'temperature'))).toEqual(new Set([20]))
    expect(part.lost).toBe(0)
  })
})

describe.each(names)('several sensors on %s', name => {
  it('publish to topics of their own, whether another one is broken or not', async () => {
    const b = await powered(name, [
      entry(name, 'sht4x', 'room'),
      { key: 'cellar', type: 'tmp102' },
      { key: 'chip', type: 'internal', minC: -40, maxC: 125 },
      entry(name, 'ntc', 'pipe'),
    ])
    plug(b, name, 'sht4x', 21)
    plug(b, name, 'ntc', 50)
    b.run(2 * MINUTE)
    expect(values(b, 'room').length).toBeGreaterThan(8)
    expect(new Set(values(b, 'room'))).toEqual(new Set([21]))
    expect(new Set(values(b, 'room_humidity'))).toEqual(new Set([50]))
    expect(values(b, 'chip')).toHaveLength(values(b, 'room').length)
    expect(values(b, 'pipe')).toHaveLength(values(b, 'room').length)
    expect(values(b, 'cellar')).toEqual([])
    expect(b.log.filter(line => line.includes('cellar'))).toHaveLength(1)
    plug(b, name, 'tmp102', 12)
    b.run(MINUTE)
    expect(new Set(values(b, 'cellar'))).toEqual(new Set([12]))
  })
})

describe('a bus that somebody holds', () => {
  it.each(names)('keeps %s from nothing but its readings', async name => {
    const b = await powered(name, [entry(name, 'sht3x')])
    plug(b, name, 'sht3x')
    b.run(30 * SECOND)
    b.wiring.isStuck = true
    b.run(SECOND)
    const { length } = values(b, 'temperature')
    b.run(5 * MINUTE)
    expect(values(b, 'temperature')).toHaveLength(length)
    expect(b.statuses()).toEqual(['online'])
    b.wiring.isStuck = false
    b.run(30 * SECOND)
    expect(values(b, 'temperature').length).toBeGreaterThan(length)
  })
})

describe('another part at the address', () => {
  it.each(['bme280', 'bmp280', 'mcp9808', 'tmp117'] as const)('is not taken for a %s', async type => {
    const b = await powered('pico-w', [entry('pico-w', type)])
    const imposter = { powerUp() {}, write: () => true, read: (count: number) => Array(count).fill(0x19) }
    b.wiring.i2c[0].attach((parts[type].addresses as number[])[0], imposter)
    b.run(MINUTE)
    expect(values(b, 'temperature')).toEqual([])
    expect(b.log.filter(line => line.endsWith('/temperature: another part has this address'))).toHaveLength(1)
  })
})

describe('wires of one board', () => {
  it('are opened once for all sensors on them', async () => {
    const b = await powered('pico-w', [entry('pico-w', 'sht4x', 'a'), { key: 'b', type: 'sht4x', address: '0x45' }])
    b.wiring.i2c[0].attach(0x44, Object.assign(shtPart('sht4x', b.clock), { celsius: 10 }))
    b.wiring.i2c[0].attach(0x45, Object.assign(shtPart('sht4x', b.clock), { celsius: 30 }))
    b.run(MINUTE)
    expect(new Set(values(b, 'a'))).toEqual(new Set([10]))
    expect(new Set(values(b, 'b'))).toEqual(new Set([30]))
  })
})
