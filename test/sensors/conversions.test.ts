import { describe, expect, it } from 'vitest'
import * as aht20 from '../../src/sensors/aht20'
import * as bme280 from '../../src/sensors/bme280'
import * as bmp280 from '../../src/sensors/bmp280'
import * as dht11 from '../../src/sensors/dht11'
import * as dht22 from '../../src/sensors/dht22'
import * as ds18b20 from '../../src/sensors/ds18b20'
import * as lm35 from '../../src/sensors/lm35'
import * as lm75 from '../../src/sensors/lm75'
import * as mcp9808 from '../../src/sensors/mcp9808'
import * as ntc from '../../src/sensors/ntc'
import { crc8 } from '../../src/sensors/shared/crc8'
import { bytesOf } from '../../src/sensors/shared/dht'
import * as sht3x from '../../src/sensors/sht3x'
import * as sht4x from '../../src/sensors/sht4x'
import * as tmp36 from '../../src/sensors/tmp36'
import * as tmp102 from '../../src/sensors/tmp102'
import * as tmp117 from '../../src/sensors/tmp117'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe('ds18b20', () => {
  it.each([
    ['D0 07 4B 46 7F FF 10 10 55', 125],
    ['50 05 4B 46 7F FF 10 10 BD', 85],
    ['91 01 4B 46 7F FF 0F 10 25', 25.0625],
    ['A2 00 4B 46 7F FF 0E 10 E5', 10.125],
    ['08 00 4B 46 7F FF 08 10 D9', 0.5],
    ['00 00 4B 46 7F FF 10 10 69', 0],
    ['F8 FF 4B 46 7F FF 08 10 F8', -0.5],
    ['5E FF 4B 46 7F FF 02 10 B6', -10.125],
    ['6F FE 4B 46 7F FF 01 10 61', -25.0625],
    ['90 FC 4B 46 7F FF 10 10 EE', -55],
  ])('reads %s as %d degrees', (scratchpad, degrees) => {
    expect(ds18b20.celsius(bytes(scratchpad))).toBe(degrees)
  })

  it.each([
    ['the power-on value', '50 05 4B 46 7F FF 0C 10 1C'],
    ['the power-on value of a clone', '50 05 55 00 7F FF 0C 10 21'],
    ['zeros, whose checksum is right', '00 00 00 00 00 00 00 00 00'],
    ['a line that nobody holds', 'FF FF FF FF FF FF FF FF FF'],
    ['a wrong checksum', '91 01 4B 46 7F FF 0F 10 24'],
    ['0x07FF', withCrc('FF 07 4B 46 7F FF 01 10')],
    ['an answer cut short', '91 01'],
    ['nothing', ''],
  ])('has no reading for %s', (_name, scratchpad) => {
    expect(ds18b20.celsius(bytes(scratchpad))).toBeNaN()
  })

  it('leaves out the bits that its resolution does not define', () => {
    expect(ds18b20.celsius(bytes(withCrc('91 01 4B 46 1F FF 0F 10')))).toBe(25)
    expect(ds18b20.celsius(bytes(withCrc('97 01 4B 46 5F FF 0F 10')))).toBe(25.375)
    expect(ds18b20.celsius(bytes(withCrc('6F FE 4B 46 1F FF 0F 10')))).toBe(-25.5)
  })

  function withCrc(hex: string): string {
    let crc = 0
    for (const byte of bytes(hex)) {
      crc ^= byte
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8c : crc >> 1
    }
    return `${hex} ${crc.toString(16).padStart(2, '0')}`
  }
})

describe('dht22', () => {
  it.each([
    ['02 8C 01 5F EE', 35.1, 65.2],
    ['02 20 80 AA 4C', -17, 54.4],
    ['02 8C 80 65 73', -10.1, 65.2],
    ['02 8C FF 9B 28', -10.1, 65.2],
  ])('reads %s as %d degrees and %d per cent', (frame, degrees, percent) => {
    expect(dht22.celsius(bytes(frame))).toBe(degrees)
    expect(dht22.humidity(bytes(frame))).toBe(percent)
  })

  it.each([
    ['a wrong sum', '02 8C 01 5F EF'],
    ['zeros, whose sum is right', '00 00 00 00 00'],
    ['a frame that slipped by a bit', '81 46 00 AF 76'],
    ['nothing', ''],
  ])('has no reading for %s', (_name, frame) => {
    expect(dht22.celsius(bytes(frame))).toBeNaN()
  })
})

describe('dht11', () => {
  it.each([
    ['43 00 1A 07 64', 26.7, 67],
    ['28 00 05 81 AE', -5.1, 40],
  ])('reads %s as %d degrees and %d per cent', (frame, degrees, percent) => {
    expect(dht11.celsius(bytes(frame))).toBe(degrees)
    expect(dht11.humidity(bytes(frame))).toBe(percent)
  })

  it.each(['43 00 1A 07 65', '00 00 00 00 00', 'A1 80 0D 03 31', ''])('has no reading for "%s"', frame => {
    expect(dht11.celsius(bytes(frame))).toBeNaN()
  })
})

describe('pulses of the DHT family', () => {
  const high = [...'0000001010001100000000010101111111101110'].map(bit => (bit === '1' ? 70 : 27))

  it('are bits, whatever comes before the last 40', () => {
    expect(bytesOf(high)).toEqual([...bytes('02 8C 01 5F EE')])
    expect(bytesOf([30, 80, ...high])).toEqual([...bytes('02 8C 01 5F EE')])
  })

  it('are nothing where some are missing', () => {
    expect(bytesOf(high.slice(1))).toEqual([])
    expect(bytesOf([])).toEqual([])
  })

  it('never make a reading of a frame that has lost one of them', () => {
    const values = high.map((_, lost) => dht22.celsius(bytesOf([80, ...high.filter((_, i) => i !== lost)])))
    expect(values.filter(value => !Number.isNaN(value))).toEqual([])
  })
})

describe('bme280 and bmp280', () => {
  /** BMP280 data sheet, section 3.12: the worked example. */
  const calibration = bytes('70 6B 43 67 18 FC 7D 8E 43 D6 D0 0B 27 0B 8C 00 F9 FF 8C 3C F8 C6 70 17 00 4B')
  const data = bytes('65 5A C0 7E ED 00 72 5E')
  /** Compensation words of a part, with the result of Bosch's own integer code. */
  const more = bytes('72 01 00 13 29 00 1E')

  it('read the example of the data sheet', () => {
    for (const part of [bme280, bmp280]) {
      expect(part.celsius(calibration, data)).toBeCloseTo(25.08, 2)
      expect(part.pressure(calibration, data)).toBeCloseTo(1006.53, 2)
    }
  })

  it('take dig_T1 for unsigned', () => {
    const warm = bytes('70 8B 43 67 18 FC')
    expect(bmp280.celsius(warm, bytes('00 00 00 9E ED 00'))).toBeGreaterThan(0)
    expect(bmp280.celsius(warm, bytes('00 00 00 9E ED 00'))).toBeLessThan(50)
  })

  it('has a humidity within 0 and 100', () => {
    expect(bme280.humidity(calibration, more, data)).toBeCloseTo(integerHumidity(data[6] * 256 + data[7]), 1)
    expect(bme280.humidity(calibration, more, bytes('65 5A C0 7E ED 00 FF FF'))).toBe(100)
    expect(bme280.humidity(calibration, more, bytes('65 5A C0 7E ED 00 00 00'))).toBe(0)
  })

  it('have no reading for what was skipped, or not measured since power-up', () => {
    const fresh = bytes('80 00 00 80 00 00 80 00')
    expect(bme280.celsius(calibration, fresh)).toBeNaN()
    expect(bme280.pressure(calibration, fresh)).toBeNaN()
    expect(bme280.humidity(calibration, more, fresh)).toBeNaN()
    expect(bmp280.celsius(calibration, fresh)).toBeNaN()
    expect(bmp280.pressure(calibration, bytes('80 00 00 7E ED 00'))).toBeNaN()
    expect(bmp280.celsius(new Uint8Array(0), new Uint8Array(0))).toBeNaN()
  })

  /** BME280 data sheet, section 4.2.3: the integer code, which these formulas must agree with. t_fine is 128422. */
  function integerHumidity(raw: number): number {
    const [h1, h2, h3, h4, h5, h6] = [75, 370, 0, 313, 2, 30]
    const v = 128422 - 76800
    const a = ((raw << 14) - (h4 << 20) - h5 * v + 16384) >> 15
    const b = (((((((v * h6) >> 10) * (((v * h3) >> 11) + 32768)) >> 10) + 2097152) * h2 + 8192) >> 14) as number
    const c = a * b
    const d = c - (((((c >> 15) * (c >> 15)) >> 7) * h1) >> 4)
    return (Math.min(Math.max(d, 0), 419430400) >> 12) / 1024
  }
})

describe('sht3x and sht4x', () => {
  it.each([
    ['66 66 93', 25],
    ['41 D4 3C', 0],
    ['33 33 88', -10],
    ['BE 2B 11', 85],
    ['00 00 81', -45],
    ['FF FF AC', 130],
  ])('read %s as %d degrees', (word, degrees) => {
    expect(sht3x.celsius(bytes(word))).toBeCloseTo(degrees, 2)
    expect(sht4x.celsius(bytes(word))).toBeCloseTo(degrees, 2)
  })

  it('have the checksum of the data sheets', () => {
    expect(crc8(bytes('BE EF'), 0, 2)).toBe(0x92)
  })

  it('have no reading for a wrong checksum or no bytes', () => {
    for (const { celsius, humidity } of [sht3x, sht4x]) {
      expect(celsius(bytes('66 66 94'))).toBeNaN()
      expect(celsius(bytes('66 66'))).toBeNaN()
      expect(celsius(bytes(''))).toBeNaN()
      expect(humidity(bytes('66 66 93 80 00 00'))).toBeNaN()
    }
  })

  it('read the humidity behind the temperature, each by its own formula', () => {
    expect(sht3x.humidity(bytes('66 66 93 66 66 93'))).toBeCloseTo(40, 2)
    expect(sht4x.humidity(bytes('66 66 93 66 66 93'))).toBeCloseTo(44, 2)
    expect(sht4x.humidity(bytes('66 66 93 00 00 81'))).toBe(0)
    expect(sht4x.humidity(bytes('66 66 93 FF FF AC'))).toBe(100)
  })
})

describe('aht20', () => {
  it.each([
    ['1C 26 9A 76 42 E7 76', 28.267, 15.08],
    ['18 93 AC 95 2A C5 B3', 14.588, 57.69],
    ['1C 80 00 06 00 00 4E', 25, 50],
    ['1C 80 00 04 00 00 C2', 0, 50],
  ])('reads %s as %d degrees and %d per cent', (frame, degrees, percent) => {
    expect(aht20.celsius(bytes(frame))).toBeCloseTo(degrees, 3)
    expect(aht20.humidity(bytes(frame))).toBeCloseTo(percent, 2)
  })

  it.each([
    ['a part that is busy', '9C 80 00 06 00 00 38'],
    ['one that is not calibrated', '14 80 00 06 00 00 F4'],
    ['a wrong checksum', '1C 80 00 06 00 00 4F'],
    ['nothing', ''],
  ])('has no reading for %s', (_name, frame) => {
    expect(aht20.celsius(bytes(frame))).toBeNaN()
    expect(aht20.humidity(bytes(frame))).toBeNaN()
  })
})

describe.each([
  [
    'tmp102',
    tmp102.celsius,
    {
      '7FF0': 127.9375,
      '6400': 100,
      '5000': 80,
      '1900': 25,
      '0040': 0.25,
      '0000': 0,
      FFC0: -0.25,
      E700: -25,
      C900: -55,
    },
  ],
  [
    'lm75',
    lm75.celsius,
    { '7F00': 127, '7EE0': 126.875, '1900': 25, '0020': 0.125, FFE0: -0.125, E700: -25, C920: -54.875, C900: -55 },
  ],
  ['mcp9808', mcp9808.celsius, { C194: 25.25, '0194': 25.25, '1FF0': -1, '1E70': -25, '07D0': 125, E001: 0.0625 }],
  ['tmp117', tmp117.celsius, { '0C80': 25, F380: -25, FFFF: -0.0078125, '8000': Number.NaN }],
] as const)('%s', (_name, celsius, vectors) => {
  it.each(Object.entries(vectors))('reads %s as %d degrees', (word, degrees) => {
    expect(celsius(bytes(word))).toBe(degrees)
  })

  it('has no reading for no bytes', () => {
    expect(celsius([])).toBeNaN()
  })
})

describe('voltages', () => {
  it('are degrees of a tmp36', () => {
    expect(tmp36.celsius(0.75)).toBeCloseTo(25, 9)
    expect(tmp36.celsius(0.1)).toBeCloseTo(-40, 9)
    for (const volts of [0, 0.09, 1.76, 3.3, Number.NaN]) expect(tmp36.celsius(volts)).toBeNaN()
  })

  it('are degrees of an lm35', () => {
    expect(lm35.celsius(0.25)).toBeCloseTo(25, 9)
    for (const volts of [0, 0.01, 1.6, 3.3, Number.NaN]) expect(lm35.celsius(volts)).toBeNaN()
  })

  const divider = { r25: 10000, beta: 3950, series: 10000, isPullUp: true }

  it.each([
    [0.5, 25],
    [0.75, 2.17],
    [0.25, 51.96],
    [0.77075, 0],
  ])('of %d of the supply under a pull-up are %d degrees of a thermistor', (share, degrees) => {
    expect(ntc.celsius(3.3 * share, divider)).toBeCloseTo(degrees, 2)
    expect(ntc.celsius(3.3 * (1 - share), { ...divider, isPullUp: false })).toBeCloseTo(degrees, 2)
  })

  it.each([0, 1, 0.004, 0.996, 1.09, Number.NaN])('of %d of the supply are an open or a short circuit', share => {
    expect(ntc.celsius(3.3 * share, divider)).toBeNaN()
  })
})
