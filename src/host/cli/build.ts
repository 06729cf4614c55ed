import { relative } from 'node:path'
import { formatFindings, type LoadedBoards, type LoadOptions, loadBoards } from '../boards'
import { buildImages, writeImages } from '../image'
import { budgetOf } from '../image/budgets'
import { boardsFolder } from './folders'

/** Loads boards and prints every finding; undefined when one is an error. */
function load(names: string[], options: LoadOptions): LoadedBoards | undefined {
  const loaded = loadBoards(boardsFolder, names, options)
  if (loaded.findings.length > 0) console.error(formatFindings(loaded.findings))
  return loaded.findings.some(finding => finding.severity === 'error') ? undefined : loaded
}

/** Validates the named board files, or all, and prints every finding. Answers the exit code: 0, or 2 for an error. */
export function check(names: string[], options: LoadOptions): number {
  const loaded = load(names, options)
  for (const { board } of loaded?.boards ?? []) console.log(`boards/${board}.json: valid`)
  return loaded ? 0 : 2
}

/**
 * Builds the images of the named boards, or all, into a folder, and prints their sizes against the budgets. Answers the
 * exit code: 0; 1 when an image cannot be built; 2 for an error in a board file. Nothing is written unless it is 0.
 */
export async function build(names: string[], options: LoadOptions & { out: string }): Promise<number> {
  const loaded = load(names, options)
  if (!loaded) return 2
  const images = await buildImages(loaded.boards)
  for (const [index, file] of writeImages(images, options.out).entries()) {
    const { name, bytes } = images[index]
    const budget = budgetOf(name)
    const share = budget ? ` of ${budget} (${Math.round((bytes / budget) * 100)} %)` : ''
    console.log(`${relative('', file).padEnd(20)} ${bytes} bytes${share}`)
  }
  return 0
}
