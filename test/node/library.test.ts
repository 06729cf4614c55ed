import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type RollupOptions, rollup } from 'rollup'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedBroker } from '../../src/host/broker/embedded'
import { project } from '../../src/host/image'
import { checkBuiltins } from '../../src/host/image/rules/builtins'
import { resolveNames } from '../../src/host/image/rules/scope'
import { parseScript } from '../../src/host/image/rules/script'
import { libraryConfig } from '../../src/host/library'
import { virtualClock } from '../../src/host/virtual/clock'
import { kalumaBoard } from '../../src/host/virtual/kaluma'
import { memoryNetwork } from '../../src/host/virtual/memory-network'

const run = promisify(execFile)

/** A program of a user's. */
const program = `
import { createClient, disconnect, open, publish } from 'mqtt-mote'
import { type Dial, net, run } from 'mqtt-mote/node'

const dial: Dial = net('127.0.0.1', Number(process.argv[2]))
const client = createClient(dial, { clientId: 'user' }, event => {
  console.log(event.type)
  if (event.type === 'connect') publish(client, { topic: 'house/light', payload: 'on', qos: 1 })
  if (event.type === 'publish') disconnect(client)
  if (event.type === 'disconnect') stop()
})
const stop = run(client)
open(client)
`

/** One for a board, over a link of its own; prints what it writes on it. */
const deviceProgram = `
import { createClient, open, tick } from 'mqtt-mote'

const client = createClient(
  events => {
    setTimeout(() => events.opened(), 10)
    return { write: bytes => (console.log(bytes.slice(4, 8), bytes.length), 0), close() {} }
  },
  { clientId: 'user' },
  () => {},
)
open(client)
tick(client, 0)
`

describe('the library', () => {
  /** A user's folder, with the package as npm would put it there. */
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-mote-library-'))
  const installed = join(folder, 'node_modules/mqtt-mote')
  const built = join(installed, 'dist/lib')

  beforeAll(async () => {
    const { output, ...input }: RollupOptions = libraryConfig(built)
    const bundle = await rollup(input)
    await bundle.write(output as typeof output & object)
    await bundle.close()
    cpSync(join(project, 'package.json'), join(installed, 'package.json'))
    mkdirSync(join(folder, 'node_modules/@types'))
    for (const name of ['ws', '@types/ws', '@types/node', 'undici-types'])
      symlinkSync(join(project, 'node_modules', name), join(folder, 'node_modules', name))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'main.ts'), program)
  }, 60_000)

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it.each([
    ['ESNext', 'bundler'],
    ['NodeNext', 'nodenext'],
  ])('type-checks in a program of module %s with resolution %s', async (module, resolution) => {
    const options = ['--strict', '--target', 'ES2022', '--module', module, '--moduleResolution', resolution]
    const tsc = join(project, 'node_modules/typescript/bin/tsc')
    const { stdout } = await run(process.execPath, [tsc, ...options, 'main.ts'], { cwd: folder }).catch(error => error)
    expect(stdout).toBe('')
  })

  it('runs in that program, which publishes and ends by itself', async () => {
    const broker = await embeddedBroker()
    try {
      const { stdout } = await run(process.execPath, ['main.js', String(broker.port)], { cwd: folder, timeout: 20_000 })
      expect(stdout).toBe('connect\npublish\ndisconnect\n')
    } finally {
      await broker.close()
    }
  })

  it('is index.js and kaluma.js, which import nothing, and node.js, which imports Node, ws and the same client', () => {
    const imports = (file: string) =>
      [...readFileSync(join(built, file), 'utf8').matchAll(/^(?:im|ex)port .*from '(.*)'/gm)].map(([, from]) => from)
    expect(readdirSync(built).filter(file => file.endsWith('.js'))).toEqual(['index.js', 'kaluma.js', 'node.js'])
    expect(imports('index.js')).toEqual([])
    expect(imports('kaluma.js')).toEqual([])
    expect(imports('node.js').sort()).toEqual(['./index.js', 'node:net', 'node:tls', 'ws'])
  })

  it('goes into a bundle for Kaluma, lowered to ES5, and runs there', async () => {
    const entry = join(folder, 'device.js')
    writeFileSync(entry, deviceProgram)
    const resolveId = (id: string) => (id === 'mqtt-mote' ? join(built, 'index.js') : null)
    const bundle = await rollup({ input: entry, plugins: [{ name: 'installed', resolveId }] })
    const { code } = (await bundle.generate({ format: 'es' })).output[0]
    await bundle.close()
    const compilerOptions = { target: ts.ScriptTarget.ES5, ignoreDeprecations: '5.0' }
    const image = ts.transpileModule(code, { compilerOptions }).outputText
    // The rest of the dialect is for Espruino's sake.
    const script = parseScript(image)
    expect(checkBuiltins(script, resolveNames(script), 'kaluma')).toEqual([])
    const clock = virtualClock()
    const lines: string[] = []
    const accessPoint = { ssid: '', password: '', inRange: false }
    const world = { clock, transport: memoryNetwork(clock) }
    kalumaBoard({ name: 'pico', world, accessPoint, console: line => lines.push(line) }).boot(image)
    clock.advance(100)
    expect(lines).toEqual(['MQTT 18'])
  })
})
