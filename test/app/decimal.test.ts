import { describe, expect, it } from 'vitest'
import { decimal } from '../../src/app/decimal'

describe('decimal()', () => {
  it.each([
    [21.5, 1, '21.5'],
    [21.45, 1, '21.5'],
    [-21.45, 1, '-21.5'],
    [0, 0, '0'],
    [0, 2, '0.00'],
    [-0.04, 1, '0.0'],
    [-0.05, 1, '-0.1'],
    [0.5, 0, '1'],
    [-0.5, 0, '-1'],
    [9.999, 2, '10.00'],
    [0.007, 3, '0.007'],
    [125, 3, '125.000'],
    [-40, 1, '-40.0'],
    [53.333333333, 1, '53.3'],
  ])('writes %d with %i decimals as %s', (value, decimals, text) => {
    expect(decimal(value, decimals)).toBe(text)
  })
})
