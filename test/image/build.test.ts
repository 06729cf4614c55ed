import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'acorn'
import { afterEach, describe, expect, it } from 'vitest'
import { create } from '../../src/client/client'
import { loadBoards } from '../../src/host/boards'
import { buildImages, project, writeImages } from '../../src/host/image'
import { boardWith, compileBoard, fixture, printed } from './fixture'

const folders: string[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-mote-image-'))
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A copy of the fixture in which `file` holds `text`. */
function fixtureWith(file: string, text: string): string {
  const root = newFolder()
  cpSync(fixture, root, { recursive: true })
  writeFileSync(
    join(root, 'tsconfig.device.json'),
    JSON.stringify({ extends: join(project, 'tsconfig.device.json'), include: ['src'] }),
  )
  writeFileSync(join(root, file), text)
  return root
}

describe('an image', () => {
  it('hands the board file on to the device', async () => {
    const [wifi, { source, setup }] = printed(await compileBoard(boardWith()))
    expect(wifi).toEqual({ ssid: 'network', password: 'wifi-secret' })
    expect(source).toEqual({
      sensor: 'internal',
      topic: '\0\x1asensors/abcdef/temperature',
      decimals: 1,
      offset: 0,
      min: -40,
      max: 125,
    })
    expect(setup).toEqual({
      host: '10.0.0.2',
      port: 1883,
      connect: '16,three,38,30,\0\nmoteabcdef\0\x15sensors/abcdef/status\0\x07offline',
      keepAliveS: 30,
      status: '\0\x15sensors/abcdef/status',
      flags: 1,
      intervalMs: 60000,
      floor: 4000,
    })
  })

  it('takes every text for data, whatever it looks like, and as the bytes of its UTF-8', async () => {
    const texts = [
      '"; reset(); //',
      "'+reset()+'",
      '\\',
      '\\"',
      '$' + '{reset()}',
      '\n\0\x7f',
      '\u2028',
      'Müller 21 °C 🌡',
      '*/',
      '{idea}',
    ]
    for (const text of texts) {
      const board = boardWith(({ wifi, mqtt }) => {
        wifi.ssid = mqtt.username = text
      })
      const image = await compileBoard(board)
      expect(image).toMatch(/^[\n\x20-\x7e]*$/)
      const bytes = Buffer.from(text).toString('latin1')
      const [{ ssid }, { setup }] = printed(image)
      expect(ssid).toBe(bytes)
      expect(setup.connect).toContain(bytes)
    }
  })

  it('reads the id on the board, wherever {id} stands', async () => {
    const base = async (text: string) => {
      const image = await compileBoard(boardWith(({ topics }) => Object.assign(topics, { base: text })))
      return printed(image)[1].setup.status.slice(2)
    }
    expect(await base('{id}')).toBe('abcdef/status')
    expect(await base('a/{id}')).toBe('a/abcdef/status')
    expect(await base('{id}/{id}')).toBe('abcdef/abcdef/status')
    expect(await base('me@mail.com/garden')).toBe('me@mail.com/garden/status')
  })

  it('is tuned where the board file says something else than the client', async () => {
    const tuned = boardWith(({ mqtt }) => Object.assign(mqtt, { connectTimeoutS: 20 }))
    expect(await compileBoard(tuned)).toContain('[2e4,1e3,25e3,512]')
    expect(await compileBoard(boardWith())).not.toContain('25e3')
    const { _dialMs, _minMs, _maxMs, _limit } = create(
      () => ({ write: () => 0, close: () => {} }),
      '',
      0,
      () => {},
    )
    expect([_dialMs, _minMs, _maxMs, _limit]).toEqual([15000, 1000, 25000, 512])
  })

  it('is ES5, with short names for private fields and none for those of the runtimes', async () => {
    const image = await compileBoard(boardWith())
    parse(image, { ecmaVersion: 5, sourceType: 'script' })
    expect(Object.keys(printed(image)[2])).toEqual([expect.stringMatching(/^\w$/), '_fd'])
  })

  it('holds nothing of MQTT 5.0 when it speaks 3.1.1, and the other way round', async () => {
    const image = (version: string) => compileBoard(boardWith(({ mqtt }) => Object.assign(mqtt, { version })))
    expect(await image('3.1.1')).toContain('three')
    expect(await image('3.1.1')).not.toContain('five')
    expect(await image('5.0')).toContain('five')
    expect(await image('5.0')).not.toContain('three')
  })

  it('is not made of sources with type errors; all are named', async () => {
    const root = fixtureWith(
      'src/sensors/virtual.ts',
      'export const virtual: number = "x"\nexport const b: string = 1\n',
    )
    for (const attempt of ['first', 'second']) {
      const message = await compileBoard(boardWith(), root).catch(error => error.message)
      expect(message, attempt).toMatch(
        /^.*src\/sensors\/virtual\.ts:1:14: TS2322: .*\n.*src\/sensors\/virtual\.ts:2:14: TS2322/,
      )
    }
  })

  it('is not made of what the engines refuse; the fault names the source', async () => {
    const source = 'export function internal() {\n  return [] instanceof Error\n}\n'
    const root = fixtureWith('src/sensors/esp32-internal.ts', source)
    await expect(compileBoard(boardWith(), root)).rejects.toThrow(/^.*src\/sensors\/esp32-internal\.ts:2:\d+: .*Error/m)
  })
})

describe('the images of the tracked boards', () => {
  const { boards } = loadBoards(join(project, 'boards'), [], { standIns: true, env: {} })

  it('are what `npx rollup -c` writes, with a warning about stand-ins', { timeout: 60_000 }, async () => {
    const images = await buildImages(boards)
    expect(images.map(({ name }) => name)).toEqual(['esp32', 'pico-w'])
    const folder = newFolder()
    for (const part of ['boards', 'src', 'rollup.config.mjs', 'tsconfig.device.json', 'package.json']) {
      cpSync(join(project, part), join(folder, part), { recursive: true })
    }
    symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'))
    const { PATH } = process.env
    const rollup = join(project, 'node_modules/rollup/dist/bin/rollup')
    const run = execFileSync('sh', ['-c', `"${process.execPath}" "${rollup}" -c 2>&1`], { cwd: folder, env: { PATH } })
    expect(run.toString()).toContain('Not set: WIFI_SSID, WIFI_PASSWORD, MQTT_PASSWORD.')
    expect(readdirSync(join(folder, 'dist'))).toEqual(['esp32.js', 'lib', 'pico-w.js'])
    for (const { name, code } of images) expect(readFileSync(join(folder, `dist/${name}.js`), 'utf8')).toBe(code)
  })

  it('are written whole or not at all', () => {
    const folder = join(newFolder(), 'dist')
    const written = writeImages([{ name: 'a', code: 'old', bytes: 3 }], folder)
    writeImages(
      [
        { name: 'a', code: 'new', bytes: 3 },
        { name: 'b', code: 'b', bytes: 1 },
      ],
      folder,
    )
    expect(written).toEqual([join(folder, 'a.js')])
    expect(readdirSync(folder)).toEqual(['a.js', 'b.js'])
    expect(readFileSync(written[0], 'utf8')).toBe('new')
  })
})
