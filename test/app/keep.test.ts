/** The session over a power cut, in built images on both doubles. */
import { describe, expect, it } from 'vitest'
import { type Bench, bench, imageOf, MINUTE, SECOND } from '../outage/bench'

const KEPT = ['publish.qos=1', 'mqtt.cleanSession=false', 'mqtt.keepState=true']
const NAMES = ['esp32', 'pico-w'] as const

/** Flash that counts what is written. */
class Flash extends Map<string, string> {
  writes = 0
  override set(name: string, bytes: string): this {
    this.writes++
    return super.set(name, bytes)
  }
}

async function kept(name: (typeof NAMES)[number], set: string[] = []): Promise<[Bench, Flash, () => Promise<void>]> {
  const flash = new Flash()
  const b = await bench(name, [...KEPT, ...set], { flash })
  const powerCut = async () => {
    b.board.unplug()
    b.run(2 * MINUTE)
    b.board.boot(await imageOf(name, [...KEPT, ...set]))
  }
  return [b, flash, powerCut]
}

describe.each(NAMES)('the %s image that keeps its session', name => {
  it.each(['3.1.1', '5.0'])(
    'sends what was not acknowledged again after a power cut, marked (MQTT %s)',
    async version => {
      const [b, , powerCut] = await kept(name, [`mqtt.version=${version}`])
      b.run(MINUTE)
      const known = b.readings().length
      b.broker.acknowledgesNothing = true
      b.run(25 * SECOND)
      const lost = b.readings().slice(known)
      expect(lost.length).toBeGreaterThan(1)
      await powerCut()
      b.broker.acknowledgesNothing = false
      const before = b.readings().length
      b.run(MINUTE)
      const again = b.readings().slice(before)
      expect(again.slice(0, lost.length)).toMatchObject(
        lost.map(({ id, payload, topic }) => ({ id, payload, topic, dup: true })),
      )
      expect(again.length).toBeGreaterThan(4)
      expect(again.slice(lost.length).some(reading => reading.dup)).toBe(false)
      const ids = again.map(reading => reading.id)
      expect(new Set(ids).size).toBe(ids.length)
      // At the boot it asks for the session that it knows of, and gets on with it at once.
      expect(b.broker.greetings).toHaveLength(2)
      expect(b.broker.greetings[1].clean).toBe(false)
    },
  )

  it('sends nothing again once it is acknowledged', async () => {
    const [b, , powerCut] = await kept(name)
    b.run(MINUTE)
    b.broker.acknowledge = answer => b.clock.after(SECOND, answer)
    b.run(MINUTE)
    b.run(5 * SECOND)
    await powerCut()
    b.run(MINUTE)
    expect(b.readings().some(reading => reading.dup)).toBe(false)
  })

  it('writes nothing while the broker answers at once, and else once when a reading waits and once when it does not', async () => {
    const [b, flash] = await kept(name)
    b.run(10 * MINUTE)
    expect(flash.writes).toBe(0)
    b.broker.acknowledge = answer => b.clock.after(2 * SECOND, answer)
    const before = b.readings().length
    b.run(10 * MINUTE)
    const count = b.readings().length - before
    expect(count).toBeGreaterThan(55)
    expect(Math.abs(flash.writes - 2 * count)).toBeLessThanOrEqual(2)
  })

  it.each<[string, (state: string) => string]>([
    ['cut off', state => state.slice(0, -3)],
    ['with another byte', state => `${state.slice(0, 20)}x${state.slice(21)}`],
    ['of another version', state => `\x09${state.slice(1)}`],
    ['of nothing but zeros', state => '\0'.repeat(state.length)],
    ['of one byte', () => '\x04'],
  ])('takes no notice of a state %s', async (_what, spoil) => {
    const [b, flash, powerCut] = await kept(name)
    b.run(MINUTE)
    b.broker.acknowledgesNothing = true
    b.run(25 * SECOND)
    b.broker.acknowledgesNothing = false
    for (const [file, state] of flash) flash.set(file, spoil(state))
    expect(flash.size).toBe(1)
    await powerCut()
    const before = b.readings().length
    b.run(MINUTE)
    expect(b.readings().length - before).toBeGreaterThan(4)
    expect(b.readings().some(reading => reading.dup)).toBe(false)
  })
})
