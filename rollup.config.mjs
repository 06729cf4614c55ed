import { fileURLToPath } from 'node:url'
import { register } from 'tsx/esm/api'

// The builder is TypeScript too.
register()
const { formatFindings, loadBoards } = await import('./src/host/boards/index.ts')
const { rollupConfig } = await import('./src/host/image/index.ts')
const { libraryConfig } = await import('./src/host/library/index.ts')

const { boards, findings, standIns } = loadBoards(here('boards'), [], { standIns: true })
if (findings.length > 0) console.error(formatFindings(findings))
if (findings.some(({ severity }) => severity === 'error')) process.exit(2)
if (standIns.length > 0) {
  console.warn(
    `Not set: ${standIns.join(', ')}. The images hold stand-ins for them: they are for trying, not for a board.`,
  )
}

/** boards/<board>.json -> dist/<board>.js, all of them, and the library -> dist/lib. */
export default [
  ...boards.map(board => rollupConfig(board, here(`dist/${board.board}.js`))),
  libraryConfig(here('dist/lib')),
]

function here(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}
