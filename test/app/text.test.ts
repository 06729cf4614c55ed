import { describe, expect, it } from 'vitest'
import { aged } from '../../src/app/age'
import { onChange } from '../../src/app/change'
import { decimal } from '../../src/app/decimal'
import { fahrenheit } from '../../src/app/fahrenheit'
import { json } from '../../src/app/json'
import type { Reading } from '../../src/app/telemetry'
import { timed } from '../../src/app/time'

/** A reading of a new session. */
function reading(): Reading {
  const sensor = { lastError: '', sample: () => {}, close: () => {} }
  const source = { _sensor: sensor, _topic: '', _say: decimal, _decimals: 1, _offset: 0, _min: -40, _max: 125 }
  return { ...source, _text: null, _fault: '' }
}

describe('json', () => {
  it.each([
    [21.56, 2, '{"temperature":21.56}'],
    [-0.04, 1, '{"temperature":0.0}'],
    [1e21 / 1e19, 0, '{"temperature":100}'],
  ])('makes %f with %i decimals a number that is not a string', (value, decimals, text) => {
    expect(json('temperature')(value, decimals, reading())).toBe(text)
    expect(typeof JSON.parse(text).temperature).toBe('number')
  })
})

describe('fahrenheit', () => {
  it.each([
    [100, '212.0'],
    [0, '32.0'],
    [-40, '-40.0'],
    [-17.8, '0.0'],
    [21.5, '70.7'],
  ])('says %f °C as %s, rounded once', (celsius, text) => {
    expect(fahrenheit(decimal)(celsius, 1, reading())).toBe(text)
  })

  it('goes into JSON', () => {
    expect(fahrenheit(json('outside'))(10, 1, reading())).toBe('{"outside":50.0}')
  })
})

describe('aged', () => {
  it.each([
    [0, '{"t":21.5}'],
    [999, '{"t":21.5}'],
    [1000, '{"t":21.5,"age":1}'],
    [3_600_999, '{"t":21.5,"age":3600}'],
  ])('says the age of a reading that leaves %i ms late in whole seconds', (ageMs, text) => {
    expect(aged('{"t":21.5}', ageMs)).toBe(text)
  })
})

describe('timed', () => {
  it('says the time where it is known, and else what is said without', () => {
    let clock = ''
    const finish = timed(agoMs => clock && `${clock} less ${agoMs}`, aged)
    expect(finish('{"t":1}', 2000)).toBe('{"t":1,"age":2}')
    clock = 'noon'
    expect(JSON.parse(finish('{"t":1}', 2000))).toEqual({ t: 1, time: 'noon less 2000' })
    expect(JSON.parse(finish('{"t":1}', 0))).toEqual({ t: 1, time: 'noon less 0' })
  })
})

describe('onChange', () => {
  /** What is published of these values, where each that is offered leaves at once. */
  function published(values: number[], minChange: number, every: number, r = reading()): string[] {
    const text = onChange(decimal, minChange, every)
    return values.flatMap(value => {
      r._text = text(value, 1, r)
      const sent = r._text
      r._text = ''
      return sent || []
    })
  }

  it('says the first value, and then what differs enough from the one said last', () => {
    expect(published([20, 20.4, 20.49, 20.5, 20.9, 21, 20.6, 20.5], 0.5, 100)).toEqual(['20.0', '20.5', '21.0', '20.5'])
  })

  it('follows a slow drift, since it compares with what was said and not with what was read', () => {
    const drift = Array.from({ length: 101 }, (_, i) => 20 + i / 100)
    expect(published(drift, 0.5, 1000)).toEqual(['20.0', '20.5', '21.0'])
  })

  it.each([
    [21.2, 21.3],
    [21.3, 21.2],
    [-0.1, 0],
  ])('counts a change from %f to %f as one of 0.1', (before, after) => {
    expect(published([before, after], 0.1, 100)).toHaveLength(2)
  })

  it('says an unchanged value once in so many', () => {
    expect(published(Array(13).fill(20), 0.5, 6)).toHaveLength(3)
    expect(published(Array(13).fill(20), 0.5, 1)).toHaveLength(13)
  })

  it('counts the heartbeat from the last change', () => {
    expect(published([20, 20, 25, 25, 25, 25, 25], 0.5, 4)).toEqual(['20.0', '25.0', '25.0'])
  })

  it('says the first value of a new session, whatever was said before', () => {
    const text = onChange(decimal, 0.5, 100)
    const r = reading()
    r._text = text(20, 1, r)
    r._text = ''
    expect(text(20, 1, r)).toBe('')
    r._text = null
    expect(text(20, 1, r)).toBe('20.0')
  })

  it('leaves what still waits for the link where it is', () => {
    const text = onChange(decimal, 0.5, 100)
    const r = reading()
    r._text = text(20, 1, r)
    r._text = text(20.1, 1, r)
    expect(r._text).toBe('20.0')
    r._text = text(22, 1, r)
    expect(r._text).toBe('22.0')
  })

  it('keeps the readings of two topics apart', () => {
    const text = onChange(decimal, 0.5, 100)
    const [a, b] = [reading(), reading()]
    a._text = text(20, 1, a)
    b._text = text(30, 1, b)
    a._text = b._text = ''
    expect([text(20, 1, a), text(30, 1, b), text(31, 1, a)]).toEqual(['', '', '31.0'])
  })
})
