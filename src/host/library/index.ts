import { join, resolve } from 'node:path'
import typescript from '@rollup/plugin-typescript'
import type { InputOptions, OutputOptions, Plugin } from 'rollup'
import { project } from '../image'

/**
 * What rollup needs to write the library for TypeScript users into `folder`: index.js, which imports nothing and so fits
 * in a program for a board too, node.js, kaluma.js, and the types of all.
 */
export function libraryConfig(folder: string): InputOptions & { output: OutputOptions } {
  return {
    input: {
      index: join(project, 'src/index.ts'),
      node: join(project, 'src/host/node/index.ts'),
      kaluma: join(project, 'src/hal/kaluma/index.ts'),
    },
    external: [/^node:/, 'ws'],
    plugins: [
      typescript({
        tsconfig: join(project, 'src/host/library/tsconfig.library.json'),
        filterRoot: project,
        compilerOptions: { outDir: resolve(folder) },
      }),
      typesWithExtensions(),
    ],
    onwarn: warning => {
      throw new Error(warning.message)
    },
    output: {
      dir: folder,
      format: 'es',
      // What both need is the one client of index.js: a second copy would have handlers of its own.
      manualChunks: id => (/\/src\/(host|hal\/kaluma)\//.test(id) ? undefined : 'index'),
    },
  }
}

/** Node's own resolution, unlike a bundler's, finds no file without its extension, not even a declaration. */
function typesWithExtensions(): Plugin {
  return {
    name: 'mqtt-mote:types-with-extensions',
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'asset' || typeof part.source !== 'string') continue
        part.source = part.source.replace(/(from '\.[^']*|import\("\.[^"]*)(?=['"])/g, '$1.js')
      }
    },
  }
}
