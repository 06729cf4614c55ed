/** Memory of the client and its link on a real Espruino, in JsVars: against a broker on this machine, over real sockets. */
import { newFolder, output, script } from '../process'
import { growing, resident } from './programs'

// In two pieces, since a fault's trace shows the source; the end shows that the number is whole.
const report = (number: string) => `print('@' + '@' + ${number} + ';')`
const USAGE = report('process.memory().usage')
const REPORTED = /@@(\d+);/g

/** Behind the second publish of a resident client. */
const LATER = `setTimeout(function () { ${USAGE} }, 1500)\n`

/** The numbers that a program has reported; throws without one. */
function reported(text: string): number[] {
  const numbers = [...text.matchAll(REPORTED)].map(([, number]) => +number)
  if (numbers.length === 0) throw new Error(`the program reported nothing:\n${text}`)
  return numbers
}

async function fromRam(engine: string, program: string, reports: number): Promise<number[]> {
  const folder = newFolder()
  try {
    const isDone = (text: string) => (text.match(REPORTED) ?? []).length >= reports
    return reported(await output([engine, script(folder, program)], folder.path, 30, isDone))
  } finally {
    folder.remove()
  }
}

/** The same program as a board runs it: written to flash by one run, started from there by the next. */
async function fromStorage(engine: string, program: string): Promise<number[]> {
  const folder = newFolder()
  try {
    const write = `require('Storage').write('.bootcde', ${JSON.stringify(program)}); ${report('1')}; quit()`
    reported(await output([engine, script(folder, write)], folder.path, 30))
    return reported(await output([engine], folder.path, 30, text => text.search(REPORTED) >= 0))
  } finally {
    folder.remove()
  }
}

export interface Memory {
  /** JsVars of `blockB` bytes in use after connect, over the engine with nothing in it. */
  fromRam: number
  fromStorage: number
  /** More in use behind 1,000 publishes. */
  growth: number
}

/** `port` is that of a broker which accepts everybody. */
export async function memory(engine: string, port: number): Promise<Memory> {
  const image = await resident(port)
  const [bareRam] = await fromRam(engine, LATER, 1)
  const [ram] = await fromRam(engine, `${image}\n${LATER}`, 1)
  const [bareStorage] = await fromStorage(engine, LATER)
  const [storage] = await fromStorage(engine, `${image}\n${LATER}`)
  const grown = await fromRam(engine, `global.report = function () { ${USAGE} }\n${await growing(port)}`, 2)
  return { fromRam: ram - bareRam, fromStorage: storage - bareStorage, growth: grown[grown.length - 1] - grown[0] }
}

/** Bytes of a JsVar. */
export async function blockSize(engine: string): Promise<number> {
  const [bytes] = await fromRam(engine, `${report('process.memory().blocksize')}; quit()`, 1)
  return bytes
}
