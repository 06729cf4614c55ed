import type { Vector } from './vector'

export const connect: Vector[] = [
  {
    name: 'CONNECT as small as it gets',
    statements: [
      'mqtt311_3.1.2-1',
      'mqtt311_3.1.2-2',
      'mqtt311_3.1.2-3',
      'mqtt311_3.1.2-11',
      'mqtt311_3.1.2-13',
      'mqtt311_3.1.2-15',
      'mqtt311_3.1.2-18',
      'mqtt311_3.1.2-20',
      'mqtt311_3.1.3-3',
    ],
    version: 4,
    hex: `
      10            : CONNECT
      0c            : Remaining Length
      0004 4d515454 : protocol name MQTT
      04            : level 3.1.1
      02            : flags: Clean Session, and nothing else
      003c          : Keep Alive 60 s
      0000          : client identifier, empty`,
    fields: { cmd: 'connect', clean: true, keepalive: 60, clientId: '' },
  },
  {
    name: 'CONNECT with all that it may hold, in order',
    statements: ['mqtt311_3.1.2-8', 'mqtt311_3.1.2-9', 'mqtt311_3.1.2-19', 'mqtt311_3.1.2-21', 'mqtt311_3.1.3-1'],
    version: 4,
    hex: `
      10            : CONNECT
      28            : Remaining Length
      0004 4d515454 : protocol name MQTT
      04            : level 3.1.1
      f4            : flags: user name, password, will retained at QoS 2; the session is kept
      ffff          : Keep Alive 65535 s
      0004 6d6f7465 : client identifier mote
      0005 732fc3a974 : will topic s/ét
      0003 00ff80   : will message, binary
      0002 6d65     : user name me
      0006 70617373 ff00 : password, binary`,
    fields: {
      cmd: 'connect',
      clean: false,
      keepalive: 65535,
      clientId: 'mote',
      will: { topic: 's/ét', payload: '\0\xff\x80', qos: 2, retain: true },
      username: 'me',
      password: 'pass\xff\0',
    },
  },
  {
    name: 'CONNECT with everything empty that can be',
    statements: ['mqtt311_3.1.2-9', 'mqtt311_3.1.2-19', 'mqtt311_3.1.2-21'],
    version: 4,
    hex: `
      10            : CONNECT
      17            : Remaining Length
      0004 4d515454 : protocol name MQTT
      04            : level 3.1.1
      c6            : flags: user name, password, will at QoS 0, Clean Session
      0000          : Keep Alive off
      0002 6964     : client identifier id
      0001 77       : will topic w
      0000          : will message, empty
      0000          : user name, empty
      0000          : password, empty`,
    fields: {
      cmd: 'connect',
      clean: true,
      keepalive: 0,
      clientId: 'id',
      will: { topic: 'w', payload: '', qos: 0, retain: false },
      username: '',
      password: '',
    },
  },
  {
    name: 'CONNECT as small as it gets, property length included',
    statements: [
      'mqtt5_2.2.2-1',
      'mqtt5_3.1.2-1',
      'mqtt5_3.1.2-2',
      'mqtt5_3.1.2-3',
      'mqtt5_3.1.2-11',
      'mqtt5_3.1.2-13',
      'mqtt5_3.1.2-16',
      'mqtt5_3.1.2-18',
      'mqtt5_3.1.3-3',
    ],
    version: 5,
    hex: `
      10            : CONNECT
      0d            : Remaining Length
      0004 4d515454 : protocol name MQTT
      05            : version 5
      00            : flags: none
      000a          : Keep Alive 10 s
      00            : no properties
      0000          : client identifier, empty`,
    fields: { cmd: 'connect', clean: false, keepalive: 10, clientId: '', properties: [] },
  },
  {
    name: 'CONNECT with all that it may hold, in order',
    statements: [
      'mqtt5_3.1.2-9',
      'mqtt5_3.1.2-17',
      'mqtt5_3.1.2-19',
      'mqtt5_3.1.3-1',
      'mqtt5_1.5.7-1',
      'mqtt5_U5-WILL-1',
    ],
    version: 5,
    hex: `
      10            : CONNECT
      79            : Remaining Length
      0004 4d515454 : protocol name MQTT
      05            : version 5
      ee            : flags: user name, password, will retained at QoS 1, Clean Start
      003c          : Keep Alive 60 s
      31            : Property Length
      11 ffffffff   : Session Expiry Interval: never
      15 0001 6d    : Authentication Method m
      16 0002 00ff  : Authentication Data
      17 01         : Request Problem Information
      19 01         : Request Response Information
      21 0014       : Receive Maximum 20
      22 0005       : Topic Alias Maximum 5
      26 0001 62 0001 31 : User Property b=1
      26 0001 61 0001 32 : User Property a=2
      26 0001 62 0000    : User Property b=
      27 00000400   : Maximum Packet Size 1024
      0002 6964     : client identifier id
      2b            : Property Length of the will
      01 01         : Payload Format Indicator: text
      02 0000003c   : Message Expiry Interval 60 s
      03 000a 746578742f706c61696e : Content Type text/plain
      08 0003 722f74 : Response Topic r/t
      09 0001 07    : Correlation Data
      18 0000000a   : Will Delay Interval 10 s
      26 0001 6b 0002 c3a4 : User Property k=ä
      0001 77       : will topic w
      0002 6869     : will payload hi
      0001 75       : user name u
      0001 70       : password p`,
    fields: {
      cmd: 'connect',
      clean: true,
      keepalive: 60,
      clientId: 'id',
      will: {
        topic: 'w',
        payload: 'hi',
        qos: 1,
        retain: true,
        properties: [
          ['payloadFormatIndicator', 1],
          ['messageExpiryInterval', 60],
          ['contentType', 'text/plain'],
          ['responseTopic', 'r/t'],
          ['correlationData', '\x07'],
          ['willDelayInterval', 10],
          ['userProperty', 'k', 'ä'],
        ],
      },
      username: 'u',
      password: 'p',
      properties: [
        ['sessionExpiryInterval', 0xffffffff],
        ['authenticationMethod', 'm'],
        ['authenticationData', '\0\xff'],
        ['requestProblemInformation', 1],
        ['requestResponseInformation', 1],
        ['receiveMaximum', 20],
        ['topicAliasMaximum', 5],
        ['userProperty', 'b', '1'],
        ['userProperty', 'a', '2'],
        ['userProperty', 'b', ''],
        ['maximumPacketSize', 1024],
      ],
    },
  },
  {
    name: 'CONNECT with a will of no properties and no message',
    statements: ['mqtt5_3.1.2-9', 'mqtt5_2.2.2-1'],
    version: 5,
    hex: `
      10            : CONNECT
      13            : Remaining Length
      0004 4d515454 : protocol name MQTT
      05            : version 5
      06            : flags: will at QoS 0, Clean Start
      0000          : Keep Alive off
      00            : no properties
      0000          : client identifier, empty
      00            : no properties of the will
      0001 77       : will topic w
      0000          : will payload, empty`,
    fields: {
      cmd: 'connect',
      clean: true,
      keepalive: 0,
      clientId: '',
      will: { topic: 'w', payload: '', qos: 0, retain: false, properties: [] },
      properties: [],
    },
  },
  {
    name: 'CONNECT with a password alone',
    statements: ['mqtt5_3.1.2-16', 'mqtt5_3.1.2-19'],
    version: 5,
    hex: `
      10            : CONNECT
      12            : Remaining Length
      0004 4d515454 : protocol name MQTT
      05            : version 5
      42            : flags: password, Clean Start
      0000          : Keep Alive off
      00            : no properties
      0000          : client identifier, empty
      0003 00ff80   : password, binary`,
    fields: { cmd: 'connect', clean: true, keepalive: 0, clientId: '', password: '\0\xff\x80', properties: [] },
  },
  {
    name: 'CONNACK with a session',
    version: 4,
    hex: `
      20 : CONNACK
      02 : Remaining Length
      01 : Session Present
      00 : accepted`,
    fields: { cmd: 'connack', sessionPresent: true, returnCode: 0 },
  },
  {
    name: 'CONNACK that refuses',
    version: 4,
    hex: `
      20 : CONNACK
      02 : Remaining Length
      00 : no session
      05 : not authorised`,
    fields: { cmd: 'connack', sessionPresent: false, returnCode: 5 },
  },
  {
    name: 'CONNACK without properties',
    version: 5,
    hex: `
      20 : CONNACK
      03 : Remaining Length
      01 : Session Present
      00 : Success
      00 : no properties`,
    fields: { cmd: 'connack', sessionPresent: true, reasonCode: 0, properties: [] },
  },
  {
    name: 'CONNACK with every property that it may hold',
    statements: ['mqtt5_1.5.7-1', 'mqtt5_3.3.2-18'],
    version: 5,
    hex: `
      20           : CONNACK
      5b           : Remaining Length
      00           : no session
      00           : Success
      58           : Property Length
      11 00000e10  : Session Expiry Interval 3600 s
      12 0004 61757430 : Assigned Client Identifier aut0
      13 001e      : Server Keep Alive 30 s
      15 0002 4d31 : Authentication Method M1
      16 0003 00ff0a : Authentication Data
      1a 0001 72   : Response Information r
      1c 0003 613a31 : Server Reference a:1
      1f 0002 6f6b : Reason String ok
      21 ffff      : Receive Maximum 65535
      22 0000      : Topic Alias Maximum 0
      24 01        : Maximum QoS 1
      25 00        : Retain not available
      27 0fffffff  : Maximum Packet Size 268435455
      28 00        : no wildcard subscriptions
      29 01        : subscription identifiers
      2a 00        : no shared subscriptions
      26 0001 7a 0001 31 : User Property z=1
      26 0001 7a 0001 31 : User Property z=1 again
      26 0001 61 0001 32 : User Property a=2
      26 0000 0000 : User Property without name and value`,
    fields: {
      cmd: 'connack',
      sessionPresent: false,
      reasonCode: 0,
      properties: [
        ['sessionExpiryInterval', 3600],
        ['assignedClientIdentifier', 'aut0'],
        ['serverKeepAlive', 30],
        ['authenticationMethod', 'M1'],
        ['authenticationData', '\0\xff\n'],
        ['responseInformation', 'r'],
        ['serverReference', 'a:1'],
        ['reasonString', 'ok'],
        ['receiveMaximum', 65535],
        ['topicAliasMaximum', 0],
        ['maximumQoS', 1],
        ['retainAvailable', 0],
        ['userProperty', 'z', '1'],
        ['userProperty', 'z', '1'],
        ['userProperty', 'a', '2'],
        ['userProperty', '', ''],
        ['maximumPacketSize', 268435455],
        ['wildcardSubscriptionAvailable', 0],
        ['subscriptionIdentifiersAvailable', 1],
        ['sharedSubscriptionAvailable', 0],
      ],
    },
  },
]
