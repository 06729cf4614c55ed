/** The properties of 5.0 (section 2.2.2.2) that a client may send, from the standard and not from our source. */

type Type = 'byte' | 'two' | 'four' | 'varint' | 'binary' | 'text' | 'pair'

export interface PropertyRule {
  name: string
  type: Type
  /** Packets that a client may send it in. */
  packets: string[]
  /** Values other than these are a Protocol Error. */
  min?: number
  max?: number
}

const acks = ['puback', 'pubrec', 'pubrel', 'pubcomp']

function rule(name: string, type: Type, packets: string[], range: { min?: number; max?: number } = {}): PropertyRule {
  return { name, type, packets, ...range }
}

/** By identifier. */
export const PROPERTY_RULES: Record<number, PropertyRule> = {
  1: rule('payloadFormatIndicator', 'byte', ['publish', 'will'], { max: 1 }),
  2: rule('messageExpiryInterval', 'four', ['publish', 'will']),
  3: rule('contentType', 'text', ['publish', 'will']),
  8: rule('responseTopic', 'text', ['publish', 'will']),
  9: rule('correlationData', 'binary', ['publish', 'will']),
  11: rule('subscriptionIdentifier', 'varint', ['subscribe'], { min: 1 }),
  17: rule('sessionExpiryInterval', 'four', ['connect', 'disconnect']),
  21: rule('authenticationMethod', 'text', ['connect', 'auth']),
  22: rule('authenticationData', 'binary', ['connect', 'auth']),
  23: rule('requestProblemInformation', 'byte', ['connect'], { max: 1 }),
  24: rule('willDelayInterval', 'four', ['will']),
  25: rule('requestResponseInformation', 'byte', ['connect'], { max: 1 }),
  31: rule('reasonString', 'text', [...acks, 'disconnect', 'auth']),
  33: rule('receiveMaximum', 'two', ['connect'], { min: 1 }),
  34: rule('topicAliasMaximum', 'two', ['connect']),
  35: rule('topicAlias', 'two', ['publish'], { min: 1 }),
  38: rule('userProperty', 'pair', [
    'connect',
    'will',
    'publish',
    ...acks,
    'subscribe',
    'unsubscribe',
    'disconnect',
    'auth',
  ]),
  39: rule('maximumPacketSize', 'four', ['connect'], { min: 1 }),
}

/** Reason codes that a client may send. */
export const REASON_CODES: Record<string, number[]> = {
  puback: [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  pubrec: [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  pubrel: [0x00, 0x92],
  pubcomp: [0x00, 0x92],
  disconnect: [0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99],
  auth: [0x18, 0x19],
}
