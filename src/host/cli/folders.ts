import { fileURLToPath } from 'node:url'

/** The board files of this checkout. */
export const boardsFolder = fileURLToPath(new URL('../../../boards', import.meta.url))
