import { SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import typescript from '@rollup/plugin-typescript'
import {
  type InputOptions,
  type OutputChunk,
  type OutputOptions,
  type Plugin,
  type PluginContext,
  type RollupLog,
  rollup,
} from 'rollup'
import type { LogLevel, Runtime } from '../boards'
import { checkDialect, type Fault, faultText } from './dialect'
import { minifyScript, replaceConst } from './minify'

/** What to compile, and for whom. */
export interface Target {
  /** Project folder with src/ and tsconfig.device.json. */
  root: string
  /** The text of the module that everything is reached from; it imports by absolute path. */
  entry: string
  /** Name of the image, without .js. */
  name: string
  runtime: Runtime
  /** Version of MQTT; with any but 5.0 nothing of 5.0 is in the image. */
  version: string
  /** Whether readings are taken without a session; no if left out. */
  offline?: boolean
  /** What it prints; info if left out. */
  logLevel?: LogLevel
}

/** Minified code in the runtime's dialect. Throws what TypeScript or the dialect has against it. */
export async function compile(target: Target): Promise<string> {
  const { input, output } = rollupOptions(target)
  const bundle = await rollup(input)
  try {
    return (await bundle.generate(output)).output[0].code
  } finally {
    await bundle.close()
  }
}

/** The one way in which images are made; rollup.config.mjs goes it too. */
export function rollupOptions(target: Target): { input: InputOptions; output: OutputOptions } {
  return {
    input: {
      input: entryId(target),
      treeshake: { propertyReadSideEffects: false },
      plugins: [entry(target), switches(target), deviceTypeScript(target.root)],
      onwarn: warning => {
        throw new Error(warning.message)
      },
    },
    output: {
      format: 'es',
      entryFileNames: `${target.name}.js`,
      strict: false,
      externalLiveBindings: false,
      freeze: false,
      generatedCode: { preset: 'es5', symbols: false },
      // Not for the board: so that faults name the source.
      sourcemap: 'hidden',
      sourcemapPathTransform: (source, map) => resolve(dirname(map), source),
      plugins: [minified(target), checked(target)],
    },
  }
}

function entryId({ root, name }: Target): string {
  return resolve(root, `src/entry of ${name}.js`)
}

/** Answers the entry from memory. */
function entry(target: Target): Plugin {
  const id = entryId(target)
  return {
    name: 'mqtt-mote:entry',
    resolveId: source => (source === id ? id : null),
    load: source => (source === id ? target.entry : null),
  }
}

/** Answers the modules that are one literal each, so that rollup drops what stands behind one that is false. */
function switches({ root, version, offline = false }: Target): Plugin {
  const modules = new Map([
    [resolve(root, 'src/wire/v5.ts'), `export const V5 = ${version === '5.0'}`],
    [resolve(root, 'src/app/return-codes.ts'), `export const RETURN_CODES = ${version !== '5.0'}`],
    [resolve(root, 'src/app/offline.ts'), `export const OFFLINE = ${offline}`],
  ])
  return {
    name: 'mqtt-mote:switches',
    load: source => modules.get(source) ?? null,
  }
}

const programs = new Map<string, Plugin>()

/** Compiles the device's sources once for all images of a process, which takes most of the time. */
function deviceTypeScript(root: string): Plugin {
  const known = programs.get(root)
  if (known) return known
  const { buildStart, buildEnd, ...plugin } = typescript({
    tsconfig: resolve(root, 'tsconfig.device.json'),
    filterRoot: root,
    // A type error fails the build below: thrown by the plugin itself, it would leave files watched for ever.
    compilerOptions: {
      noEmit: false,
      noEmitOnError: false,
      sourceMap: true,
      // What is unused is for `npm test` to say; an image that leaves it out is as good.
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
  })
  let isCompiled = false
  const shared: Plugin = {
    ...plugin,
    buildStart(options) {
      if (isCompiled) return
      const faults: string[] = []
      const collector: PluginContext = Object.assign(Object.create(this), {
        warn: (log: RollupLog) => faults.push(typeFault(log, root)),
      })
      if (typeof buildStart === 'function') buildStart.call(collector, options)
      if (typeof buildEnd === 'function') buildEnd.call(this)
      if (faults.length > 0) throw new Error(faults.join('\n'))
      isCompiled = true
    },
  }
  programs.set(root, shared)
  return shared
}

function typeFault({ loc, message }: RollupLog, root: string): string {
  const text = message.replace('@rollup/plugin-typescript ', '')
  return loc?.file ? `${relative(root, loc.file)}:${loc.line}:${loc.column}: ${text}` : text
}

function minified({ logLevel = 'info' }: Target): Plugin {
  return { name: 'mqtt-mote:minify', renderChunk: code => minifyScript(code, logLevel) }
}

/** Checks the finished code and leaves nothing but code in the bundle. */
function checked(target: Target): Plugin {
  return {
    name: 'mqtt-mote:dialect',
    generateBundle(_options, bundle) {
      for (const [file, part] of Object.entries(bundle)) {
        if (part.type === 'chunk') part.code = checkedCode(part, target)
        else delete bundle[file]
      }
    },
  }
}

function checkedCode({ code, map }: OutputChunk, { root, name, runtime }: Target): string {
  const image = code.trim()
  // As wide as `const`, so that the columns are those of the map.
  const faults = checkDialect(replaceConst(image, 'var  '), { file: `${name}.js`, runtime })
  if (faults.length === 0) return replaceConst(image, 'var')
  const origins = new SourceMap(map as unknown as SourceMapPayload)
  throw new Error(faults.map(fault => faultText(inSource(fault, origins, root))).join('\n'))
}

function inSource(fault: Fault, map: SourceMap, root: string): Fault {
  const origin = map.findEntry(fault.line - 1, fault.column - 1)
  if (!('originalSource' in origin)) return fault
  const { originalSource, originalLine, originalColumn } = origin
  return { ...fault, file: relative(root, originalSource), line: originalLine + 1, column: originalColumn + 1 }
}
