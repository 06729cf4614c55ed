import { afterEach, describe, expect, it } from 'vitest'
import { ENGINE_VARIABLE } from '../../src/host/engine/real'
import { runImage } from './image'
import { hasMosquitto, hasPaho, startMosquitto, tutorialSubscriber, until } from './parts'

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

const boards = [
  { name: 'esp32', variable: ENGINE_VARIABLE.espruino },
  { name: 'pico-w', variable: ENGINE_VARIABLE.kaluma },
] as const

describe.each(boards)('the $name image on the real engine that $variable names', ({ name, variable }) => {
  if (!process.env[variable]) console.log(`${variable} names no engine: the ${name} image is tested on the double only`)
  const canRun = process.env[variable] && hasMosquitto() && hasPaho()
  const run = it.skipIf(!canRun)

  run('publishes to Mosquitto, and comes back after the broker was away and after it was killed', async () => {
    const broker = await startMosquitto()
    ending.push(broker.stop)
    const first = await tutorialSubscriber(broker.port, `sensors/${name}/#`)
    ending.push(first.stop)
    const powered = await runImage(name, broker.port, 'real')
    ending.push(powered.stop)
    const temperature = /temperature -?\d+\.\d 0 [01]$/
    await until(
      () => first.lines.filter(line => temperature.test(line)).length > 2,
      20_000,
      () => [first.lines, powered.log],
    )
    expect(first.lines).toContain(`sensors/${name}/status online 0 0`)
    for (const awayMs of [0, 4000]) {
      await broker.restart(awayMs)
      const again = await tutorialSubscriber(broker.port, `sensors/${name}/#`)
      ending.push(again.stop)
      await until(
        () => again.lines.some(line => temperature.test(line)),
        30_000,
        () => [again.lines, powered.log],
      )
    }
    await powered.stop()
    const last = await tutorialSubscriber(broker.port, `sensors/${name}/status`)
    ending.push(last.stop)
    await until(
      () => last.lines.some(line => line.includes('status offline')),
      10_000,
      () => last.lines,
    )
  })

  it.skipIf(!canRun || name !== 'esp32')(
    'joins again by itself after the Wi-Fi was taken away at the prompt',
    async () => {
      const broker = await startMosquitto()
      ending.push(broker.stop)
      const subscriber = await tutorialSubscriber(broker.port, `sensors/${name}/status`)
      ending.push(subscriber.stop)
      const powered = await runImage(name, broker.port, 'real')
      ending.push(powered.stop)
      const seen = () => [subscriber.lines, powered.log]
      const online = () => subscriber.lines.filter(line => line.includes('status online')).length
      await until(() => online() === 1, 20_000, seen)
      powered.type('wifiDrop()')
      await until(() => powered.log.some(line => line.includes('wifi: lost: BEACON_TIMEOUT')), 10_000, seen)
      await until(() => online() === 2, 20_000, seen)
    },
  )

  run('names a wrong password and does not count as connected', async () => {
    const broker = await startMosquitto({ username: 'mote', password: 'another one' })
    ending.push(broker.stop)
    const powered = await runImage(name, broker.port, 'real')
    ending.push(powered.stop)
    await until(
      () => powered.log.some(line => line.includes('refused')),
      20_000,
      () => powered.log,
    )
    expect(powered.log.join('\n')).toMatch(/refused: not authorised: wrong user name or password/)
    expect(powered.log.join('\n')).not.toContain('connected')
  })
})
