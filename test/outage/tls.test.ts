import { describe, expect, it } from 'vitest'
import { bench, MINUTE, SECOND } from './bench'

const TLS = ['mqtt.tls=true']

describe('TLS on the double', () => {
  it('calls a link open before the handshake, and sends nothing until it is done', async () => {
    const b = await bench('esp32', TLS, { handshake: 5000 })
    b.run(5 * SECOND)
    expect(b.broker.listener.connections).toBe(1)
    expect(b.broker.packets).toEqual([])
    b.run(5 * SECOND)
    expect(b.broker.packets[0].name).toBe('connect')
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
  })

  it('ends a handshake that takes for ever by the deadline of CONNACK', async () => {
    const b = await bench('esp32', TLS, { handshake: Number.POSITIVE_INFINITY })
    b.run(5 * MINUTE)
    expect(b.log.filter(line => line === 'mqtt: no CONNACK').length).toBeGreaterThan(5)
    expect(b.board.holdings().sockets).toBeLessThanOrEqual(1)
    expect(b.broker.packets).toEqual([])
  })

  it('says what may be wrong where the broker hangs up in the handshake', async () => {
    const b = await bench('esp32', TLS, { handshake: 5000 })
    b.run(4 * SECOND)
    b.broker.listener.kill()
    b.run(SECOND)
    expect(b.log).toContainEqual(expect.stringContaining('mbedtls_ssl_handshake'))
    expect(b.log).toContain('mqtt: closed before a byte came; does the broker speak TLS here?')
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
  })
})
