import { describe, expect, it } from 'vitest'
import { bench, HOUR, MINUTE, SECOND } from './bench'

describe('the watchdog of the esp32 image', () => {
  it('does not bite while a broker that does not answer blocks every connect', async () => {
    const b = await bench('esp32', ['watchdogS=120'])
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    b.broker.listener.mode = 'silent'
    b.broker.kill()
    b.run(HOUR)
    expect(b.board.restarts).toBe(0)
    b.broker.listener.mode = 'accepts'
    expect(b.untilNext('temperature', 3 * MINUTE)).toBeLessThan(3 * MINUTE)
  })

  it('bites where something blocks for longer, and the board reports again', async () => {
    const b = await bench('esp32', ['watchdogS=60'])
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    b.broker.listener.mode = 'silent'
    b.broker.kill()
    b.run(5 * MINUTE)
    expect(b.board.restarts).toBeGreaterThan(0)
    b.broker.listener.mode = 'accepts'
    expect(b.untilNext('temperature', 3 * MINUTE)).toBeLessThan(3 * MINUTE)
  })
})

describe('the watchdog of the pico-w image', () => {
  it('does not run before the first join, however long that takes', async () => {
    const accessPoint = { ssid: 'stand-in', password: 'stand-in', inRange: false }
    const b = await bench('pico-w', ['watchdogS=60'], { accessPoint })
    b.run(HOUR)
    expect(b.board.restarts).toBe(0)
    b.board.restoreWifi()
    expect(b.untilNext('temperature', 2 * MINUTE)).toBeLessThan(2 * MINUTE)
  })

  it('is fed through hours of refused connections', async () => {
    const b = await bench('pico-w', ['watchdogS=60'])
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    b.broker.listener.mode = 'refuses'
    b.broker.kill()
    b.run(6 * HOUR)
    expect(b.board.restarts).toBe(0)
  })

  it('restarts the board once for a join that takes too long, and not again while there is no network', async () => {
    const b = await bench('pico-w', ['watchdogS=60'])
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    b.board.loseWifi()
    b.run(HOUR)
    expect(b.board.restarts).toBe(1)
    b.board.restoreWifi()
    expect(b.untilNext('temperature', 2 * MINUTE)).toBeLessThan(2 * MINUTE)
    b.run(10 * SECOND)
    expect(b.board.restarts).toBe(1)
  })
})
