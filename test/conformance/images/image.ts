import { readFileSync } from 'node:fs'
import typescript from 'typescript'
import type { Runtime } from '../../../src/host/boards'
import { project } from '../../../src/host/image'
import { compile } from '../../../src/host/image/compile'

/** The network that the image joins. */
export const ACCESS_POINT = { ssid: 'scenarios', password: 'conformance' }

/** Each runtime's board and bus, and the number of that bus in the wiring. */
const runtimes = {
  espruino: { factory: 'esp32', bus: 'I2C1, D21, D22', wire: 1 },
  kaluma: { factory: 'picoW', bus: '0, 4, 5', wire: 0 },
}

/** The number of the bus that the mailbox is on. */
export function busOf(runtime: Runtime): number {
  return runtimes[runtime].wire
}

/** device.ts, lowered as the builder lowers the rest, and the call that starts it. An entry exports nothing. */
function entry(runtime: Runtime): string {
  const { factory, bus } = runtimes[runtime]
  const source = readFileSync(new URL('device.ts', import.meta.url), 'utf8')
  const { outputText } = typescript.transpileModule(source, {
    compilerOptions: {
      target: typescript.ScriptTarget.ES5,
      module: typescript.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  })
  return `
import { ${factory} } from '../../../src/hal/${runtime}/board'
import { i2c } from '../../../src/hal/${runtime}/i2c'
${outputText.replaceAll(/^export /gm, '')}
function main() {
  serve(${factory}('${ACCESS_POINT.ssid}', '${ACCESS_POINT.password}'), i2c(${bus}))
}
main()
`.replaceAll("'../../../src/", `'${project}/src/`)
}

/** The scenario image of a runtime and a protocol, made by the builder: in the runtime's dialect, minified, checked. */
export function scenarioImage(runtime: Runtime, protocol: 4 | 5): Promise<string> {
  const version = protocol === 5 ? '5.0' : '3.1.1'
  return compile({ root: project, entry: entry(runtime), name: `scenarios-${runtime}-${version}`, runtime, version })
}
