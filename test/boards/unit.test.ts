import { expect, test } from 'vitest'
import { unitOf } from '../../src/host/boards/unit'
import { boardWith, load } from './project'

const sensors = [{ type: 'bme280' }, { type: 'lm75', key: 'outside' }]

test.each([
  ['temperature', {}, ' °C'],
  ['outside', { 'publish.unit': 'F' }, ' °F'],
  ['humidity', { 'publish.unit': 'F' }, ' %'],
  ['pressure', {}, ' hPa'],
  ['status', {}, ''],
  ['temperature', { 'publish.format': 'json' }, ''],
])('behind a payload of %s with %j stands "%s"', (key, changes, unit) => {
  const { board, lines } = load(boardWith({ sensors, ...changes }))
  expect(lines).toEqual([])
  expect(board && unitOf(board, key)).toBe(unit)
})
