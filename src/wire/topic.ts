/**
 * Topic names and filters, sections 4.7 (shared subscriptions: 5.0 section 4.8). All of them are field()s of UTF-8,
 * made once.
 */
import { field } from './header'
import { BAD_FILTER, BAD_NAME, refuse } from './refusal'
import { wellFormed } from './utf8'
import { V5 } from './v5'

/**
 * A field of printable ASCII without # and +: nearly every topic there is, in one native call. Its first two characters
 * are the length; one that happens to be '~' only means the long way.
 */
const PLAIN_NAME = /^[^~][^~][ -"$-*,-~]+$/

/** Whether a field is a topic name: at least one character, well-formed, no wildcard. */
export function isName(topic: string): boolean {
  if (PLAIN_NAME.test(topic)) return true
  const bytes = topic.substr(2)
  return bytes !== '' && bytes.indexOf('#') < 0 && bytes.indexOf('+') < 0 && wellFormed(bytes)
}

/** The field as it is, for a topic to publish to; '' with BAD_NAME, and '' for ''. */
export function topicName(topic: string): string {
  return !topic || isName(topic) ? topic : refuse(BAD_NAME)
}

/**
 * The field as it is, for a filter to subscribe to; '' with BAD_FILTER, and '' for ''. In 5.0 what begins with $share/
 * must be a shared subscription, $share/group/filter.
 */
export function topicFilter(filter: string, v5: boolean): string {
  const levels = filter.substr(2).split('/')
  const last = levels.length - 1
  let legal = filter.length > 2 && wellFormed(filter.substr(2))
  for (let i = 0; i <= last; i++) {
    const level = levels[i]
    if (level === '#' ? i < last : level !== '+' && (level.indexOf('#') >= 0 || level.indexOf('+') >= 0)) legal = false
  }
  if (V5 && v5 && last && levels[0] === '$share') {
    const group = levels[1]
    if (!group || group === '#' || group === '+' || last < 2 || (last === 2 && !levels[2])) legal = false
  }
  return !filter || legal ? filter : refuse(BAD_FILTER)
}

/**
 * The filter that decides which topics a shared subscription gets (5.0 section 4.8.2): what stands behind
 * $share/group/. Any other filter as it is.
 */
export function unshared(filter: string): string {
  return filter.substr(2, 7) === '$share/' ? field(filter.substr(filter.indexOf('/', 9) + 1)) : filter
}

/**
 * Whether a topic name falls under a filter, both legal fields (section 4.7.1); a topic that begins with $ under no
 * filter that begins with a wildcard (4.7.2). Makes nothing.
 */
export function matches(filter: string, topic: string): boolean {
  const end = topic.length
  let at = 2
  let i = 2
  if (topic[2] === '$' && (filter[2] === '+' || filter[2] === '#')) return false
  for (; i < filter.length; i++) {
    const c = filter[i]
    if (c === '#') return true
    if (c === '+') {
      at = topic.indexOf('/', at)
      if (at < 0) at = end
    } else if (at === end) {
      // a/# takes a as well.
      return c === '/' && filter[i + 1] === '#'
    } else if (c !== topic[at++]) return false
  }
  return at === end
}
