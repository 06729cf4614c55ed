import { afterEach, describe, expect, it } from 'vitest'
import { runImage } from './image'
import { hasMosquitto, hasPaho, someMosquitto, startMosquitto, tutorialSubscriber, until } from './parts'

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

const boards = ['esp32', 'pico-w'] as const

describe.skipIf(!hasMosquitto() || !hasPaho())('Mosquitto and paho-mqtt, needing Debian’s packages', () => {
  it.each(boards)(
    'print topic, payload, qos and retain of what %s sends, and offline when its plug is pulled',
    async name => {
      const broker = await someMosquitto()
      ending.push(broker.stop)
      const subscriber = await tutorialSubscriber(broker.port, `sensors/${name}/#`)
      ending.push(subscriber.stop)
      const powered = await runImage(name, broker.port, 'double')
      ending.push(powered.stop)
      const reading = new RegExp(`^sensors/${name}/temperature -?\\d+\\.\\d 0 [01]$`)
      await until(
        () => subscriber.lines.filter(line => reading.test(line)).length > 1,
        20_000,
        () => subscriber.lines,
      )
      expect(subscriber.lines.find(line => line.startsWith('sensors/'))).toMatch(/status online 0 [01]$/)
      await powered.stop()
      await until(
        () => subscriber.lines.some(line => line.includes('status offline')),
        10_000,
        () => subscriber.lines,
      )
      // A newcomer who subscribes later sees the last of each at once, retained.
      const late = await tutorialSubscriber(broker.port, `sensors/${name}/#`)
      ending.push(late.stop)
      await until(
        () => late.lines.some(line => /temperature .* 0 1$/.test(line)),
        5_000,
        () => late.lines,
      )
      expect(late.lines).toContain(`sensors/${name}/status offline 0 1`)
    },
  )

  it.each(boards)('a wrong password is named on the console of %s and nothing is published', async name => {
    const broker = await startMosquitto({ username: 'mote', password: 'another one' })
    ending.push(broker.stop)
    const powered = await runImage(name, broker.port, 'double')
    ending.push(powered.stop)
    await until(
      () => powered.log.some(line => line.includes('refused')),
      20_000,
      () => powered.log,
    )
    expect(powered.log.join('\n')).toMatch(/refused: not authorised: wrong user name or password/)
    expect(powered.log.join('\n')).not.toContain('connected')
  })

  it.each(boards)('%s reports again after the broker was away', async name => {
    const broker = await startMosquitto()
    ending.push(broker.stop)
    const powered = await runImage(name, broker.port, 'double')
    ending.push(powered.stop)
    await until(
      () => powered.log.some(line => line.includes('connected')),
      20_000,
      () => powered.log,
    )
    await broker.restart(1500)
    const subscriber = await tutorialSubscriber(broker.port, '#')
    ending.push(subscriber.stop)
    await until(
      () => subscriber.lines.some(line => line.includes('/temperature ')),
      20_000,
      () => subscriber.lines,
    )
  })
})
