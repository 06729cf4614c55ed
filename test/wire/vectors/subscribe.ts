import type { Vector } from './vector'

export const subscribe: Vector[] = [
  {
    name: 'SUBSCRIBE to two filters',
    statements: ['mqtt311_2.2.2-1', 'mqtt311_3.8.1-1', 'mqtt311_3.8.3-1', 'mqtt311_3.8.3-4'],
    version: 4,
    hex: `
      82          : SUBSCRIBE
      0d          : Remaining Length
      000a        : identifier
      0003 612f23 : filter a/#
      01          : QoS 1
      0002 c3a9   : filter é
      02          : QoS 2`,
    fields: {
      cmd: 'subscribe',
      messageId: 10,
      subscriptions: [
        { topic: 'a/#', qos: 1 },
        { topic: 'é', qos: 2 },
      ],
    },
  },
  {
    name: 'SUBACK for three filters',
    version: 4,
    hex: `
      90   : SUBACK
      05   : Remaining Length
      000a : identifier
      00   : granted QoS 0
      02   : granted QoS 2
      80   : failed`,
    fields: { cmd: 'suback', messageId: 10, granted: [0, 2, 128] },
  },
  {
    name: 'UNSUBSCRIBE from two filters',
    statements: ['mqtt311_2.2.2-1', 'mqtt311_3.10.1-1', 'mqtt311_3.10.3-1'],
    version: 4,
    hex: `
      a2          : UNSUBSCRIBE
      0a          : Remaining Length
      ffff        : identifier
      0001 2b     : filter +
      0003 612f23 : filter a/#, without options`,
    fields: { cmd: 'unsubscribe', messageId: 65535, unsubscriptions: ['+', 'a/#'] },
  },
  {
    name: 'UNSUBACK',
    version: 4,
    hex: `
      b0   : UNSUBACK
      02   : Remaining Length
      0100 : identifier`,
    fields: { cmd: 'unsuback', messageId: 256 },
  },
  {
    name: 'SUBSCRIBE with every option',
    statements: [
      'mqtt5_2.1.3-1',
      'mqtt5_2.2.2-1',
      'mqtt5_3.3.1-13',
      'mqtt5_3.8.1-1',
      'mqtt5_3.8.3-1',
      'mqtt5_3.8.3-3',
      'mqtt5_3.8.3-5',
    ],
    version: 5,
    hex: `
      82          : SUBSCRIBE
      18          : Remaining Length
      0001        : identifier
      00          : no properties
      0001 61     : filter a
      06          : QoS 2, No Local
      0001 62     : filter b
      19          : QoS 1, Retain As Published, retained messages if it is new
      000a        : length of the filter
      2473686172652f672f63 : $share/g/c
      20          : QoS 0, no retained messages`,
    fields: {
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [
        { topic: 'a', qos: 2, nl: true, rap: false, rh: 0 },
        { topic: 'b', qos: 1, nl: false, rap: true, rh: 1 },
        { topic: '$share/g/c', qos: 0, nl: false, rap: false, rh: 2 },
      ],
      properties: [],
    },
  },
  {
    name: 'SUBSCRIBE with a Subscription Identifier of four bytes',
    statements: ['mqtt5_1.5.5-1'],
    version: 5,
    hex: `
      82          : SUBSCRIBE
      13          : Remaining Length
      0001        : identifier
      0c          : Property Length
      0b ffffff7f : Subscription Identifier 268435455
      26 0001 6b 0001 76 : User Property k=v
      0001 61     : filter a
      00          : QoS 0`,
    fields: {
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'a', qos: 0, nl: false, rap: false, rh: 0 }],
      properties: [
        ['subscriptionIdentifier', 268435455],
        ['userProperty', 'k', 'v'],
      ],
    },
  },
  {
    name: 'SUBACK with a property and several codes',
    version: 5,
    hex: `
      90   : SUBACK
      0a   : Remaining Length
      0002 : identifier
      04   : Property Length
      1f 0001 73 : Reason String s
      01   : granted QoS 1
      87   : Not authorized
      a2   : no wildcard subscriptions`,
    fields: { cmd: 'suback', messageId: 2, granted: [1, 0x87, 0xa2], properties: [['reasonString', 's']] },
  },
  {
    name: 'UNSUBSCRIBE',
    statements: ['mqtt5_2.2.2-1', 'mqtt5_3.10.1-1', 'mqtt5_3.10.3-1'],
    version: 5,
    hex: `
      a2      : UNSUBSCRIBE
      06      : Remaining Length
      0003    : identifier
      00      : no properties
      0001 23 : filter #`,
    fields: { cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['#'], properties: [] },
  },
  {
    name: 'UNSUBACK, where no subscription existed is no failure',
    statements: ['mqtt5_3.10.4-5'],
    version: 5,
    hex: `
      b0   : UNSUBACK
      06   : Remaining Length
      0003 : identifier
      00   : no properties
      00   : Success
      11   : No subscription existed
      8f   : Topic Filter invalid`,
    fields: { cmd: 'unsuback', messageId: 3, granted: [0, 0x11, 0x8f], properties: [] },
  },
]
