import { fileURLToPath } from 'node:url'
import { rollup } from 'rollup'
import type { Board } from '../boards'
import { rollupOptions } from './compile'
import { entryModule } from './entry'

/** The folder of the device's sources. */
export const sources = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

export interface Image {
  /** The board's name; the file is `<name>.js`. */
  name: string
  /** ASCII only: as many bytes as characters. */
  code: string
}

/** Minified code of an entry module, checked for its runtime's dialect. Throws what the compiler or the check says. */
export async function compile(
  entry: string,
  target: { file: string; runtime: 'espruino' | 'kaluma'; version: string },
): Promise<string> {
  const { input, output } = rollupOptions(entry, target)
  const bundle = await rollup(input)
  try {
    const { output: chunks } = await bundle.generate(output)
    return chunks[0].code.trim()
  } finally {
    await bundle.close()
  }
}

/** The image of a board. Nothing is written. */
export async function buildImage(board: Board): Promise<Image> {
  const target = { file: `${board.board}.js`, runtime: board.runtime, version: board.mqtt.version }
  return { name: board.board, code: await compile(entryModule(board, sources), target) }
}
