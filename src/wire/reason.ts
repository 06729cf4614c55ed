/** Reason codes of MQTT 5.0 section 2.4: the words in which both versions report what is wrong with the bytes of a peer. */
export const MALFORMED_PACKET = 0x81
export const PROTOCOL_ERROR = 0x82
export const PACKET_TOO_LARGE = 0x95
