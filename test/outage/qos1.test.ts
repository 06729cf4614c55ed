import { describe, expect, it } from 'vitest'
import { type Bench, bench, MINUTE, SECOND } from './bench'
import type { Taken } from './broker'

const names = ['esp32', 'pico-w'] as const

/** Every reading another one. */
const WARMING = ['publish.qos=1', 'publish.intervalS=1', 'limits.queueB=8192', 'sensors[0].decimals=3']

/** So many readings are all different. */
const DIFFERENT = 100

/** Runs, and warms the chip by a degree a second, which is more than a step of its sensor, from 1 to 120 and again. */
function runWarming(b: Bench, ms: number) {
  for (const end = b.now() + ms; b.now() < end; ) {
    b.board.celsius = 1 + ((b.board.celsius - 1 + 0.25) % 119)
    b.run(SECOND / 4)
  }
}

/** Boots a cold chip. */
async function cold(name: 'esp32' | 'pico-w', set: string[]): Promise<Bench> {
  const b = await bench(name, [...WARMING, ...set])
  b.board.celsius = 1
  return b
}

/** Whether a reading like this one came shortly before the `at`th. */
function isKnown(readings: Taken[], at: number): boolean {
  return readings.slice(Math.max(at - DIFFERENT / 2, 0), at).some(({ payload }) => payload === readings[at].payload)
}

describe.each(names)('the %s image at QoS 1', name => {
  it('reads once an interval, each reading acknowledged, and says nothing of that', async () => {
    const b = await bench(name, ['publish.qos=1'])
    b.run(10 * MINUTE)
    expect(b.readings().length).toBeGreaterThanOrEqual(59)
    expect(b.readings().every(message => message.qos === 1)).toBe(true)
    expect(b.statuses()).toEqual(['online'])
    expect(b.log).toHaveLength(2)
  })

  it('leaves a broker that answers pings and acknowledges nothing, and reports within a minute of the cure', async () => {
    const b = await bench(name, ['publish.qos=1'])
    b.run(30 * SECOND)
    b.broker.acknowledgesNothing = true
    b.run(5 * MINUTE)
    expect(b.log).toContain('mqtt: lost: no PUBACK')
    const connects = b.broker.packets.filter(packet => packet.name === 'connect').length
    expect(connects).toBeGreaterThan(3)
    expect(connects).toBeLessThan(12)
    b.broker.acknowledgesNothing = false
    expect(b.untilNext('temperature', 2 * MINUTE)).toBeLessThanOrEqual(MINUTE)
    b.run(5 * MINUTE)
    expect(b.broker.packets.filter(packet => packet.name === 'connect').length).toBeLessThanOrEqual(connects + 2)
  })

  it('has as many readings in flight as limits.inflight while the broker acknowledges late, and loses none', async () => {
    const b = await cold(name, ['limits.inflight=3'])
    let inFlight = 0
    let most = 0
    b.broker.acknowledge = answer => {
      most = Math.max(most, ++inFlight)
      b.clock.after(5 * SECOND, () => {
        inFlight--
        answer()
      })
    }
    runWarming(b, MINUTE)
    b.broker.acknowledge = answer => answer()
    runWarming(b, MINUTE)
    expect(most).toBe(3)
    expect(b.readings().filter((reading, i, all) => reading.dup || isKnown(all, i))).toEqual([])
    expect(b.readings().length).toBeGreaterThanOrEqual(118)
  })

  it('has as many bytes in flight as limits.inflightB', async () => {
    const b = await cold(name, ['limits.inflightB=256'])
    b.broker.acknowledgesNothing = true
    runWarming(b, 25 * SECOND)
    const bytes = b.readings().map(({ topic, payload }) => 6 + topic.length + payload.length)
    const sum = bytes.reduce((all, one) => all + one, 0)
    expect(sum).toBeLessThanOrEqual(256)
    expect(sum).toBeGreaterThan(256 - Math.max(...bytes) - 1)
  })

  it('takes acknowledgements in any order', async () => {
    const b = await cold(name, ['limits.inflight=4'])
    let waiting: (() => void)[] = []
    b.broker.acknowledge = answer => {
      waiting.unshift(answer)
      if (waiting.length < 4) return
      for (const one of waiting) one()
      waiting = []
    }
    runWarming(b, 5 * MINUTE)
    expect(b.log.filter(line => line.startsWith('mqtt: lost'))).toEqual([])
    expect(b.readings().filter((_reading, i, all) => isKnown(all, i))).toEqual([])
    expect(b.readings().length).toBeGreaterThanOrEqual(295)
  })

  it.each([true, false])('loses no reading when the link breaks in any state (clean session: %s)', async clean => {
    const b = await cold(name, [`mqtt.cleanSession=${clean}`])
    b.broker.acknowledge = answer => b.clock.after(1500, answer)
    runWarming(b, 10 * SECOND)
    // In steps that meet dialling, greeting, re-sending and the flow of readings.
    for (let i = 0; i < 60; i++) {
      runWarming(b, (i % 5) * SECOND)
      b.run((37 * i) % 250)
      const links = b.broker.greetings.length
      const before = b.readings().length
      if (i % 4 === 3) {
        b.board.loseWifi()
        runWarming(b, SECOND)
        b.board.restoreWifi()
      } else b.broker.cut()
      while (b.broker.greetings.length === links) runWarming(b, SECOND)
      runWarming(b, (i % 3) * 2 * SECOND)
      const readings = b.readings()
      const isOld = readings.map((_reading, at) =>
        isKnown(readings.slice(0, before).concat(readings[at]), Math.min(at, before)),
      )
      for (let at = before; at < readings.length; at++) {
        const { dup } = readings[at]
        // Marked where the session was kept, and only there; also what a dying link has swallowed.
        if (clean || isOld[at]) expect(dup).toBe(!clean)
        // First, with what is new behind.
        if (at > before && isOld[at]) expect(isOld[at - 1] || readings[at - 1].dup).toBe(true)
      }
    }
    runWarming(b, MINUTE)
    const readings = b.readings().filter((_reading, i, all) => !isKnown(all, i))
    // Every reading that was taken has come: each is one step from the one before.
    const steps = readings.slice(1).map(({ payload }, i) => Number(payload) - Number(readings[i].payload))
    expect(steps.filter(step => step > 3 || (step < 0 && step > -100))).toEqual([])
    expect(readings.length).toBeGreaterThan(150)
  })
})
