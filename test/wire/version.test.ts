import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rollup } from 'rollup'
import { minify } from 'terser'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const wire = fileURLToPath(new URL('../../src/wire/', import.meta.url))

/** All that an image may ask for, but for what only 5.0 has. */
const EVERYTHING = `
export { writeConnect, prepareConnect, readConnack } from './connect'
export { writePublish, writePublishQos, again, flags, readPublish, idOf } from './publish'
export { writeAck, readAck } from './ack'
export { subscription, writeSubscribe, writeUnsubscribe, readSuback, readUnsuback } from './subscribe'
export { writePingreq, readPingresp } from './ping'
export { writeDisconnect } from './disconnect'
export { splitShort } from './splitter'
export { prepare, text } from './utf8'
export { topicName, topicFilter, matches, unshared } from './topic'`

/** The wire as the builder of an image makes it: the whole, or for one version. */
async function bundle(v5: boolean): Promise<string> {
  const bundle = await rollup({
    input: `${wire}entry.ts`,
    plugins: [
      {
        name: 'wire',
        resolveId: (source, importer) => (importer ? `${wire}${source.slice(2)}.ts` : source),
        load(id) {
          if (id === `${wire}entry.ts`) return EVERYTHING
          return id === `${wire}v5.ts` && !v5 ? 'export const V5 = false' : readFileSync(id, 'utf8')
        },
        transform: code =>
          ts.transpile(code, { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.ESNext, ignoreDeprecations: '5.0' }),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'es', externalLiveBindings: false })
  return (await minify(output[0].code, { ecma: 5, module: true, compress: { passes: 3 } })).code as string
}

describe('what only 5.0 has', () => {
  const traces = [/properties/, /reason\b/, /OVV/, / 14s/, /3198228479/]

  it('is not in a bundle of 3.1.1, not one byte of it', async () => {
    const [older, newer] = await Promise.all([bundle(false), bundle(true)])
    for (const trace of traces) {
      expect(newer).toMatch(trace)
      expect(older).not.toMatch(trace)
    }
    expect(older.length).toBeLessThan(newer.length - 1500)
  })
})
