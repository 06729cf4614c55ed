/**
 * `npm run bench`: every figure beside its peers, in one run. Prints the tables and writes bench/results.json and
 * docs/bench.md. `--quick` takes moments instead of minutes and writes nothing but to `--out <file>`. `--only <section>`
 * (repeatable): node, images, wire, outages, espruino, kaluma; the last two need an engine for this machine, ESPRUINO=<path> (with valgrind)
 * and KALUMA=<path>. ESPRUINO_DOCS=<checkout> has tinyMQTT and MQTT.js measured instead of quoted. Exit code 1 when a budget does not hold.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measureEspruino } from './espruino'
import { measureImages } from './images'
import { measureKaluma } from './kaluma'
import { measureNode } from './node'
import { measureOutages } from './outages'
import { holds, merged, type Results, type Section, sectionText, stamped, withSections, writeResults } from './report'
import { measureWire } from './wire'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    out: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
})
const { ESPRUINO, ESPRUINO_DOCS, KALUMA } = process.env
const resultsFile = fileURLToPath(new URL('./results.json', import.meta.url))
const document = fileURLToPath(new URL('../docs/bench.md', import.meta.url))

const sections: { [name: string]: (() => Promise<Section>) | undefined } = {
  node: () => measureNode(options.quick),
  images: measureImages,
  wire: measureWire,
  outages: () => measureOutages(options.quick),
  espruino: ESPRUINO ? () => measureEspruino(ESPRUINO, ESPRUINO_DOCS, options.quick) : undefined,
  kaluma: KALUMA ? () => measureKaluma(KALUMA) : undefined,
}
const measured: Results = {}
for (const [name, measure] of Object.entries(sections)) {
  if (options.only && !options.only.includes(name)) continue
  if (!measure) {
    console.log(`\n## ${name}\n\nnot measured: ${name.toUpperCase()} names no engine`)
    continue
  }
  measured[name] = stamped(await measure())
  console.log(`\n## ${name}\n\n${sectionText(measured[name])}`)
}

if (options.out) writeResults(options.out, measured)
else if (!options.quick) {
  const results = merged(resultsFile, measured)
  writeResults(resultsFile, results)
  writeFileSync(document, withSections(readFileSync(document, 'utf8'), results))
}

const missed = Object.values(measured).flatMap(({ budgets }) => budgets.filter(budget => !holds(budget)))
for (const { name } of missed) console.error(`missed: ${name}`)
process.exitCode = missed.length > 0 ? 1 : 0
