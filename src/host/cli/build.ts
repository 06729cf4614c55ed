import { formatFindings, type LoadOptions, loadBoards } from '../boards'
import { buildImages } from '../image'
import { boardsFolder } from './folders'

/** Validates the named board files, or all, and prints every finding. Answers the exit code: 0, or 2 for an error. */
export function check(names: string[], options: LoadOptions): number {
  const { boards, findings } = loadBoards(boardsFolder, names, options)
  if (findings.length > 0) console.error(formatFindings(findings))
  if (findings.some(finding => finding.severity === 'error')) return 2
  for (const { board } of boards) console.log(`boards/${board}.json: valid`)
  return 0
}
