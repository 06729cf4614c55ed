import { describe, expect, it } from 'vitest'
import { bench, MINUTE, SECOND } from './bench'

describe.each(['esp32', 'pico-w'] as const)('the %s image at QoS 1', name => {
  it('reads once an interval, each reading acknowledged', async () => {
    const b = await bench(name, ['publish.qos=1'])
    b.run(10 * MINUTE)
    expect(b.readings().length).toBeGreaterThanOrEqual(59)
    expect(b.readings().every(message => message.qos === 1)).toBe(true)
    expect(b.statuses()).toEqual(['online'])
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
})
