import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { connectAsync } from 'mqtt'
import { generate, type Packet, parser } from 'mqtt-packet'
import { type OutputOptions, type Plugin, type RollupOptions, rollup } from 'rollup'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { embeddedBroker } from '../../src/host/broker/embedded'
import { ENGINE_VARIABLE, runOnEngine } from '../../src/host/engine/real'
import { checkDialect } from '../../src/host/image/dialect'
import { virtualClock } from '../../src/host/virtual/clock'
import { kalumaBoard } from '../../src/host/virtual/kaluma'
import { memoryNetwork, type ServerConnection } from '../../src/host/virtual/memory-network'
import { bareWiring } from '../../src/host/virtual/wiring'
import * as library from '../../src/index'
import { examples } from './program'

const HOST = '10.0.0.2'
const MINUTE = 60_000

/** Puts another text in the place of a module of the example. */
function instead(file: string, text: string): Plugin {
  return { name: 'instead', load: id => (id === join(examples, 'kaluma', file) ? text : null) }
}

/** Leads the example to a broker. */
function settings(host: string, port: number): Plugin {
  return instead(
    'settings.ts',
    `export var settings = ${JSON.stringify({ ssid: 'net', password: 'secret123', host, port })}`,
  )
}

/** What the example's own configuration makes of it. */
async function bundle(...plugins: Plugin[]): Promise<string> {
  const config = await import(/* @vite-ignore */ pathToFileURL(join(examples, 'kaluma/rollup.config.mjs')).href)
  const { output, ...input } = config.default as RollupOptions & { output: OutputOptions }
  const built = await rollup({ ...input, plugins: [...plugins, input.plugins] })
  try {
    return (await built.generate(output)).output[0].code
  } finally {
    await built.close()
  }
}

/** A server that takes everybody and grants everything; what it hears, in words. */
function server(accept: (say: (packet: Packet) => void) => void, heard: string[]) {
  return (connection: ServerConnection) => {
    const reader = parser()
    const say = (packet: Packet) => connection.send(generate(packet))
    accept(say)
    reader.on('packet', packet => {
      if (packet.cmd === 'connect') {
        heard.push(`connect ${packet.clientId} ${packet.will?.topic} ${packet.will?.payload}`)
        say({ cmd: 'connack', returnCode: 0, sessionPresent: false })
      } else if (packet.cmd === 'subscribe') {
        heard.push(`subscribe ${packet.subscriptions.map(({ topic, qos }) => `${topic} ${qos}`)}`)
        say({ cmd: 'suback', messageId: packet.messageId, granted: [1] })
      } else if (packet.cmd === 'publish') heard.push(`${packet.topic} ${packet.payload}`)
      else if (packet.cmd === 'pingreq') say({ cmd: 'pingresp' })
      else heard.push(packet.cmd)
    })
    return { received: (bytes: Buffer) => reader.parse(bytes) }
  }
}

/** The pins, which the double has no use for: what is written to them is printed. */
const PINS = `
function pinMode(pin, mode) { console.log('pin ' + pin + (mode === OUTPUT ? ' out' : ' in')) }
function digitalWrite(pin, value) { console.log('pin ' + pin + ' ' + value) }
`

describe('examples/kaluma', () => {
  let code = ''
  beforeAll(async () => {
    code = await bundle(settings(HOST, 1883))
  })

  function powered() {
    const clock = virtualClock()
    const network = memoryNetwork(clock)
    const heard: string[] = []
    const lines: string[] = []
    let say: (packet: Packet) => void = () => {}
    network.listen(
      HOST,
      1883,
      server(to => (say = to), heard),
    )
    const wiring = bareWiring()
    wiring.volts.set(26, 1.65)
    const board = kalumaBoard({
      name: 'pico',
      world: { clock, transport: network },
      accessPoint: { ssid: 'net', password: 'secret123', inRange: true },
      wiring,
      console: line => lines.push(line),
    })
    board.boot(PINS + code)
    clock.advance(5000)
    const command = (payload: string) => {
      say({ cmd: 'publish', topic: 'desk/led/set', payload, qos: 1, messageId: 1, dup: false, retain: false })
      clock.advance(1000)
      return lines.splice(0)
    }
    return { board, clock, heard, lines, wiring, command }
  }

  const GREETING = ['connect desk7e6f35 desk/status offline', 'subscribe desk/led/set 1', 'desk/status online']

  it('joins, subscribes and says how bright it is, at once and then once a minute', () => {
    const { clock, heard, wiring } = powered()
    expect(heard.sort()).toEqual([...GREETING, 'desk/light 50'].sort())
    heard.length = 0
    wiring.volts.set(26, 0.33)
    clock.advance(3 * MINUTE)
    expect(heard).toEqual(['desk/light 10', 'desk/light 10', 'desk/light 10'])
  })

  it('switches the LED when it is told to, and acknowledges that', () => {
    const { heard, lines, command } = powered()
    expect(lines.splice(0)).toEqual(['pin 15 out'])
    expect(command('on')).toEqual(['pin 15 1'])
    expect(command('off')).toEqual(['pin 15 0'])
    expect(heard.slice(-2)).toEqual(['puback', 'puback'])
  })

  it('comes back, and listens to commands again, after the Wi-Fi was away for an hour', () => {
    const { board, clock, heard, lines, command } = powered()
    board.loseWifi()
    clock.advance(60 * MINUTE)
    expect(lines.splice(0).join('\n')).toContain('mqtt: wifi: no link')
    heard.length = 0
    board.restoreWifi()
    clock.advance(MINUTE)
    expect(heard).toEqual(expect.arrayContaining(GREETING))
    // What it measured meanwhile has waited, as much as the queue holds.
    expect(heard.filter(packet => packet.startsWith('desk/light')).length).toBeGreaterThan(30)
    lines.length = 0
    expect(command('on')).toContain('pin 15 1')
    expect(board.panic).toBeUndefined()
  })

  it('is as small as docs/library.md says', () => {
    expect(code.length).toBeLessThan(30_000)
  })

  it.each(['kaluma', 'espruino'] as const)('holds nothing that %s does not take', runtime => {
    expect(checkDialect(code, { file: 'main.js', runtime })).toEqual([])
  })
})

describe(`examples/kaluma on the engine that ${ENGINE_VARIABLE.kaluma} names`, () => {
  const path = process.env[ENGINE_VARIABLE.kaluma]

  it.skipIf(!path)('reports to a broker and listens to it, in less than half of the memory', async () => {
    const broker = await embeddedBroker()
    const code = await bundle(settings('127.0.0.1', broker.port))
    const lines: string[] = []
    const memory = 'setInterval(function () { console.log("held " + process.memoryUsage().heapUsed) }, 500)\n'
    const engine = await runOnEngine('kaluma', path as string, PINS + memory + code, line => lines.push(line))
    const heard: string[] = []
    const observer = await connectAsync(`mqtt://127.0.0.1:${broker.port}`)
    try {
      observer.on('message', (topic, payload) => heard.push(`${topic} ${payload}`))
      await observer.subscribeAsync('#')
      await vi.waitFor(() => expect(heard).toContain('desk/status online'), { timeout: 20_000 })
      await observer.publishAsync('desk/led/set', 'on', { qos: 1, retain: true })
      await vi.waitFor(() => expect(lines).toContain('pin 15 1'), { timeout: 5000 })
      expect(heard.some(message => /^desk\/light \d+$/.test(message))).toBe(true)
      const held = lines.filter(line => line.startsWith('held ')).map(line => Number(line.split(' ')[1]))
      expect(Math.max(...held)).toBeLessThan(90_000)
    } finally {
      await observer.endAsync(true)
      await engine.stop()
      await broker.close()
    }
  })
})

describe('all that the library has', () => {
  it.each(['kaluma', 'espruino'] as const)('can go into such a bundle, which %s takes', async runtime => {
    const names = Object.keys(library)
    const use = `import { ${names} } from 'mqtt-mote'\nfunction main() { console.log([${names}]) }\nmain()`
    const code = await bundle(instead('main.ts', use))
    expect(checkDialect(code, { file: 'main.js', runtime })).toEqual([])
  })
})
