import type { Vector } from './vector'

export const publish: Vector[] = [
  {
    name: 'PUBLISH at QoS 0, without an identifier',
    statements: ['mqtt311_2.3.1-5', 'mqtt311_3.3.1-2', 'mqtt311_3.3.2-1', 'mqtt311_4.3.1-1'],
    version: 4,
    hex: `
      30          : PUBLISH
      07          : Remaining Length
      0003 612f62 : topic a/b
      0001        : payload, which is no identifier`,
    fields: { cmd: 'publish', retain: false, qos: 0, dup: false, topic: 'a/b', payload: '\0\x01' },
  },
  {
    name: 'PUBLISH without payload, retained',
    statements: ['mqtt311_3.3.1-10'],
    version: 4,
    hex: `
      31      : PUBLISH, RETAIN
      03      : Remaining Length
      0001 61 : topic a`,
    fields: { cmd: 'publish', retain: true, qos: 0, dup: false, topic: 'a', payload: '' },
  },
  {
    name: 'PUBLISH at QoS 1',
    version: 4,
    hex: `
      32      : PUBLISH, QoS 1
      06      : Remaining Length
      0001 61 : topic a
      3431    : identifier, which looks like text
      78      : payload`,
    fields: { cmd: 'publish', retain: false, qos: 1, dup: false, topic: 'a', payload: 'x', messageId: 0x3431 },
  },
  {
    name: 'PUBLISH at QoS 2 once more, retained, without payload',
    version: 4,
    hex: `
      3d      : PUBLISH, DUP, QoS 2, RETAIN
      05      : Remaining Length
      0001 61 : topic a
      ffff    : identifier`,
    fields: { cmd: 'publish', retain: true, qos: 2, dup: true, topic: 'a', payload: '', messageId: 0xffff },
  },
  {
    name: 'PUBLISH with a topic of every length of UTF-8, U+FEFF in front',
    statements: ['mqtt311_1.5.3-1', 'mqtt311_1.5.3-3'],
    version: 4,
    hex: `
      30 11     : PUBLISH
      000d      : topic length
      efbbbf    : U+FEFF
      61        : a
      c3a9      : U+00E9
      e282ac    : U+20AC
      f09f9880  : U+1F600
      3231      : payload`,
    fields: { cmd: 'publish', retain: false, qos: 0, dup: false, topic: '\ufeffaé€😀', payload: '21' },
  },
  ...[
    { length: 127, digits: '7f' },
    { length: 128, digits: '8001' },
    { length: 16383, digits: 'ff7f' },
    { length: 16384, digits: '808001' },
  ].map(
    ({ length, digits }): Vector => ({
      name: `PUBLISH of ${length} bytes behind its header`,
      statements: ['mqtt311_U-VBI-2'],
      version: 4,
      hex: `
        30 ${digits} : PUBLISH
        0001 61      : topic a
        ${length - 3}*80 : payload of bytes that look like lengths`,
      fields: { cmd: 'publish', retain: false, qos: 0, dup: false, topic: 'a', payload: '\x80'.repeat(length - 3) },
    }),
  ),
  {
    name: 'PUBLISH at QoS 0, the properties right behind the topic',
    statements: ['mqtt5_2.2.1-2', 'mqtt5_2.2.2-1', 'mqtt5_3.3.1-2', 'mqtt5_3.3.2-1', 'mqtt5_4.3.1-1'],
    version: 5,
    hex: `
      30          : PUBLISH
      08          : Remaining Length
      0003 612f62 : topic a/b
      00          : no properties
      0001        : payload`,
    fields: { cmd: 'publish', retain: false, qos: 0, dup: false, topic: 'a/b', payload: '\0\x01', properties: [] },
  },
  {
    name: 'PUBLISH at QoS 1, the first time without DUP',
    statements: ['mqtt5_4.3.2-2'],
    version: 5,
    hex: `
      32      : PUBLISH, QoS 1
      06      : Remaining Length
      0001 61 : topic a
      0102    : identifier
      00      : no properties`,
    fields: {
      cmd: 'publish',
      retain: false,
      qos: 1,
      dup: false,
      topic: 'a',
      payload: '',
      messageId: 258,
      properties: [],
    },
  },
  {
    name: 'PUBLISH at QoS 2 with every property that a client may send',
    statements: ['mqtt5_4.3.3-2', 'mqtt5_1.5.7-1', 'mqtt5_3.3.2-13', 'mqtt5_3.3.2-18', 'mqtt5_3.3.2-19'],
    version: 5,
    hex: `
      34           : PUBLISH, QoS 2
      39           : Remaining Length
      0001 61      : topic a
      00ff         : identifier
      31           : Property Length
      01 01        : Payload Format Indicator: text
      02 00000000  : Message Expiry Interval 0 s
      03 0003 e282ac : Content Type €
      08 0003 722f74 : Response Topic r/t
      09 0003 00ff80 : Correlation Data
      23 0007      : Topic Alias 7
      26 0001 62 0001 31 : User Property b=1
      26 0001 61 0001 32 : User Property a=2
      26 0001 62 0001 31 : User Property b=1 again
      7061         : payload`,
    fields: {
      cmd: 'publish',
      retain: false,
      qos: 2,
      dup: false,
      topic: 'a',
      payload: 'pa',
      messageId: 255,
      properties: [
        ['payloadFormatIndicator', 1],
        ['messageExpiryInterval', 0],
        ['contentType', '€'],
        ['responseTopic', 'r/t'],
        ['correlationData', '\0\xff\x80'],
        ['topicAlias', 7],
        ['userProperty', 'b', '1'],
        ['userProperty', 'a', '2'],
        ['userProperty', 'b', '1'],
      ],
    },
  },
  {
    name: 'PUBLISH whose alias stands for its topic',
    statements: ['mqtt5_3.3.2-1', 'mqtt5_U5-ALIAS-1'],
    version: 5,
    hex: `
      30      : PUBLISH
      07      : Remaining Length
      0000    : topic, empty
      03      : Property Length
      23 ffff : Topic Alias 65535
      78      : payload`,
    fields: {
      cmd: 'publish',
      retain: false,
      qos: 0,
      dup: false,
      topic: '',
      payload: 'x',
      properties: [['topicAlias', 65535]],
    },
  },
  {
    name: 'PUBLISH with U+FEFF and wide characters in topic and properties',
    statements: ['mqtt5_1.5.4-1', 'mqtt5_1.5.4-3'],
    version: 5,
    hex: `
      30 17         : PUBLISH
      0007          : topic length
      efbbbf f09f9880 : U+FEFF, U+1F600
      0d            : Property Length
      03 0003 efbbbf : Content Type U+FEFF
      26 0002 c3a9 0000 : User Property é=`,
    fields: {
      cmd: 'publish',
      retain: false,
      qos: 0,
      dup: false,
      topic: '\ufeff😀',
      payload: '',
      properties: [
        ['contentType', '\ufeff'],
        ['userProperty', 'é', ''],
      ],
    },
  },
]
