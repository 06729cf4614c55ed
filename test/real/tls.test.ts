import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ENGINE_VARIABLE } from '../../src/host/engine/real'
import { runImage } from './image'
import { hasMosquitto, hasOpenssl, hasPaho, startMosquitto, tutorialSubscriber, until } from './parts'

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

const TLS = ['mqtt.tls=true']
const temperature = /temperature -?\d+\.\d 0 [01]$/

/** A server that says nothing, ever. */
async function silentServer(): Promise<number> {
  const sockets: Socket[] = []
  const server = createServer(socket => sockets.push(socket.on('error', () => {})))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  ending.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('no port')
  return address.port
}

describe(`the esp32 image with TLS on the engine that ${ENGINE_VARIABLE.espruino} names`, () => {
  const hasEngine = Boolean(process.env[ENGINE_VARIABLE.espruino])
  if (!hasEngine) console.log(`${ENGINE_VARIABLE.espruino} names no engine: TLS is tested on the double only`)
  const run = it.skipIf(!hasEngine || !hasMosquitto() || !hasOpenssl() || !hasPaho())

  run('publishes to a broker whose certificate nobody vouches for, and comes back after it was away', async () => {
    const broker = await startMosquitto(undefined, { tls: true })
    ending.push(broker.stop)
    const powered = await runImage('esp32', broker.tlsPort, 'real', TLS)
    ending.push(powered.stop)
    for (const awayMs of [undefined, 0, 3000]) {
      if (awayMs !== undefined) await broker.restart(awayMs)
      const subscriber = await tutorialSubscriber(broker.port, 'sensors/esp32/#')
      ending.push(subscriber.stop)
      await until(
        () => subscriber.lines.some(line => temperature.test(line)),
        30_000,
        () => [subscriber.lines, powered.log],
      )
      expect(subscriber.lines.some(line => line.startsWith('sensors/esp32/status online'))).toBe(true)
    }
  })

  run('does not count as connected to a broker that does not speak TLS, and goes on trying', async () => {
    const broker = await startMosquitto()
    ending.push(broker.stop)
    const powered = await runImage('esp32', broker.port, 'real', TLS)
    ending.push(powered.stop)
    await until(
      () => powered.log.filter(line => line.includes('does the broker speak TLS here?')).length > 2,
      20_000,
      () => powered.log,
    )
    expect(powered.log.join('\n')).not.toContain('connected')
  })

  run('gives up a handshake that nobody answers by its deadline, and tries again', async () => {
    const powered = await runImage('esp32', await silentServer(), 'real', TLS)
    ending.push(powered.stop)
    await until(
      () => powered.log.filter(line => line === 'mqtt: no CONNACK').length > 1,
      40_000,
      () => powered.log,
    )
  })
})
