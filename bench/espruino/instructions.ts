/** Instructions of the interpreter per operation: valgrind counts them, so that a busy machine changes nothing. */
import { newFolder, output, script } from '../process'
import { STUB } from './programs'

/**
 * Calls run(n) of a program once its client is up, in three turns, so that events are over before it ends. Splits its
 * markers, since a fault's trace shows the source.
 */
function drive(calls: number): string {
  return `
setTimeout(function () {
  if (socket.connected) socket.connected()
  if (socket.data) socket.data(' \\x02\\0\\0')
  setTimeout(function () {
    global.run(${calls})
    setTimeout(function () {
      print('@' + '@' + count + ' ' + (socket.last || '').length)
      quit()
    }, 50)
  }, 50)
}, 100)
`
}

interface Run {
  instructions: number
  /** Messages received, and the bytes of the last write. */
  received: number
  written: number
}

async function run(engine: string, program: string, calls: number): Promise<Run> {
  const folder = newFolder()
  try {
    const name = script(folder, `${STUB}\n${program}\n${drive(calls)}`)
    const valgrind = ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', engine, name]
    const text = await output(valgrind, folder.path, 300)
    const [, instructions] = /Collected : (\d+)/.exec(text) ?? []
    const [, received, written] = /@@(\d+) (\d+)/.exec(text) ?? []
    if (!instructions || !written) throw new Error(`the program did not end:\n${text}`)
    return { instructions: +instructions, received: +received, written: +written }
  } finally {
    folder.remove()
  }
}

/** What a program must have done, so that a client that gave up is not taken for a fast one. */
export type Proof = 'nothing' | 'publishes' | 'receives'

/** Instructions per call of a program's loop, the loop included: the difference of two runs. */
export async function instructions(engine: string, program: string, calls: number, proof: Proof): Promise<number> {
  const [once, twice] = [await run(engine, program, calls), await run(engine, program, 2 * calls)]
  for (const [{ received, written }, times] of [
    [once, 1],
    [twice, 2],
  ] as const) {
    if (proof === 'receives' && received !== calls * times) throw new Error(`received ${received} of ${calls * times}`)
    if (proof === 'publishes' && written !== 33) throw new Error(`the last write has ${written} bytes`)
  }
  return (twice.instructions - once.instructions) / calls
}
