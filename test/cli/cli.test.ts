import { existsSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedBroker } from '../../src/host/broker/embedded'
import { hasMosquitto } from '../real/parts'
import { type Checkout, checkout, mote, run } from './run'

const secrets = { WIFI_SSID: 'greenhouse', WIFI_PASSWORD: 'tomatoes-2026', MQTT_PASSWORD: 'cucumber-2026' }

let copy: Checkout
beforeAll(() => {
  copy = checkout()
})
afterAll(() => copy.remove())

/** Rejects where nobody listens. */
function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', resolve)
    socket.once('connect', () => socket.destroy()).once('error', reject)
  })
}

function dist(): string[] {
  const folder = join(copy.folder, 'dist')
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

describe('start', () => {
  it('prints readings of both boards, then their offline, and exits 0', async () => {
    const { code, stdout, stderr } = await mote(copy.folder, ['start', '--for', '5'])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d esp32 +sensors\/002f90\/temperature +-?\d+\.\d °C$/m)
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d pico-w +sensors\/7e6f35\/temperature +-?\d+\.\d °C$/m)
    for (const id of ['002f90', '7e6f35']) {
      expect(stdout.indexOf(`sensors/${id}/status  offline`)).toBeGreaterThan(
        stdout.indexOf(`sensors/${id}/status  online`),
      )
    }
    expect(code).toBe(0)
  })

  it('prints one JSON object a line with --json, and of one board with --board', async () => {
    const { code, stdout } = await mote(copy.folder, [
      'start',
      '--for',
      '4',
      '--json',
      '--board',
      'pico-w',
      '--interval',
      '1',
    ])
    const messages = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(messages.length).toBeGreaterThanOrEqual(4)
    for (const message of messages) {
      expect(Object.keys(message)).toEqual(['time', 'board', 'topic', 'payload', 'qos', 'retain'])
      expect(new Date(message.time).toISOString()).toBe(message.time)
      expect(message).toMatchObject({ board: 'pico-w', qos: 0, retain: expect.any(Boolean) })
    }
    expect(messages[0]).toMatchObject({ topic: 'sensors/7e6f35/status', payload: 'online' })
    expect(messages.at(-1)).toMatchObject({ topic: 'sensors/7e6f35/status', payload: 'offline' })
    const readings = messages.filter(message => message.topic === 'sensors/7e6f35/temperature')
    expect(readings.every(({ payload }) => /^-?\d+\.\d$/.test(payload))).toBe(true)
    expect(code).toBe(0)
  })

  it('ends cleanly at Ctrl-C: offline is seen before it exits with 0', async () => {
    const { code, stdout } = await mote(copy.folder, ['start', '--board', 'esp32'], { interruptAt: '°C' })
    expect(stdout).toContain('sensors/002f90/status  offline')
    expect(code).toBe(0)
  })

  it('traces decoded packets and no password', async () => {
    const env = { MQTT_PASSWORD: secrets.MQTT_PASSWORD }
    const { stdout } = await mote(copy.folder, ['start', '--for', '3', '--board', 'esp32', '--trace'], { env })
    expect(stdout).toMatch(/esp32 \| -> CONNECT .*clientId="mote002f90"/)
    expect(stdout).toMatch(/esp32 \| <- CONNACK .*returnCode=0/)
    expect(stdout).toMatch(/esp32 \| -> PUBLISH .*topic="sensors\/002f90\/temperature"/)
    expect(stdout).not.toContain(secrets.MQTT_PASSWORD)
  })

  it('uses a broker of somebody else', async () => {
    const broker = await embeddedBroker()
    try {
      const url = `mqtt://127.0.0.1:${broker.port}`
      const { code, stdout } = await mote(copy.folder, ['start', '--for', '3', '--board', 'esp32', '--broker', url])
      expect(stdout).toContain('sensors/002f90/temperature')
      expect(stdout).not.toContain('listening')
      expect(code).toBe(0)
    } finally {
      await broker.close()
    }
  })

  describe('with a board that asks for MQTT 5.0', () => {
    let five: Checkout
    beforeAll(() => {
      five = checkout()
      five.edit('boards/esp32.json', '"clientId": "mote{id}"', '"clientId": "mote{id}", "version": "5.0"')
    })
    afterAll(() => five.remove())

    it.skipIf(!hasMosquitto())('starts a Mosquitto for it beside the broker inside, and both report', async () => {
      const { code, stdout, stderr } = await mote(five.folder, ['start', '--for', '5', '--trace'])
      expect(stderr).toBe('')
      expect(stdout).toMatch(/^broker +\/\S+mosquitto for esp32, listening on 127\.0\.0\.1:\d+/m)
      expect(stdout).toMatch(/esp32 \| -> CONNECT .*protocolVersion=5/)
      expect(stdout).toMatch(/esp32 \| <- CONNACK .*reasonCode=0/)
      expect(stdout).toMatch(/pico-w \| -> CONNECT .*protocolVersion=4/)
      for (const id of ['002f90', '7e6f35']) {
        expect(stdout).toMatch(new RegExp(`sensors/${id}/temperature +-?\\d`))
        expect(stdout).toContain(`sensors/${id}/status  offline`)
      }
      expect(code).toBe(0)
      const port = Number(/mosquitto for esp32, listening on 127\.0\.0\.1:(\d+)/.exec(stdout)?.[1])
      await expect(connected(port)).rejects.toThrow('ECONNREFUSED')
    })

    it('says what to install where there is no Mosquitto, and boots nothing', async () => {
      const { code, stdout, stderr } = await mote(five.folder, ['start', '--for', '5'], {
        env: { MOSQUITTO: '/nowhere/mosquitto' },
      })
      expect(stderr).toMatch(/^esp32: mqtt\.version 5\.0 needs a broker that speaks it.*apt install mosquitto/)
      expect(stdout).toBe('')
      expect(code).toBe(2)
    })

    it('needs none for a board of 3.1.1', async () => {
      const env = { MOSQUITTO: '/nowhere/mosquitto' }
      const { code, stdout } = await mote(five.folder, ['start', '--for', '3', '--board', 'pico-w'], { env })
      expect(stdout).toContain('sensors/7e6f35/temperature')
      expect(code).toBe(0)
    })
  })

  it.each([
    ['an unknown board', ['--board', 'esp23'], /"esp23" is not a board.*Did you mean "esp32"/],
    [
      'a broker that is no address',
      ['--broker', 'http://x'],
      /--broker .*'http:\/\/x' is invalid. Give mqtt:\/\/host:port/,
    ],
    ['an interval that is no number', ['--interval', 'often'], /--interval/],
    ['an unknown engine', ['--engine', 'steam'], /--engine/],
    ['a real engine that is not named', ['--engine', 'real'], /needs ESPRUINO=<path/],
    ['an unknown option', ['--fro', '8'], /unknown option '--fro'/],
  ])('refuses %s with exit code 2', async (_name, args, words) => {
    const { code, stderr } = await mote(copy.folder, ['start', ...args], { env: { ESPRUINO: '', KALUMA: '' } })
    expect(stderr).toMatch(words)
    expect(code).toBe(2)
  })

  it('exits 1 and names the board whose HAL is broken, while the other one reports', async () => {
    const broken = checkout()
    try {
      broken.edit(
        'src/hal/kaluma/link.ts',
        '__netdev.connect(slot, host, port, ignore)',
        '__netdev.connect(slot, host, 1, ignore)',
      )
      const { code, stdout, stderr } = await mote(broken.folder, ['start', '--for', '4'])
      expect(stderr).toContain('pico-w: no reading arrived')
      expect(stderr).not.toContain('esp32: no reading')
      expect(stdout).toContain('sensors/002f90/temperature')
      expect(code).toBe(1)
    } finally {
      broken.remove()
    }
  })

  it('exits 1 and names the board whose image cannot be built', async () => {
    const broken = checkout()
    try {
      broken.edit('src/hal/kaluma/link.ts', 'let closing = false', 'let closing: number = false')
      const { code, stderr } = await mote(broken.folder, ['start', '--for', '4'])
      expect(stderr).toMatch(/pico-w: its image cannot be built: .*kaluma\/link\.ts/s)
      expect(code).toBe(1)
    } finally {
      broken.remove()
    }
  })
})

describe('build and check', () => {
  it('demand the secrets, list every one that is missing with its fix, exit 2 and write nothing', async () => {
    for (const command of ['check', 'build']) {
      const { code, stderr } = await mote(copy.folder, [command])
      for (const name of Object.keys(secrets)) {
        expect(stderr).toMatch(new RegExp(`boards/esp32.json: .*secret ${name} is not set. Put it in secrets.json`))
      }
      expect(code).toBe(2)
    }
    expect(dist()).toEqual([])
  })

  it('write the images and their sizes against the budgets, without a secret in the output', async () => {
    const { code, stdout, stderr } = await mote(copy.folder, ['build'], { env: secrets })
    expect(stdout).toMatch(/^dist\/esp32\.js +\d+ bytes of 6000 \(\d+ %\)$/m)
    expect(stdout).toMatch(/^dist\/pico-w\.js +\d+ bytes of 7000 \(\d+ %\)$/m)
    expect(dist()).toEqual(['esp32.js', 'pico-w.js'])
    for (const secret of Object.values(secrets)) {
      expect(stdout + stderr).not.toContain(secret)
      expect(copy.read('dist/esp32.js')).toContain(secret)
    }
    expect(code).toBe(0)
  })

  it('build one board into another folder, with overrides that are validated like the file', async () => {
    const out = join(copy.folder, 'elsewhere')
    const set = ['--set', 'mqtt.host=10.0.0.9', '--set', 'topics.base=me@mail.com/garden']
    const good = await mote(copy.folder, ['build', 'pico-w', '--out', out, ...set], { env: secrets })
    expect(good.code).toBe(0)
    expect(readdirSync(out)).toEqual(['pico-w.js'])
    const image = copy.read('elsewhere/pico-w.js')
    expect(image).toContain('10.0.0.9')
    expect(image).toContain('me@mail.com/garden')
    const bad = await mote(copy.folder, ['build', '--set', 'mqtt.port=0', '--set', 'mqtt.hots=x'], { env: secrets })
    expect(bad.stderr).toMatch(/mqtt\.port/)
    expect(bad.stderr).toMatch(/Did you mean "host"|Did you mean "mqtt\.host"/)
    expect(bad.code).toBe(2)
  })

  it('refuse a loopback broker but with --local', async () => {
    const set = ['--set', 'mqtt.host=127.0.0.1']
    const refused = await mote(copy.folder, ['check', ...set], { env: secrets })
    expect(refused.stderr).toMatch(/mqtt\.host.*is the board itself/)
    expect(refused.code).toBe(2)
    expect((await mote(copy.folder, ['check', '--local', ...set], { env: secrets })).code).toBe(0)
  })

  it('leave the old image alone when a board file is bad', async () => {
    const broken = checkout()
    try {
      await mote(broken.folder, ['build'], { env: secrets })
      const before = broken.read('dist/esp32.js')
      broken.edit('boards/pico-w.json', '"kaluma"', '"kalumba"')
      const { code, stderr } = await mote(broken.folder, ['build', '--set', 'publish.intervalS=5'], { env: secrets })
      expect(stderr).toMatch(/boards\/pico-w.json: runtime: .*Did you mean "kaluma"/)
      expect(code).toBe(2)
      expect(broken.read('dist/esp32.js')).toBe(before)
    } finally {
      broken.remove()
    }
  })
})

describe('npx rollup -c', () => {
  it('alone builds every image, the same that build makes', async () => {
    await mote(copy.folder, ['build'], { env: secrets })
    const made = ['esp32', 'pico-w'].map(name => copy.read(`dist/${name}.js`))
    const { code } = await run(copy.folder, join(copy.folder, 'node_modules/.bin/rollup'), ['-c'], { env: secrets })
    expect(code).toBe(0)
    expect(['esp32', 'pico-w'].map(name => copy.read(`dist/${name}.js`).trim())).toEqual(
      made.map(image => image.trim()),
    )
  })

  it('warns that images with stand-ins for secrets are for trying only', async () => {
    const { code, stderr } = await run(copy.folder, join(copy.folder, 'node_modules/.bin/rollup'), ['-c'])
    expect(stderr).toMatch(/Not set: .*WIFI_PASSWORD.*for trying/)
    expect(code).toBe(0)
  })
})
