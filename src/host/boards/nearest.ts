import { distance } from 'fastest-levenshtein'

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '')
}

/** The candidate that somebody who wrote `word` most likely meant, if any is near enough. */
export function nearest(word: string, candidates: string[]): string | undefined {
  const written = plain(word)
  const limit = Math.min(3, Math.floor(written.length / 2))
  let best: string | undefined
  let least = limit + 1
  for (const candidate of candidates) {
    const other = plain(candidate)
    // "user" is nearer to "username" than its four missing letters.
    const edits = written.length >= 3 && other.startsWith(written) ? 1 : distance(written, other)
    if (edits < least) {
      best = candidate
      least = edits
    }
  }
  return best
}
