import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InputOptions, OutputOptions } from 'rollup'
import type { Board } from '../boards'
import { compile, rollupOptions, type Target } from './compile'
import { entryModule } from './entry'

/** The folder that src/ and tsconfig.device.json are in. */
export const project = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '')

export interface Image {
  /** The board's name; the file is `<name>.js`. */
  name: string
  /** ASCII: as many bytes as characters. */
  code: string
  bytes: number
}

/** The image of a board. Nothing is written. Throws what TypeScript or the dialect check has against the sources. */
export async function buildImage(board: Board): Promise<Image> {
  const code = await compile(targetOf(board))
  return { name: board.board, code, bytes: code.length }
}

/** The images of several boards; none when one of them fails. */
export async function buildImages(boards: Board[]): Promise<Image[]> {
  const images: Image[] = []
  for (const board of boards) images.push(await buildImage(board))
  return images
}

/** Writes `<folder>/<name>.js` for each image; a file is the old one or the new one, never half of it. Returns the paths. */
export function writeImages(images: Image[], folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  const files = images.map(({ name }) => join(folder, `${name}.js`))
  const drafts = files.map(file => `${file}.${process.pid}.new`)
  try {
    images.forEach(({ code }, i) => {
      writeFileSync(drafts[i], code)
    })
    drafts.forEach((draft, i) => {
      renameSync(draft, files[i])
    })
  } finally {
    for (const draft of drafts) rmSync(draft, { force: true })
  }
  return files
}

/** What rollup needs to make the same image by itself and write it to `file`. */
export function rollupConfig(board: Board, file: string): InputOptions & { output: OutputOptions } {
  const { input, output } = rollupOptions(targetOf(board))
  return { ...input, output: { ...output, file } }
}

function targetOf(board: Board): Target {
  const entry = entryModule(board, project)
  const { runtime, mqtt, limits, log } = board
  const { version } = mqtt
  return { root: project, entry, name: board.board, runtime, version, offline: limits.queueB > 0, logLevel: log.level }
}
