import { describe, expect, test } from 'vitest'
import type { Sensor } from '../../src/host/boards'
import { parts } from '../../src/host/boards/parts'
import { boardWith, complaints, load } from './project'

type Runtime = 'espruino' | 'kaluma'

/** What the validator has against these sensors. */
function against(runtime: Runtime, ...sensors: object[]): string[] {
  return complaints({ runtime, sensors })
}

/** The sensors of a board file that is taken. */
function taken(runtime: Runtime, ...sensors: object[]): Sensor[] {
  const { board, lines } = load(boardWith({ runtime, sensors }))
  if (!board) throw new Error(lines.join('\n'))
  return board.sensors
}

describe('a sensor gets what the file leaves out', () => {
  test.each(Object.entries(parts))('limits and digits of %s', (type, part) => {
    const pin = part.bus === 'analog' ? { pin: 'D36' } : { pin: 'D4' }
    const [sensor] = taken('espruino', { type, ...(part.bus === 'none' || part.bus === 'i2c' ? {} : pin) })
    expect(sensor).toMatchObject({ key: 'temperature', offsetC: 0 })
    expect(sensor).toMatchObject({ minC: part.minC, maxC: part.maxC, decimals: part.decimals })
  })

  test('the usual pins, bus and address on I2C', () => {
    expect(taken('espruino', { type: 'bme280' })[0].i2c).toEqual({ bus: 1, sda: 21, scl: 22, address: 0x76 })
    expect(taken('kaluma', { type: 'sht4x' })[0].i2c).toEqual({ bus: 0, sda: 4, scl: 5, address: 0x44 })
    expect(taken('kaluma', { type: 'sht4x', i2c: 1 })[0].i2c).toEqual({ bus: 1, sda: 2, scl: 3, address: 0x44 })
    expect(taken('kaluma', { type: 'lm75', sda: 6, scl: 7, address: '0x4F' })[0].i2c).toEqual({
      bus: 1,
      sda: 6,
      scl: 7,
      address: 0x4f,
    })
  })

  test('the first ds18b20 found, with 12 bits', () => {
    expect(taken('espruino', { type: 'ds18b20', pin: 'D4' })[0]).toMatchObject({ pin: 4, rom: '', resolutionBits: 12 })
  })

  test('a ROM code in capitals, as the runtime wants it', () => {
    const address = '28139bbb0b00001f'
    expect(taken('espruino', { type: 'ds18b20', pin: 'D4', address })[0].rom).toBe('28139BBB0B00001F')
  })

  test('the thermistor that most people have', () => {
    expect(taken('kaluma', { type: 'ntc', pin: 26, ntc: { beta: 3435 } })[0].ntc).toEqual({
      r25Ohm: 10000,
      beta: 3435,
      seriesOhm: 10000,
      wiring: 'pullup',
    })
  })
})

describe('a sensor is refused where', () => {
  test.each<[string, Runtime, object, string]>([
    [
      'the runtime cannot drive it',
      'kaluma',
      { type: 'ds18b20', pin: 4 },
      'type: ds18b20 is not possible on kaluma yet (no OneWire). Possible: internal, virtual, dht11, dht22, bme280, ' +
        'bmp280, sht3x, sht4x, aht20, tmp102, lm75, mcp9808, tmp117, tmp36, lm35, ntc. Found: "ds18b20".',
    ],
    ['it has no pin', 'espruino', { type: 'dht22' }, 'pin: is missing. Add "pin": "D4".'],
    ['it has no analog pin', 'espruino', { type: 'tmp36' }, 'pin: is missing. Add "pin": "D36".'],
    ['it has no pin on a Pico', 'kaluma', { type: 'dht22' }, 'pin: is missing. Add "pin": 15.'],
    ['it has no analog pin on a Pico', 'kaluma', { type: 'ntc' }, 'pin: is missing. Add "pin": 26.'],
    [
      'a pin is that of the other runtime',
      'espruino',
      { type: 'dht22', pin: 4 },
      'pin: is no pin of this board. Write for example "D4". Found: 4.',
    ],
    [
      'a pin is that of the other runtime, too',
      'kaluma',
      { type: 'dht22', pin: 'D4' },
      'pin: is no pin of this board. Write for example 4. Found: "D4".',
    ],
    [
      'a pin is wired to the flash',
      'espruino',
      { type: 'ds18b20', pin: 'D6' },
      'pin: D6 is wired to the flash of the ESP32. Take another pin. Found: "D6".',
    ],
    [
      'a pin decides how the chip starts',
      'espruino',
      { type: 'ds18b20', pin: 'D12' },
      'pin: D12 decides at power-up how the ESP32 starts; a sensor would pull it. Take another pin. Found: "D12".',
    ],
    [
      'a pin can only be read',
      'espruino',
      { type: 'dht11', pin: 'D34' },
      'pin: D34 can only be read on the ESP32, not driven. Take another pin. Found: "D34".',
    ],
    [
      'a pin belongs to the second converter',
      'espruino',
      { type: 'tmp36', pin: 'D25' },
      'pin: D25 cannot measure a voltage. Possible: D32 to D39 (the other converter belongs to the Wi-Fi). Found: "D25".',
    ],
    [
      'a pin belongs to the radio',
      'kaluma',
      { type: 'tmp36', pin: 29 },
      'pin: 29 belongs to the radio of the Pico W. Take another pin.',
    ],
    [
      'a pin has no converter',
      'kaluma',
      { type: 'lm35', pin: 4 },
      'pin: 4 cannot measure a voltage. Possible: 26, 27, 28.',
    ],
    [
      'a field is of another type',
      'espruino',
      { type: 'bme280', pin: 'D4' },
      'pin: is not for bme280. (sda, scl, i2c, address) Found: "D4".',
    ],
    [
      'it has no wires',
      'espruino',
      { type: 'internal', address: 1 },
      'address: is not for internal. Take it out. Found: 1.',
    ],
    [
      'the address is none of its own',
      'espruino',
      { type: 'bme280', address: '0x78' },
      'address: address 0x78 is not possible for bme280 (0x76, 0x77). Write "0x76".',
    ],
    [
      'the address is none at all',
      'kaluma',
      { type: 'sht3x', address: 'first' },
      'address: address first is not possible for sht3x (0x44, 0x45). Write "0x44".',
    ],
    [
      'one wire of two is named',
      'espruino',
      { type: 'bme280', sda: 'D18' },
      'scl: is missing; write both of sda and scl, or none for the usual pins.',
    ],
    [
      'both wires are one',
      'espruino',
      { type: 'bme280', sda: 'D18', scl: 'D18' },
      'scl: is the same pin as sda. Take another pin. Found: "D18".',
    ],
    ['there is no such bus', 'espruino', { type: 'bme280', i2c: 3 }, 'i2c: 3 is no bus of this board. (1, 2)'],
    [
      'the pins do not reach the bus',
      'kaluma',
      { type: 'bme280', sda: 5, scl: 4 },
      'sda: 5 and 4 are not SDA and SCL of bus 0. Possible: 0 and 1, 4 and 5, 8 and 9, 12 and 13, 16 and 17, 20 and 21.',
    ],
    [
      'a ROM code is none',
      'espruino',
      { type: 'ds18b20', pin: 'D4', address: '28' },
      'address: is no ROM code. Write its 16 hexadecimal digits, or "first" for the only one on the wire. Found: "28".',
    ],
    [
      'a ROM code is that of another part',
      'espruino',
      { type: 'ds18b20', pin: 'D4', address: '10139bbb0b00001f' },
      'address: is no ROM code of a DS18B20, which begins with 28. Write the digits in the order of the wire. ' +
        'Found: "10139bbb0b00001f".',
    ],
    [
      'a ROM code is mistyped',
      'espruino',
      { type: 'ds18b20', pin: 'D4', address: '28139bbb0b00011f' },
      'address: has a wrong checksum in its last two digits. Copy it once more. Found: "28139bbb0b00011f".',
    ],
    [
      'its resolution is none',
      'espruino',
      { type: 'ds18b20', pin: 'D4', resolutionBits: 13 },
      'resolutionBits: 13 is too large. Write a whole number from 9 to 12.',
    ],
    [
      'a resistor has nothing',
      'espruino',
      { type: 'ntc', pin: 'D36', ntc: { r25Ohm: 0 } },
      'ntc.r25Ohm: 0 is too small. Write a number from 1 to 10000000.',
    ],
    [
      'the wiring is unknown',
      'espruino',
      { type: 'ntc', pin: 'D36', ntc: { wiring: 'pullups' } },
      'ntc.wiring: "pullups" is not known. Did you mean "pullup"? (pullup, pulldown)',
    ],
    [
      'its own range is left out',
      'espruino',
      { type: 'bme280', minC: 90 },
      'minC: 90 is not below maxC, 85. No reading could pass; change one.',
    ],
  ])('%s', (_name, runtime, sensor, words) => {
    expect(against(runtime, sensor)).toEqual([`sensors[0].${words}`])
  })
})

describe('several sensors', () => {
  test('are taken up to eight', () => {
    const many = Array.from({ length: 8 }, (_, i) => ({ key: `t${i}`, type: 'virtual' }))
    expect(taken('kaluma', ...many)).toHaveLength(8)
    expect(against('kaluma', ...many, { key: 'more', type: 'virtual' })).toEqual([
      'sensors[8]: is one more than the 8 sensors that a board can have. Take it out.',
    ])
  })

  test('may share a bus, and a wire', () => {
    const roms = ['28139bbb0b00001f', '28ff641e031604a8'].map(address => ({ type: 'ds18b20', pin: 'D4', address }))
    const wired = [
      { key: 'a', ...roms[0] },
      { key: 'b', ...roms[1] },
    ]
    expect(against('espruino', ...wired, { key: 'c', type: 'bme280' }, { key: 'd', type: 'sht4x' })).toEqual([])
    expect(against('kaluma', { key: 'a', type: 'tmp102' }, { key: 'b', type: 'tmp102', address: '0x49' })).toEqual([])
  })

  test.each<[string, Runtime, object[], string]>([
    [
      'have one key',
      'espruino',
      [{ type: 'internal' }, { type: 'virtual' }],
      'sensors[1].key: "temperature" is already used by sensors[0]; name it e.g. "outside".',
    ],
    [
      'want the topic of a humidity',
      'espruino',
      [{ type: 'sht4x' }, { key: 'humidity', type: 'virtual' }],
      'sensors[1].key: "humidity" is already used by sensors[0]; name it e.g. "outside".',
    ],
    [
      'have one pin',
      'kaluma',
      [
        { type: 'dht22', pin: 15 },
        { key: 'b', type: 'dht11', pin: 15 },
      ],
      'sensors[1].pin: 15 is already used by sensors[0]. Take another pin.',
    ],
    [
      'have a pin of a bus',
      'espruino',
      [{ type: 'bme280' }, { key: 'b', type: 'dht22', pin: 'D21' }],
      'sensors[1].pin: D21 is already used by sensors[0]. Take another pin. Found: "D21".',
    ],
    [
      'have one address on one bus',
      'espruino',
      [{ type: 'bme280' }, { key: 'b', type: 'bmp280' }],
      'sensors[1].type: 0x76 on I2C bus 1 is already the address of sensors[0]. Give each one its own. Found: "bmp280".',
    ],
    [
      'have other pins for one bus',
      'espruino',
      [{ type: 'bme280' }, { key: 'b', type: 'sht4x', sda: 'D18', scl: 'D19' }],
      'sensors[1].sda: I2C bus 1 has other pins at sensors[0]. Write the same pins, or "i2c": 2. Found: "D18".',
    ],
    [
      'share a wire without addresses',
      'espruino',
      [
        { type: 'ds18b20', pin: 'D4' },
        { key: 'b', type: 'ds18b20', pin: 'D4', address: '28139bbb0b00001f' },
      ],
      'sensors[1].address: is needed where several sensors share a wire. Write the ROM code of each. ' +
        'Found: "28139bbb0b00001f".',
    ],
    [
      'are one sensor',
      'espruino',
      [
        { type: 'ds18b20', pin: 'D4' },
        { key: 'b', type: 'ds18b20', pin: 'D4' },
      ],
      'sensors[1].type: ds18b20 at this address is already sensors[0]. Write the ROM code of each. Found: "ds18b20".',
    ],
  ])('are refused where they %s', (_name, runtime, sensors, line) => {
    expect(against(runtime, ...sensors)).toEqual([line])
  })
})

describe('the interval', () => {
  test('is no shorter than a sensor can measure', () => {
    expect(complaints({ sensors: [{ type: 'dht22', pin: 'D4' }], 'publish.intervalS': 1 })).toEqual([
      'publish.intervalS: 1 is faster than dht22 can measure (2 s). Write 2 or more.',
    ])
    expect(complaints({ sensors: [{ type: 'dht22', pin: 'D4' }], 'publish.intervalS': 2 })).toEqual([])
  })

  test('has room for all, one after the other', () => {
    const sensors = ['a', 'b', 'c'].map((key, i) => ({ key, type: 'ds18b20', pin: `D${13 + i}` }))
    expect(complaints({ sensors, 'publish.intervalS': 2 })).toEqual([
      'publish.intervalS: 2 is faster than these sensors can measure one after the other (2.4 s). Write 3 or more.',
    ])
    expect(complaints({ sensors, 'publish.intervalS': 3 })).toEqual([])
  })
})
