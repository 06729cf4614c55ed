import * as r from '../wire/refusal'

const words: { [code: number]: string } = {}
words[r.LONE_SURROGATE] = 'a text holds half of a surrogate pair, which UTF-8 cannot say; take it out'
words[r.NUL_CHARACTER] = 'a text holds U+0000, which MQTT forbids; take it out'
words[r.TOO_LONG] =
  'a text or binary field is longer than 65,535 bytes, or a message than what may wait (queueB, inflightB); shorten it'
words[r.BAD_NAME] = 'a topic to publish to is empty or holds + or #; those are for filters'
words[r.BAD_FILTER] = 'a filter is empty, or has + beside other characters of a level, or # before its end'
words[r.BAD_PACKET_ID] = 'a packet identifier is outside 1 to 65,535'
words[r.BAD_FLAGS] = 'a QoS is not 0, 1 or 2, or options contradict each other'
words[r.OUT_OF_RANGE] = 'a number does not fit its field: keep alive, or a property'
words[r.BAD_REASON] = 'a client may not send this reason code in this packet'
words[r.BAD_PROPERTY] =
  'a property is not one of this packet (in 3.1.1 none is), is given twice, or cannot have this value'
words[r.NO_FILTER] = 'no filter is given'
words[r.NO_CLIENT_ID] = 'MQTT 3.1.1 keeps no session without a client identifier; give one, or ask for a clean session'
words[r.NO_USER_NAME] = 'MQTT 3.1.1 has no password without a user name; give one'

/** What is wrong with what was given last, and what to do about it: `refusal` in words. */
export function refusalText(): string {
  return words[r.refusal] || 'nothing has been refused yet'
}
