import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import vm from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Runtime } from '../../src/host/boards/board'
import { checkDialect, faultText } from '../../src/host/image/dialect'
import { constructTable } from './construct-table'
import { engineTable, type Row } from './engine-table'

const rows: Row[] = [...engineTable, ...constructTable]

function messages(source: string, runtime: Runtime = 'espruino'): string[] {
  return checkDialect(source, { file: 'image.js', runtime }).map(({ message }) => message)
}

describe('the dialect', () => {
  for (const { feature, espruino, refused, program } of rows) {
    const isTaken = espruino === 'y' && !refused
    it(`${isTaken ? 'takes' : 'refuses'} ${feature}`, () => {
      expect(messages(program).length > 0).toBe(!isTaken)
    })
  }

  it('is tested with programs that say what they should on a whole engine', () => {
    for (const { feature, program } of rows) expect(`${feature}: ${runOnNode(program)}`).toBe(`${feature}: @@true`)
  })

  it('says where, what, and what to write instead', () => {
    const source = 'function a(){\n  return 1\n}\nvar b=a()\nb++/2'
    expect(checkDialect(source, { file: 'dist/x.js', runtime: 'espruino' }).map(faultText)).toEqual([
      'dist/x.js:5:4: `/` after `++` begins a regular expression; put what is divided in a variable first',
    ])
  })

  it('reports every fault, in order of place', () => {
    const found = checkDialect('var of=1;with(of){}new Map;', { file: 'x.js', runtime: 'espruino' })
    expect(found.map(({ column }) => column)).toEqual([5, 10, 15, 24])
  })

  it('says where a script stops being ES5', () => {
    const [{ line, column, message }] = checkDialect('var a=1\nvar b=x=>x', { file: 'x.js', runtime: 'espruino' })
    expect([line, column]).toEqual([2, 9])
    expect(message).toContain('b=x=>x')
  })

  it('refuses every character that is not printable ASCII, and \\u, wherever they stand', () => {
    expect(messages('var a="é"')).toHaveLength(1)
    expect(messages('var a="\x01"')).toHaveLength(1)
    expect(messages('var a="\t"')).toHaveLength(1)
    expect(messages('var a=1// é')).toHaveLength(1)
    expect(messages('var a="\\u00e9"')).toHaveLength(1)
    expect(messages('var \\u0061=1')).toHaveLength(1)
    expect(messages('var a=/\\u0061/')).not.toEqual([])
    expect(messages('var a="\\\\u0061\\xc3\\xa9"')).toEqual([])
  })

  it('refuses a call at top level before the last declaration, and takes the one behind it', () => {
    expect(messages('function f(){}f();var a=1')).toHaveLength(1)
    expect(messages('var a=f();function f(){}')).not.toEqual([])
    expect(messages('var a=new Uint8Array(2),b=1')).toHaveLength(1)
    expect(messages('function f(){}var a=1;f()')).toEqual([])
    expect(messages('function f(){}var a=f()')).toEqual([])
  })

  it('follows what a function may call through names, literals and other functions', () => {
    const inFunction = (body: string) => messages(`function f(){${body}}f()`)
    expect(inFunction('function a(){b()}function b(){c.d()}var c={d:e};a();function e(){}')).not.toEqual([])
    expect(inFunction('function a(){b()}function b(){c.d()}function e(){}var c={d:e};a()')).toEqual([])
    expect(inFunction('var a,b;a=function(){b()},b=function(){a()},a()')).toEqual([])
    expect(inFunction('var a=function(){return b};setTimeout(a,0);var b=1')).toHaveLength(1)
    expect(inFunction('return function(){return a};var a')).toHaveLength(1)
    expect(inFunction('var a;return a=function(){return b};var b')).toHaveLength(1)
  })

  it('refuses what would make a global, stop the board, or storm when the clock is set', () => {
    expect(messages('nowhere=1')).toHaveLength(1)
    expect(messages('nowhere++')).toHaveLength(1)
    expect(messages('for(nowhere in {});')).toHaveLength(1)
    expect(messages('debugger')).toHaveLength(1)
    expect(messages('setInterval(f,1);')).toHaveLength(1)
    expect(messages('setTimeout(f);')).toHaveLength(1)
    expect(messages('clearTimeout();')).toHaveLength(1)
  })

  it('refuses alternatives that overflow the stack', () => {
    const chain = (length: number) => `var a=1;var b=${Array.from({ length }, (_, i) => `a===${i}?${i}:`).join('')}0`
    expect(messages(chain(39))).toEqual([])
    expect(messages(chain(60))).toHaveLength(1)
  })

  it('knows what each runtime lacks', () => {
    expect(messages('new Map;', 'kaluma')).toEqual([])
    expect(messages('Math.trunc(1)', 'kaluma')).toEqual([])
    expect(messages('console.warn(1)', 'kaluma')).toHaveLength(1)
    expect(messages('console.warn(1)', 'espruino')).toEqual([])
    expect(messages('"a".at(0)', 'kaluma')).toHaveLength(1)
    expect(messages('setImmediate(f)', 'kaluma')).toHaveLength(1)
  })

  it('parses as strict code for Kaluma, as the runtime does', () => {
    expect(messages('var package=1')).toEqual([])
    expect(checkDialect('var package=1', { file: 'x.js', runtime: 'kaluma' })[0]).toMatchObject({ line: 1, column: 5 })
    expect(messages('var a=010', 'kaluma')).toHaveLength(1)
  })
})

function runOnNode(program: string): string {
  const printed: string[] = []
  const { setTimeout, clearTimeout, TextEncoder, TextDecoder, queueMicrotask, structuredClone } = globalThis
  const globals = { setTimeout, clearTimeout, TextEncoder, TextDecoder, queueMicrotask, structuredClone }
  vm.runInNewContext(program, { ...globals, console: { log: (line: string) => printed.push(line) } })
  return printed.join()
}

const espruino = process.env.ESPRUINO
if (espruino) {
  describe('a real Espruino', () => {
    it('agrees with every verdict of the tables', { timeout: 120_000 }, async () => {
      const wrong: string[] = []
      for (const { feature, espruino: verdict, refused, program } of rows) {
        const printed = await runOnEspruino(espruino, program)
        const works = printed.includes('@@true')
        // What the builds with and without Unicode disagree about is no verdict.
        if (works !== (verdict === 'y') && refused !== 'bytes') wrong.push(`${feature}: ${printed}`)
      }
      expect(wrong).toEqual([])
    })
  })
} else console.info('dialect: ESPRUINO names no engine, so the tables are not compared with one')

/** What a program prints; the engine wants a file and a standard input that stays open. */
function runOnEspruino(engine: string, program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-mote-dialect-'))
  writeFileSync(join(folder, 'image.js'), program)
  const run = spawn(engine, ['image.js'], { cwd: folder })
  const timer = setTimeout(() => run.kill('SIGKILL'), 5000)
  let printed = ''
  run.stdout.on('data', chunk => {
    printed += chunk
  })
  return new Promise(done => {
    run.on('close', () => {
      clearTimeout(timer)
      rmSync(folder, { recursive: true })
      done(printed)
    })
  })
}
