import { describe, expect, it } from 'vitest'
import { median } from '../../src/app/median'
import type { Board, Sensor } from '../../src/hal/contract'

/** Samples a sensor that gives these values in turn, and then the reason. */
function sampled(values: number[], gapMs = 0) {
  const waits: number[] = []
  const board = {
    after: (ms: number, run: () => void) => {
      waits.push(ms)
      run()
    },
  } as Partial<Board> as Board
  const left = [...values]
  const sensor: Sensor = {
    lastError: '',
    sample(done) {
      const value = left.shift() ?? Number.NaN
      sensor.lastError = Number.isNaN(value) ? 'no answer' : ''
      done(value)
    },
    close: () => left.splice(0),
  }
  const result = median(board, sensor, values.length, gapMs)
  const found: number[] = []
  result.sample(value => found.push(value))
  return { found, waits, left, result }
}

describe('median', () => {
  it.each([
    [[20, 85, 21], 21],
    [[21, 20, 22, -127, 23], 21],
    // Sorted as numbers, not as text.
    [[9, 10, 100], 10],
    [[20, Number.NaN, 21], 20.5],
    [[Number.NaN, 20, Number.NaN], 20],
  ])('of %j is %f', (values, expected) => {
    const { found, result } = sampled(values)
    expect(found).toEqual([expected])
    expect(result.lastError).toBe('')
  })

  it('is no reading where none came, and says the reason', () => {
    const { found, result } = sampled([Number.NaN, Number.NaN, Number.NaN])
    expect(found).toEqual([Number.NaN])
    expect(result.lastError).toBe('no answer')
  })

  it('waits between two readings, and not behind the last', () => {
    expect(sampled([1, 2, 3], 2000).waits).toEqual([2000, 2000])
  })

  it('closes what it reads', () => {
    const { left, result } = sampled([1])
    left.push(5)
    result.close()
    expect(left).toEqual([])
  })
})
