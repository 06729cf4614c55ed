import { numberOf, TOPIC_ALIAS, TOPIC_ALIAS_MAXIMUM } from '../wire/properties'
import { ALIASED } from '../wire/publish'
import { PROTOCOL_ERROR, TOPIC_ALIAS_INVALID } from '../wire/reason'
import { asked } from './negotiated'
import type { Session } from './session'

interface AliasesIn extends Session {
  _topicsIn: string[]
  /** The link on which they stand. */
  _topicsInLink: object | null
}

/** Takes messages whose topic is an alias, 5.0 section 3.3.2.3.4: as many as the Topic Alias Maximum of CONNECT allows. */
export function aliasesIn(c: Session) {
  c._unalias = unalias
}

function unalias(session: Session): number {
  const c = session as AliasesIn
  const alias = numberOf(c.properties, TOPIC_ALIAS, 0)
  if (c._topicsInLink !== c._link) {
    c._topicsInLink = c._link
    c._topicsIn = []
  }
  if (alias > numberOf(asked(c), TOPIC_ALIAS_MAXIMUM, 0)) return -TOPIC_ALIAS_INVALID
  if (c.topic !== ALIASED) c._topicsIn[alias] = c.topic
  else if (c._topicsIn[alias]) c.topic = c._topicsIn[alias]
  else return -PROTOCOL_ERROR
  return 0
}
