import { readAuth, writeAuth } from '../wire/auth'
import { AUTHENTICATION_DATA, AUTHENTICATION_METHOD, fieldProperty } from '../wire/properties'
import { CONTINUE_AUTHENTICATION, IMPLEMENTATION_SPECIFIC_ERROR, PROTOCOL_ERROR, REAUTHENTICATE } from '../wire/reason'
import { type Client, greeting, handlers, NOT_OFFERED, NOT_UP, REFUSED, send, UP } from './client'
import { asked, fieldOf } from './negotiated'
import { hand, reply, type Session } from './session'

/** Event: the server has accepted a re-authentication. b: its Authentication Data, a byte string. */
export const ON_AUTH = 8

export interface Authenticated extends Session {
  _answer: Answer
}

/**
 * The answer to a challenge: both are Authentication Data, a field(), '' for none; null gives up, and the link ends.
 */
export type Answer = (challenge: string) => string | null

/**
 * Enhanced authentication, 5.0 section 4.12, by the method that stands in CONNECT beside the data that begins it: `answer`
 * is asked for what each challenge of the server wants.
 */
export function authenticate(c: Session, answer: Answer) {
  ;(c as Authenticated)._answer = answer
  greeting['\xf0'] = handlers['\xf0'] = auth
}

/**
 * Authenticates anew, section 4.12.1, with other Authentication Data, a field(), or '' for none, and User Properties, or ''.
 * The callback hears ON_AUTH, or the session ends. 0; NOT_UP; NOT_OFFERED without a method in CONNECT; REFUSED.
 */
export function reauthenticate(c: Session, data: string, properties: string): number {
  const method = fieldOf(asked(c), AUTHENTICATION_METHOD)
  if (c.state !== UP) return NOT_UP
  if (!method) return NOT_OFFERED
  const packet = writeAuth(REAUTHENTICATE, method, fieldProperty(AUTHENTICATION_DATA, data) + properties)
  if (!packet || packet.length > (c._maximumPacketB as number)) return REFUSED
  return reply(c, packet)
}

/** What the owner answers; nothing where that fails. */
function ask(c: Authenticated, challenge: string): string | null {
  try {
    return c._answer(challenge)
  } catch (_e) {
    return null
  }
}

function auth(client: Client, packet: string, at: number): number {
  const c = client as Authenticated
  const reason = readAuth(c, packet, at)
  const method = fieldOf(c.properties, AUTHENTICATION_METHOD)
  const data = fieldOf(c.properties, AUTHENTICATION_DATA)
  if (reason < 0) return reason
  if (!method || method !== fieldOf(asked(c), AUTHENTICATION_METHOD)) return -PROTOCOL_ERROR
  if (reason !== CONTINUE_AUTHENTICATION) {
    // Success is said by CONNACK while there is none.
    if (c.state !== UP) return -PROTOCOL_ERROR
    hand(c, ON_AUTH, 0, data.substr(2))
    return 0
  }
  const answer = ask(c, data)
  if (answer === null) return -IMPLEMENTATION_SPECIFIC_ERROR
  const continued = writeAuth(CONTINUE_AUTHENTICATION, method, fieldProperty(AUTHENTICATION_DATA, answer))
  return c.state === UP ? reply(c, continued) : send(c, continued)
}
