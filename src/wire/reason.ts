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
export const PACKET_TOO_LARGE = 0x95

/**
 * Whether a packet may carry `code`. Its codes come as bits, low for 0x00 to 0x1f, high for 0x80 to 0x9f, top for 0xa0
 * to 0xbf: a list of them would cost an image four bytes for each.
 */
export function allows(code: number, low: number, high: number, top: number): boolean {
  const block = code >> 5
  return (((block ? (block === 4 ? high : block === 5 ? top : 0) : low) >> (code & 31)) & 1) > 0
}
