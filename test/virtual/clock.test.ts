import { describe, expect, it } from 'vitest'
import { realClock, virtualClock } from '../../src/host/virtual/clock'

describe('the virtual clock', () => {
  it('runs alarms by time, and equal times by order of asking', () => {
    const clock = virtualClock()
    const ran: string[] = []
    clock.after(20, () => ran.push('late'))
    clock.after(10, () => ran.push('first'))
    clock.after(10, () => ran.push('second'))
    clock.advance(9.5)
    expect(ran).toEqual([])
    clock.advance(100)
    expect(ran).toEqual(['first', 'second', 'late'])
    expect(clock.now()).toBe(109.5)
  })

  it('shows an alarm the time it was set for', () => {
    const clock = virtualClock()
    let seen = 0
    clock.after(10, () => clock.after(2.5, () => (seen = clock.now())))
    clock.advance(1000)
    expect(seen).toBe(12.5)
  })

  it('never runs an alarm inside after(), not even one for now', () => {
    const clock = virtualClock()
    let ran = false
    clock.after(0, () => (ran = true))
    expect(ran).toBe(false)
    clock.advance(0)
    expect(ran).toBe(true)
  })

  it('forgets a cancelled alarm, and bears a cancel too many', () => {
    const clock = virtualClock()
    let ran = 0
    const alarm = clock.after(1, () => ran++)
    const other = clock.after(2, () => ran++)
    alarm.cancel()
    alarm.cancel()
    clock.advance(5)
    other.cancel()
    expect(ran).toBe(1)
  })

  it('lets time pass in block() without running anything, and then runs what is late in order', () => {
    const clock = virtualClock()
    const ran: [string, number][] = []
    clock.after(1, () => clock.block(50))
    clock.after(20, () => ran.push(['b', clock.now()]))
    clock.after(10, () => ran.push(['a', clock.now()]))
    clock.advance(60)
    expect(ran).toEqual([
      ['a', 51],
      ['b', 51],
    ])
  })

  it('ends an advance() that a blocking alarm overran, and leaves what is late to the next', () => {
    const clock = virtualClock()
    let ran = 0
    const again = () => {
      ran++
      clock.block(100)
      clock.after(0, again)
    }
    clock.after(0, again)
    clock.advance(150)
    expect([ran, clock.now()]).toEqual([2, 200])
    clock.advance(0)
    expect(ran).toBe(3)
  })

  it('refuses advance() inside an alarm', () => {
    const clock = virtualClock()
    clock.after(0, () => clock.advance(1))
    expect(() => clock.advance(1)).toThrow('advance() was called by an alarm')
  })

  it('goes on after an alarm that threw', () => {
    const clock = virtualClock()
    let ran = false
    clock.after(1, () => {
      throw new Error('mine')
    })
    clock.after(2, () => (ran = true))
    expect(() => clock.advance(5)).toThrow('mine')
    clock.advance(5)
    expect(ran).toBe(true)
  })

  it('passes an hour with half a million alarms in well under a second', () => {
    const clock = virtualClock()
    let ran = 0
    const tick = () => {
      ran++
      const never = clock.after(3_600_000, () => (ran = Number.NaN))
      clock.after(7.2, tick)
      never.cancel()
    }
    clock.after(0, tick)
    const start = performance.now()
    clock.advance(3_600_000)
    expect(ran).toBeGreaterThanOrEqual(500_000)
    expect(performance.now() - start).toBeLessThan(2000)
  })

  it('keeps the order when most alarms were cancelled', () => {
    const clock = virtualClock()
    const ran: number[] = []
    const alarms = Array.from({ length: 5000 }, (_, index) => clock.after(5000 - index, () => ran.push(5000 - index)))
    for (const [index, alarm] of alarms.entries()) if (index % 10 !== 0) alarm.cancel()
    clock.advance(5000)
    expect(ran).toEqual(Array.from({ length: 500 }, (_, index) => 10 * (index + 1)))
  })
})

describe('the real clock', () => {
  const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

  it('starts near 0 and runs alarms no earlier than asked, in order', async () => {
    const clock = realClock()
    expect(clock.now()).toBeLessThan(50)
    const ran: string[] = []
    const early: number[] = []
    const aim = clock.now() + 20
    clock.after(30, () => ran.push('last'))
    for (const name of ['one', 'two']) {
      clock.after(20, () => {
        ran.push(name)
        early.push(clock.now() - aim)
      })
    }
    clock.after(5, () => ran.push('never')).cancel()
    await wait(60)
    expect(ran).toEqual(['one', 'two', 'last'])
    for (const late of early) expect(late).toBeGreaterThanOrEqual(0)
  })

  it('blocks this thread', () => {
    const clock = realClock()
    const before = clock.now()
    clock.block(30)
    expect(clock.now() - before).toBeGreaterThanOrEqual(29)
  })

  it('waits longer than setTimeout can', async () => {
    const clock = realClock()
    let ran = false
    const alarm = clock.after(2 ** 40, () => (ran = true))
    await wait(20)
    alarm.cancel()
    expect(ran).toBe(false)
  })

  it('lets sockets breathe between alarms that ask for each other', async () => {
    const clock = realClock()
    let alive = true
    const again = () => {
      if (alive) clock.after(0, again)
    }
    again()
    await new Promise(resolve => setImmediate(resolve))
    await wait(5)
    alive = false
  })
})
