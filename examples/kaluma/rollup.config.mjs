import { fileURLToPath } from 'node:url'
import typescript from '@rollup/plugin-typescript'
import { minify } from 'terser'

const here = path => fileURLToPath(new URL(path, import.meta.url))

const short = {
  ecma: 5,
  toplevel: true,
  // Declarations first, for engines that do not hoist them.
  compress: { ecma: 5, passes: 3, hoist_funs: true, hoist_vars: true, reduce_funcs: false, switches: false, inline: 1 },
  // What begins with _ is mqtt-mote's own.
  mangle: { toplevel: true, reserved: ['of', 'static', 'let'], properties: { regex: /^_[a-z]/ } },
  format: { ecma: 5, ascii_only: true, comments: false },
}

/** main.ts and what it needs of mqtt-mote -> dist/main.js, in ES5 and short, since the board's heap is 180 kB. */
export default {
  input: here('main.ts'),
  plugins: [typescript({ tsconfig: here('tsconfig.json'), filterRoot: here('../..') })],
  output: {
    file: here('dist/main.js'),
    format: 'es',
    strict: false,
    externalLiveBindings: false,
    generatedCode: { preset: 'es5', symbols: false },
    plugins: [{ name: 'short', renderChunk: code => minify(code, short) }],
  },
}
