import { generate } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { bench, HOUR, MINUTE, SECOND } from './bench'

describe('the esp32 image', () => {
  it.each(['2v29', 'head'] as const)('leaves no open door: no telnet console, no access point (%s)', async release => {
    const b = await bench('esp32', [], { release })
    expect(b.board.telnetConsole).toBe(false)
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    expect(b.board.openAccessPoint).toBe(false)
  })

  it('goes on at its interval when SNTP moves the clock by 50 years, and by seconds both ways later', async () => {
    const b = await bench('esp32')
    b.run(30 * SECOND)
    const start = Date.UTC(2026, 10, 22)
    // Ten minutes pass between two of them.
    for (const time of [start, start + 10 * MINUTE - 3 * SECOND, start + 20 * MINUTE + 3 * SECOND, start + 2 * HOUR]) {
      b.board.setWallClock(time)
      const before = b.readings().length
      b.run(10 * MINUTE)
      expect(Math.abs(b.readings().length - before - 60)).toBeLessThanOrEqual(2)
    }
    expect(b.statuses()).toEqual(['online'])
  })

  it.each(['MEMORY', 'CALLBACK'])(
    'restarts the chip when the interpreter reports %s, and reports again',
    async flag => {
      const b = await bench('esp32')
      b.run(30 * SECOND)
      b.board.raiseErrorFlags(flag)
      b.run(SECOND)
      expect(b.board.restarts).toBe(1)
      expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    },
  )

  it('does not restart for a flag that costs nothing', async () => {
    const b = await bench('esp32')
    b.run(30 * SECOND)
    b.board.raiseErrorFlags('UART_OVERFLOW')
    b.run(MINUTE)
    expect(b.board.restarts).toBe(0)
  })

  it('says once what to do on a chip without an internal reading, stays online and publishes nothing', async () => {
    const b = await bench('esp32', [], { internalSensor: false })
    b.run(HOUR)
    expect(b.readings()).toEqual([])
    expect(b.statuses()).toEqual(['online'])
    expect(b.log.filter(line => line.includes('/temperature: '))).toEqual([
      'sensors/002f90/temperature: this chip has no internal reading; wire a sensor or set type "virtual"',
    ])
  })

  it('says so where the chip did not take a fixed address, and reports by the router’s', async () => {
    const set = ['wifi.static={"ip":"10.0.0.60","gateway":"10.0.0.1"}']
    const b = await bench('esp32', set, { takesFixedAddress: false })
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    expect(b.log).toContain('wifi: wifi.static was not taken, the address is 192.168.4.2')
  })

  it('publishes what the chip measures', async () => {
    const b = await bench('esp32', [], { celsius: 55 })
    b.run(30 * SECOND)
    expect(b.readings().at(-1)?.payload).toBe('55.0')
  })

  it('publishes no reading that is outside the sensor’s range', async () => {
    const b = await bench('esp32', ['sensors[0].maxC=60'], { celsius: 61 })
    b.run(10 * MINUTE)
    expect(b.readings()).toEqual([])
    expect(b.log.filter(line => line.includes('out of range'))).toEqual([
      'sensors/002f90/temperature: 61.1 is out of range',
    ])
  })
})

describe('the pico-w image', () => {
  it('never brings the chip to a panic and swallows no exception, whatever the network does', async () => {
    const b = await bench('pico-w')
    for (let i = 0; i < 60; i++) {
      if (i % 6 === 0) b.broker.kill()
      else if (i % 6 === 1) b.broker.listener.mode = 'refuses'
      else if (i % 6 === 2) b.broker.listener.mode = 'accepts'
      else if (i % 6 === 3) b.board.loseWifi({ silent: i % 12 === 3 })
      else if (i % 6 === 4) b.board.restoreWifi()
      else b.broker.listener.kill()
      b.run(1000 * (1 + ((i * 7) % 23)))
      expect(b.board.panic).toBeUndefined()
    }
    b.broker.listener.mode = 'accepts'
    expect(b.untilNext('temperature', 2 * MINUTE)).toBeLessThanOrEqual(MINUTE)
    expect(b.board.panic).toBeUndefined()
    expect(b.board.swallowed).toBe(0)
  })

  it('survives an hour in which the broker’s name is unknown, also right after a dead connection', async () => {
    const b = await bench('pico-w', ['mqtt.host=broker.lan'])
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
    // A reset leaves a dead block in the slot that the next look-up fails in.
    b.broker.listener.mode = 'unknown'
    b.broker.kill()
    const before = b.board.holdings()
    b.run(HOUR)
    expect(b.log.some(line => line.includes('DNS'))).toBe(true)
    expect(b.board.holdings().sockets).toBeLessThanOrEqual(before.sockets + 1)
    b.broker.listener.mode = 'accepts'
    expect(b.untilNext('temperature', 2 * MINUTE)).toBeLessThanOrEqual(MINUTE)
    expect(b.board.panic).toBeUndefined()
  })

  it('leaves a server that floods it before the C heap is full, and comes back', async () => {
    const b = await bench('pico-w')
    b.run(30 * SECOND)
    const payload = Buffer.alloc(60000, 120)
    b.broker.rubbish(generate({ cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false }))
    b.run(10 * SECOND)
    // Nobody subscribed: PUBLISH is a protocol error already.
    expect(b.log).toContain('mqtt: lost: reason code 130')
    expect(b.board.panic).toBeUndefined()
    expect(b.statuses()).toEqual(['online', 'offline', 'online'])
  })

  it('restarts the chip when the heap runs low, and reports again', async () => {
    const b = await bench('pico-w')
    b.run(30 * SECOND)
    b.board.heapUsed = 150000
    for (let waited = 0; b.board.restarts === 0 && waited < MINUTE; waited += 100) b.run(100)
    expect(b.board.restarts).toBe(1)
    b.board.heapUsed = 0
    expect(b.untilNext('temperature', MINUTE)).toBeLessThan(MINUTE)
  })

  it('joins by itself a network that appears later', async () => {
    const b = await bench('pico-w')
    b.board.loseWifi()
    b.run(10 * MINUTE)
    b.board.restoreWifi()
    expect(b.untilNext('temperature', 2 * MINUTE)).toBeLessThanOrEqual(MINUTE)
  })
})
