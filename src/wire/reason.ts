/**
 * Reason codes, MQTT 5.0 section 2.4, that this code sends or looks for: the words in which both versions report what
 * is wrong with the bytes of a peer. The names of all are in src/host/reason-names.ts.
 */
export const SUCCESS = 0
export const DISCONNECT_WITH_WILL = 4
export const CONTINUE_AUTHENTICATION = 0x18
export const REAUTHENTICATE = 0x19
export const MALFORMED_PACKET = 0x81
export const PROTOCOL_ERROR = 0x82
export const IMPLEMENTATION_SPECIFIC_ERROR = 0x83
export const SESSION_TAKEN_OVER = 0x8e
export const PACKET_IDENTIFIER_NOT_FOUND = 0x92
export const RECEIVE_MAXIMUM_EXCEEDED = 0x93
export const TOPIC_ALIAS_INVALID = 0x94
export const PACKET_TOO_LARGE = 0x95
export const QUOTA_EXCEEDED = 0x97
export const RETAIN_NOT_SUPPORTED = 0x9a
export const QOS_NOT_SUPPORTED = 0x9b
export const SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9e
export const SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xa1
export const WILDCARDS_NOT_SUPPORTED = 0xa2

/**
 * Whether a packet may carry `code`. Its codes come as bits, low for 0x00 to 0x1f, high for 0x80 to 0x9f, top for 0xa0
 * to 0xbf: a list of them would cost an image four bytes for each.
 */
export function allows(code: number, low: number, high: number, top: number): boolean {
  const block = code >> 5
  return (((block ? (block === 4 ? high : block === 5 ? top : 0) : low) >> (code & 31)) & 1) > 0
}
