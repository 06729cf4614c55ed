/** Thirty days of the library at QoS 2 in virtual time, over a network that fails several times a day. */
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../src/host/virtual'
import { memoryNetwork } from '../../src/host/virtual/memory-network'
import { BUSY, createClient, open, publish, tick } from '../../src/index'
import { keepingBroker } from './broker'
import { dialer } from './dial'
import { DAY, MINUTE, SECOND, suffer } from './misfortune'

const HOST = '10.0.0.2'

describe.each(['3.1.1', '5.0'] as const)('thirty days of the library, %s', version => {
  it('lose no message of QoS 2 and deliver none twice, either way, and hold no more at their end', () => {
    const clock = virtualClock()
    const network = memoryNetwork(clock)
    const broker = keepingBroker(network, clock, HOST, 1883)
    const promised: string[] = []
    const outcomes = new Map<number, number>()
    const settled: number[] = []
    const heard: string[] = []
    const client = createClient(
      dialer(network, clock, HOST, 1883),
      {
        version,
        clientId: 'soak',
        clean: false,
        keepAliveS: 30,
        ...(version === '5.0' && { properties: { sessionExpiryInterval: 0xffffffff } }),
      },
      event => {
        if (event.type === 'message') heard.push(Buffer.from(event.payload).toString())
        if (event.type === 'publish') {
          settled.push(event.reasonCode)
          outcomes.set(event.id, (outcomes.get(event.id) ?? 0) - 1)
        }
      },
    )
    open(client)
    const beat = () => {
      clock.after(250, beat)
      tick(client, clock.now())
    }
    beat()
    let count = 0
    let refused = 0
    const speak = () => {
      clock.after(MINUTE, speak)
      const id = publish(client, { topic: 'soak/reading', payload: `${count++}`, qos: 2 })
      if (id > 0) {
        promised.push(`${count - 1}`)
        outcomes.set(id, (outcomes.get(id) ?? 0) + 1)
      } else if (id === BUSY) refused++
    }
    clock.after(SECOND, speak)
    const sent: string[] = []
    const answer = () => {
      clock.after(7 * MINUTE, answer)
      sent.push(`${sent.length}`)
      broker.send('soak', 'soak/command', sent[sent.length - 1])
    }
    clock.after(MINUTE, answer)

    const outages = suffer(30 * DAY, { clock, broker, network, seed: version === '5.0' ? 5 : 4 })
    expect(outages).toBeGreaterThan(150)
    expect(broker.faults).toEqual([])
    expect(refused).toBe(0)
    // Whatever was promised has come, in order and once; those of the last minutes may be under way.
    const came = broker.taken.map(({ payload }) => payload)
    expect(came.length).toBeGreaterThanOrEqual(promised.length - 1)
    expect(came).toEqual(promised.slice(0, came.length))
    expect(promised.length).toBeGreaterThan(43_000)
    expect(heard).toEqual(sent.slice(0, heard.length))
    expect(heard.length).toBeGreaterThanOrEqual(sent.length - 1)
    // The callback has heard of each once, and all went well.
    expect(settled.length).toBeGreaterThanOrEqual(promised.length - 1)
    expect(settled.every(reasonCode => reasonCode === 0)).toBe(true)
    expect([...outcomes.values()].every(open => open === 0 || open === 1)).toBe(true)
    expect(client._ids.length).toBeLessThanOrEqual(1)
    expect(client._bytes).toBeLessThan(50)
    expect(client._received.length).toBeLessThanOrEqual(1)
    expect(client._owed).toBe('')
  })
})
