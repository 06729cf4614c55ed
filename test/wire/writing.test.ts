import { describe, expect, it } from 'vitest'
import { writeAck } from '../../src/wire/ack'
import { writeAuth } from '../../src/wire/auth'
import {
  CLEAN_SESSION,
  PASSWORD,
  prepareConnect,
  USER_NAME,
  WILL,
  WILL_QOS_1,
  WILL_QOS_2,
  WILL_RETAIN,
  writeConnect,
} from '../../src/wire/connect'
import { writeDisconnect } from '../../src/wire/disconnect'
import {
  field,
  header,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  packetId,
  readVarint,
  varint,
} from '../../src/wire/header'
import { block, essential, IN_ACK, IN_DISCONNECT } from '../../src/wire/properties'
import { again, DUP, flags, QOS_1, QOS_2, RETAIN, writePublish, writePublishQos } from '../../src/wire/publish'
import { CONTINUE_AUTHENTICATION, MALFORMED_PACKET, REAUTHENTICATE, SUCCESS } from '../../src/wire/reason'
import * as why from '../../src/wire/refusal'
import { NO_LOCAL, subscription, writeSubscribe, writeUnsubscribe } from '../../src/wire/subscribe'
import { topicFilter, topicName } from '../../src/wire/topic'
import { prepare } from '../../src/wire/utf8'
import { bytes, hex } from './bytes'
import { writeProperties } from './fields'
import { parsed } from './oracle'

function refused(bytes: string, reason: number) {
  expect(bytes).toBe('')
  expect(why.refusal).toBe(reason)
}

const topic = topicName(prepare('a'))
const filter = topicFilter(prepare('a/#'), true)
const id = prepare('id')

describe('lengths', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [16383, 'ff7f'],
    [16384, '808001'],
    [2097151, 'ffff7f'],
    [2097152, '80808001'],
    [268435455, 'ffffff7f'],
  ])('%i take as few bytes as they can (mqtt5_1.5.5-1 mqtt311_U-VBI-2 mqtt5_U-VBI-2)', (length, digits) => {
    expect(hex(varint(length))).toBe(digits)
    expect(readVarint(`x${varint(length)}x`, 1)).toBe(length)
    const packet = header(PUBLISH, 'x'.repeat(length))
    expect(packet.length).toBe(1 + digits.length / 2 + length)
    if (length < 3000000) expect(hex(packet.slice(1, 1 + digits.length / 2))).toBe(digits)
  })

  it.each(['80', 'ffffff', '8000', '808000', '80808000', 'ffffffff', 'ffffffff7f'])('are not read from %s', digits => {
    expect(readVarint(bytes(digits), 0)).toBe(-MALFORMED_PACKET)
  })

  it('over 268,435,455 cannot be written (mqtt311_U-VBI-2 mqtt5_U-VBI-2)', () => {
    refused(header(PUBLISH, 'x'.repeat(268435456)), why.TOO_LONG)
    refused(writePublish(topic, 'x'.repeat(268435455), 0), why.TOO_LONG)
  })

  it('of fields end at 65,535 bytes, not characters (mqtt311_3.8.3-1 mqtt311_U-BIN-1 mqtt5_U-BIN-1)', () => {
    expect(field('\xff'.repeat(65535))).toBe('\xff\xff' + '\xff'.repeat(65535))
    refused(field('x'.repeat(65536)), why.TOO_LONG)
    expect(prepare('é'.repeat(32767))).toHaveLength(65536)
    refused(prepare('é'.repeat(32768)), why.TOO_LONG)
  })
})

describe('identifiers', () => {
  it('are two bytes, high byte first (mqtt311_2.3.1-6 mqtt5_2.2.1-5)', () => {
    expect([1, 255, 256, 0x3431, 65535].map(id => hex(packetId(id)))).toEqual(['0001', '00ff', '0100', '3431', 'ffff'])
  })

  it.each([0, -1, 65536, Number.NaN, Number.POSITIVE_INFINITY])('%d is none (mqtt311_2.3.1-1)', id => {
    refused(packetId(id), why.BAD_PACKET_ID)
    refused(writePublishQos(QOS_1, topic, id, '', 'x'), why.BAD_PACKET_ID)
    refused(writeAck(PUBACK, id, 0, ''), why.BAD_PACKET_ID)
    refused(writeSubscribe(id, '', filter + '\0'), why.BAD_PACKET_ID)
    refused(writeUnsubscribe(id, '', filter), why.BAD_PACKET_ID)
  })
})

describe('CONNECT', () => {
  const connect = (
    flags: number,
    rest: { will?: string; user?: string; password?: string; properties?: string } = {},
  ) => prepareConnect(flags, 10, id, rest.will ?? '', rest.user ?? '', rest.password ?? '', rest.properties ?? '')
  const will = topic + field('gone')

  it(
    'has the flags that its pieces ask for, bit 0 never (mqtt311_3.1.2-3 mqtt311_3.1.2-8 ' +
      'mqtt311_3.1.2-18 mqtt311_3.1.2-20 mqtt5_3.1.2-3 mqtt5_3.1.2-16 mqtt5_3.1.2-18)',
    () => {
      const flagsOf = (packet: string) => packet.charCodeAt(9)
      for (const properties of ['', '\0']) {
        const part = properties + will
        expect(flagsOf(connect(0, { properties }))).toBe(0)
        expect(flagsOf(connect(CLEAN_SESSION, { properties }))).toBe(CLEAN_SESSION)
        for (const extra of [0, WILL_QOS_1, WILL_QOS_2, WILL_RETAIN, WILL_QOS_2 | WILL_RETAIN])
          expect(flagsOf(connect(extra, { will: part, properties }))).toBe(WILL | extra)
        expect(flagsOf(connect(0, { user: prepare(''), properties }))).toBe(USER_NAME)
        expect(flagsOf(connect(0, { user: id, password: field(''), properties }))).toBe(USER_NAME | PASSWORD)
      }
      expect(flagsOf(connect(0, { password: field(''), properties: '\0' }))).toBe(PASSWORD)
    },
  )

  it.each(['', '\0'])(
    'has no will flags without a will, and no QoS 3, properties %j (mqtt311_3.1.2-11 ' +
      'mqtt311_3.1.2-13 mqtt311_3.1.2-14 mqtt311_3.1.2-15 mqtt5_3.1.2-11 mqtt5_3.1.2-12 ' +
      'mqtt5_3.1.2-13)',
    properties => {
      for (const flags of [WILL_QOS_1, WILL_QOS_2, WILL_RETAIN]) refused(connect(flags, { properties }), why.BAD_FLAGS)
      refused(connect(WILL_QOS_1 | WILL_QOS_2, { will, properties }), why.BAD_FLAGS)
      for (const flags of [1, WILL, PASSWORD, USER_NAME, 256])
        refused(connect(flags, { will, properties }), why.BAD_FLAGS)
    },
  )

  it.each([-1, 65536, Number.NaN])('keeps alive for no %d seconds', seconds => {
    refused(prepareConnect(CLEAN_SESSION, seconds, id, '', '', '', ''), why.OUT_OF_RANGE)
  })

  it('of 3.1.1 has no password without a user name (mqtt311_3.1.2-22)', () => {
    refused(connect(0, { password: field('secret') }), why.NO_USER_NAME)
  })

  it('of 3.1.1 keeps no session without a client identifier; 5.0 does (mqtt311_3.1.3-7)', () => {
    refused(prepareConnect(0, 10, prepare(''), '', '', '', ''), why.NO_CLIENT_ID)
    expect(prepareConnect(CLEAN_SESSION, 10, prepare(''), '', '', '', '')).toHaveLength(14)
    expect(prepareConnect(0, 10, prepare(''), '', '', '', '\0')).toHaveLength(15)
  })

  it(
    'is not written of a text that UTF-8 or MQTT forbids (mqtt311_1.5.3-1 mqtt311_1.5.3-2 ' +
      'mqtt311_3.1.3-4 mqtt311_3.1.3-11 mqtt5_1.5.4-1 mqtt5_1.5.4-2 mqtt5_3.1.3-4 ' +
      'mqtt5_3.1.3-12)',
    () => {
      refused(prepareConnect(CLEAN_SESSION, 10, prepare('a\ud800'), '', '', '', ''), why.LONE_SURROGATE)
      refused(prepareConnect(CLEAN_SESSION, 10, prepare('a\0b'), '', '', '', '\0'), why.NUL_CHARACTER)
      refused(prepare('user\udc00'), why.LONE_SURROGATE)
    },
  )

  it('has a will topic that is a topic name (mqtt311_3.1.3-10 mqtt5_3.1.3-11)', () => {
    for (const text of ['', 'a/+', '#', 'a#b']) refused(topicName(prepare(text)), why.BAD_NAME)
    refused(topicName(prepare('w\0')), why.NUL_CHARACTER)
    refused(topicName(prepare('w\ud800')), why.LONE_SURROGATE)
  })

  it('of ready pieces is the same', () => {
    const fields = id + will + id + field('secret')
    expect(writeConnect(0xce, 10, fields)).toBe(connect(8 | 2, { will, user: id, password: field('secret') }))
    const newer = id + '\0' + will
    expect(writeConnect(0x26, 10, newer, '\0')).toBe(connect(32 | 2, { will: '\0' + will, properties: '\0' }))
  })
})

describe('PUBLISH', () => {
  it(
    'at QoS 0 has neither DUP nor another QoS, whatever is asked for (mqtt311_3.3.1-2 ' +
      'mqtt311_4.3.1-1 mqtt5_3.3.1-2 mqtt5_4.3.1-1)',
    () => {
      for (let flag = 0; flag < 16; flag++) expect(flags(writePublish(topic, '', flag))).toBe(flag & RETAIN)
    },
  )

  it('has no QoS 3, and above QoS 0 only its own flags (mqtt311_3.3.1-4 mqtt5_3.3.1-4)', () => {
    for (let flag = -1; flag < 17; flag++) {
      const packet = writePublishQos(flag, topic, 1, '', '')
      if (flag >= QOS_1 && flag <= (QOS_2 | RETAIN)) expect(flags(packet)).toBe(flag)
      else refused(packet, why.BAD_FLAGS)
    }
  })

  it('has DUP when it is sent again, and nothing else changes', () => {
    const packet = writePublishQos(QOS_2 | RETAIN, topic, 7, '\0', 'x')
    expect(flags(again(packet))).toBe(DUP | QOS_2 | RETAIN)
    expect(again(packet).slice(1)).toBe(packet.slice(1))
    expect(again(again(packet))).toBe(again(packet))
  })

  it('is not written to a topic that was refused (mqtt311_3.3.2-1 mqtt5_3.3.2-1)', () => {
    for (const text of ['', 'a/+', 'a\ud800', 'a\0']) {
      expect(writePublish(topicName(prepare(text)), 'x', 0)).toBe('')
      expect(writePublishQos(QOS_1, topicName(prepare(text)), 1, '', 'x')).toBe('')
    }
  })
})

describe('SUBSCRIBE and UNSUBSCRIBE', () => {
  it('have at least one filter (mqtt311_3.8.3-3 mqtt311_3.10.3-2 mqtt5_3.8.3-2 mqtt5_3.10.3-2)', () => {
    for (const properties of ['', '\0']) {
      refused(writeSubscribe(1, properties, ''), why.NO_FILTER)
      refused(writeUnsubscribe(1, properties, ''), why.NO_FILTER)
    }
  })

  it(
    'have no filter that UTF-8 or MQTT forbids (mqtt311_3.8.3-1 mqtt311_3.10.3-1 ' + 'mqtt5_3.8.3-1 mqtt5_3.10.3-1)',
    () => {
      for (const text of ['a\ud800', 'a\0', 'a#', '', 'x'.repeat(65536)]) {
        expect(topicFilter(prepare(text), false)).toBe('')
        expect(subscription(topicFilter(prepare(text), true), 0, true)).toBe('')
      }
    },
  )

  it('of 3.1.1 ask for QoS 0 to 2 and nothing more (mqtt311_3.8.3-4)', () => {
    for (let options = 0; options < 256; options++) {
      const entry = subscription(filter, options, false)
      if (options < 3) expect(entry).toBe(filter + String.fromCharCode(options))
      else refused(entry, why.BAD_FLAGS)
    }
  })

  it('of 5.0 ask for what is defined (mqtt5_3.8.3-3 mqtt5_3.8.3-5)', () => {
    for (let options = 0; options < 256; options++) {
      const entry = subscription(filter, options, true)
      if ((options & 3) < 3 && options >> 4 < 3) expect(entry).toBe(filter + String.fromCharCode(options))
      else refused(entry, why.BAD_FLAGS)
    }
  })

  it('have no No Local on a shared subscription', () => {
    const shared = topicFilter(prepare('$share/g/a'), true)
    refused(subscription(shared, NO_LOCAL, true), why.BAD_FLAGS)
    expect(subscription(shared, 2, true)).toBe(shared + '\x02')
    expect(subscription(filter, NO_LOCAL, true)).toBe(filter + '\x04')
  })
})

describe('PUBACK, PUBREC, PUBREL, PUBCOMP, DISCONNECT and AUTH', () => {
  const problem = writeProperties([
    ['userProperty', 'a', '1'],
    ['reasonString', 'no'],
    ['userProperty', 'b', '2'],
  ])

  it(
    'do without problem information where it is too long for the server, and without nothing ' +
      'else (mqtt5_3.2.2-15 mqtt5_3.4.2-2 mqtt5_3.4.2-3 mqtt5_3.5.2-2 mqtt5_3.5.2-3 ' +
      'mqtt5_3.6.2-2 mqtt5_3.6.2-3 mqtt5_3.7.2-2 mqtt5_3.7.2-3 mqtt5_3.14.2-3 mqtt5_3.14.2-4 ' +
      'mqtt5_3.15.2-2 mqtt5_3.15.2-3)',
    () => {
      for (const ack of [PUBACK, PUBREC, PUBREL, PUBCOMP]) {
        expect(writeAck(ack, 1, 0, block(IN_ACK, problem))).toHaveLength(5 + 1 + problem.length)
        expect(writeAck(ack, 1, 0, block(IN_ACK, essential(problem)))).toHaveLength(4)
      }
      const expiry = writeProperties([['sessionExpiryInterval', 60]])
      expect(essential(problem + expiry + problem)).toBe(expiry)
      expect(hex(writeDisconnect(0, block(IN_DISCONNECT, essential(problem + expiry))))).toBe('e0070005110000003c')
      const data = writeProperties([['authenticationData', 'x']])
      expect(hex(writeAuth(CONTINUE_AUTHENTICATION, prepare('m'), essential(data + problem)))).toBe(
        'f00a18081500016d16000178',
      )
    },
  )

  it('are as short as they can be', () => {
    for (const none of ['', '\0']) {
      expect(hex(writeAck(PUBREC, 1, 0, none))).toBe('50020001')
      expect(hex(writeAck(PUBREL, 1, 0x92, none))).toBe('6203000192')
      expect(hex(writeDisconnect(0, none))).toBe('e000')
      expect(hex(writeDisconnect(4, none))).toBe('e00104')
    }
  })

  it(
    'AUTH goes on or starts anew, always with the method (mqtt5_3.15.2-1 mqtt5_4.12.0-3 ' +
      'mqtt5_4.12.0-5 mqtt5_4.12.1-1)',
    () => {
      const method = prepare('m')
      for (const reason of [CONTINUE_AUTHENTICATION, REAUTHENTICATE]) {
        const packet = writeAuth(reason, method, '')
        expect(parsed(5, packet)).toMatchObject({ reasonCode: reason, properties: { authenticationMethod: 'm' } })
      }
      for (const reason of [SUCCESS, 4, 0x87]) refused(writeAuth(reason, method, ''), why.BAD_REASON)
      refused(writeAuth(CONTINUE_AUTHENTICATION, prepare('\ud800'), ''), why.LONE_SURROGATE)
      refused(
        writeAuth(CONTINUE_AUTHENTICATION, method, writeProperties([['authenticationMethod', 'm']])),
        why.BAD_PROPERTY,
      )
    },
  )
})
