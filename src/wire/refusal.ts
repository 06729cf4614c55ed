/**
 * Why the last writer or builder of text answered '': one of the names below. Stands until the next refusal. Below zero
 * and clear of the client's own, so that a client may hand it on as its answer.
 */
export let refusal = 0

/** Half of a surrogate pair, which UTF-8 cannot say (3.1.1 section 1.5.3, 5.0 section 1.5.4). */
export const LONE_SURROGATE = -16
/** U+0000 in a text (same sections). */
export const NUL_CHARACTER = -17
/** A field over 65,535 bytes or a packet over 268,435,455. */
export const TOO_LONG = -18
/** Not a topic name: empty, ill-formed, with a wildcard (section 4.7). */
export const BAD_NAME = -19
/** Not a topic filter: empty, ill-formed, a wildcard out of place, a shared subscription without group or filter. */
export const BAD_FILTER = -20
/** A packet identifier outside 1 to 65,535 (3.1.1 section 2.3.1, 5.0 section 2.2.1). */
export const BAD_PACKET_ID = -21
/** Flags or options that are reserved, contradict each other, or say QoS 3. */
export const BAD_FLAGS = -22
/** A number that its bytes cannot hold or the standard does not allow. */
export const OUT_OF_RANGE = -23
/** A reason code that a client may not send in this packet (5.0 section 2.4). */
export const BAD_REASON = -24
/** A property that is unknown, ill-formed, given twice, or of another packet (5.0 section 2.2.2). */
export const BAD_PROPERTY = -25
/** SUBSCRIBE or UNSUBSCRIBE without a filter. */
export const NO_FILTER = -26
/** MQTT 3.1.1 wants a client identifier to keep a session (section 3.1.3.1). */
export const NO_CLIENT_ID = -27
/** MQTT 3.1.1 has no password without a user name (section 3.1.2.9). */
export const NO_USER_NAME = -28

/** Keeps the reason and answers '': nothing can be sent. */
export function refuse(why: number): string {
  refusal = why
  return ''
}
