import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rollup } from 'rollup'
import { minify } from 'terser'
import ts from 'typescript'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Device code as the builder of an image makes it, ES5 and minified. `code` is a module in this folder. */
export async function bundle(code: string, v5: boolean): Promise<string> {
  const entry = `${folder}entry.ts`
  const bundle = await rollup({
    input: entry,
    plugins: [
      {
        name: 'device',
        resolveId: (source, importer) => (importer ? resolve(dirname(importer), `${source}.ts`) : source),
        load(id) {
          if (id === entry) return code
          // Left a const, which is what makes the other version vanish.
          if (id.endsWith('/src/wire/v5.ts')) return `export const V5 = ${v5}`
          return existsSync(id) ? readFileSync(id, 'utf8') : null
        },
        transform: (code, id) =>
          id.endsWith('/src/wire/v5.ts')
            ? null
            : ts.transpile(code, {
                target: ts.ScriptTarget.ES5,
                module: ts.ModuleKind.ESNext,
                ignoreDeprecations: '5.0',
              }),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'es', externalLiveBindings: false })
  const { code: minified = '' } = await minify(output[0].code, {
    ecma: 5,
    compress: { passes: 3, toplevel: true, hoist_funs: true, hoist_vars: true, reduce_funcs: false, switches: false },
    mangle: { toplevel: true, reserved: ['of', 'static', 'let'], properties: { regex: /^_[a-z]/ } },
    format: { ascii_only: true },
  })
  return minified
}
