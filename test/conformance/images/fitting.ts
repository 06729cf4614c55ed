import type { Scenario } from '../scenarios'

/** Why a scenario is not played with images. */
export const OBSTACLES = {
  text: 'it is about text and options that make no bytes, which the builder or the library refuses',
  size: 'it sends what is larger than the memory of a board',
  id: 'it is about the client identifier, which the builder makes',
}

/** Refused by the image itself: no filter at all, a reason code that only servers send. */
const REFUSED_ON_BOARD = /-reject-(none|server-code)$/

/** What keeps a scenario from being played with images, or undefined: it fits. */
export function obstacle({ id }: Scenario): keyof typeof OBSTACLES | undefined {
  if (/-reject-/.test(id) && !REFUSED_ON_BOARD.test(id)) return 'text'
  // The one check of DISCONNECT that takes the CONNECT before it to know.
  if (/^5-disconnect-expiry-from-zero$/.test(id)) return 'text'
  if (/-topic-max-length$|-pub-length-borders$/.test(id)) return 'size'
  if (/-clientid-default$/.test(id)) return 'id'
  return undefined
}
