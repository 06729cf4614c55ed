import { describe, expect, it } from 'vitest'
import { packet } from '../../src/wire/packet'
import { find, numberOf, REASON_STRING, TOPIC_ALIAS } from '../../src/wire/properties'
import { ALIASED, idOf, PUBLISHES, readPublish } from '../../src/wire/publish'
import { MALFORMED_PACKET, PACKET_TOO_LARGE, PROTOCOL_ERROR } from '../../src/wire/reason'
import { bytes, hex } from './bytes'
import { decoder, type Version } from './fields'

type Row = [name: string, hex: string, reason: number]

/** Refused whole, byte by byte, and behind a packet that is taken; never left waiting for more. */
function refuses(version: Version, rows: Row[]) {
  it.each(rows)(`${version}: %s`, (_name, digits, reason) => {
    const bad = bytes(digits)
    const whole = decoder(version)
    expect(whole.feed(bad)).toBe(-reason)
    expect(whole.packets).toEqual([])
    const slow = decoder(version)
    let fault = 0
    for (const byte of bad) fault = fault || slow.feed(byte)
    expect(fault).toBe(-reason)
    expect(slow.packets).toEqual([])
    const second = decoder(version)
    expect(second.feed('\xd0\0' + bad)).toBe(-reason)
    expect(second.packets).toHaveLength(1)
  })
}

function takes(version: Version, digits: string) {
  const d = decoder(version)
  expect(d.feed(bytes(digits))).toBe(0)
  return d.packets
}

/** Bytes that are not UTF-8 as MQTT wants it. */
const ILL_FORMED: [name: string, hex: string][] = [
  ['an encoded surrogate', '61eda080'],
  ['an encoded surrogate pair', 'eda0bdedb880'],
  ['an overlong slash', 'c0af'],
  ['an overlong slash in three bytes', 'e080af'],
  ['an overlong slash in four bytes', 'f08080af'],
  ['an overlong NUL', 'c080'],
  ['a stray continuation byte', '80'],
  ['a sequence that is cut', 'e282'],
  ['a sequence that a letter cuts', 'e28261'],
  ['a character above U+10FFFF', 'f4908080'],
  ['a lead byte that UTF-8 does not have', 'f8888080'],
  ['the byte ff', '6aff'],
]
const sized = (digits: string) => (digits.length / 2).toString(16).padStart(4, '0') + digits
const framed = (first: string, body: string) => first + (body.length / 2).toString(16).padStart(2, '0') + body

describe('what is refused of every packet', () => {
  refuses(4, [
    ['a Remaining Length of five bytes (mqtt311_U-VBI-1)', '30ffffffff01', MALFORMED_PACKET],
    [
      'a fourth length byte that wants a fifth, without waiting for it (mqtt311_U-VBI-1)',
      '30ffffffff',
      MALFORMED_PACKET,
    ],
    ['a length in more bytes than it needs, our choice in 3.1.1 (mqtt311_U-VBI-3)', 'd08000', MALFORMED_PACKET],
    ['a length in four bytes for three', '30ffff8000', MALFORMED_PACKET],
    ['the reserved type 0 (mqtt311_U-TYPE-1)', '0000', PROTOCOL_ERROR],
    ['type 15, which is reserved (mqtt311_U-TYPE-1)', 'f000', PROTOCOL_ERROR],
    ['CONNECT, which only clients send (mqtt311_U-TYPE-1)', '100c00044d5154540402003c0000', PROTOCOL_ERROR],
    ['SUBSCRIBE, which only clients send (mqtt311_U-TYPE-1)', '8206000100016100', PROTOCOL_ERROR],
    ['UNSUBSCRIBE, which only clients send (mqtt311_U-TYPE-1)', 'a2050001000161', PROTOCOL_ERROR],
    ['PINGREQ, which only clients send (mqtt311_U-TYPE-1)', 'c000', PROTOCOL_ERROR],
    ['DISCONNECT, which only clients of 3.1.1 send (mqtt311_3.14.1-1 mqtt311_U-TYPE-1)', 'e000', PROTOCOL_ERROR],
  ])
  refuses(5, [
    ['a Remaining Length of five bytes (mqtt5_1.5.5-1 mqtt5_U-VBI-1)', '30ffffffff01', MALFORMED_PACKET],
    ['a fourth length byte that wants a fifth (mqtt5_1.5.5-1 mqtt5_U-VBI-1)', '30ffffffff', MALFORMED_PACKET],
    ['a length in more bytes than it needs (mqtt5_1.5.5-1)', 'd08000', MALFORMED_PACKET],
    ['the reserved type 0 (mqtt5_U-TYPE-1)', '0000', PROTOCOL_ERROR],
    ['CONNECT, which only clients send (mqtt5_U-TYPE-1)', '100d00044d5154540502003c000000', PROTOCOL_ERROR],
    ['SUBSCRIBE, which only clients send (mqtt5_U-TYPE-1)', '820700010000016100', PROTOCOL_ERROR],
    ['UNSUBSCRIBE, which only clients send (mqtt5_U-TYPE-1)', 'a206000100000161', PROTOCOL_ERROR],
    ['PINGREQ, which only clients send (mqtt5_U-TYPE-1)', 'c000', PROTOCOL_ERROR],
  ])

  it.each<Version>([4, 5])(
    '%i: every first byte but those that a server may send, at its header (mqtt311_2.2.2-2 mqtt5_2.1.3-1)',
    version => {
      const legal = [...PUBLISHES, '\x20', '\x40', '\x50', '\x62', '\x70', '\x90', '\xb0', '\xd0']
      if (version === 5) legal.push('\xe0', '\xf0')
      for (let first = 0; first < 256; first++) {
        const byte = String.fromCharCode(first)
        const fixed = [2, 0, 2, 0, 2][(first >> 4) - 6] ?? 0
        const wrong = first >> 4 !== 3 && (first & 15) !== fixed
        const expected = legal.includes(byte) ? 0 : wrong || first >> 4 === 3 ? -MALFORMED_PACKET : -PROTOCOL_ERROR
        expect(decoder(version).feed(byte), hex(byte)).toBe(expected)
      }
    },
  )

  refuses(4, [
    ['PUBACK with flags (mqtt311_2.2.2-2)', '41020001', MALFORMED_PACKET],
    ['PUBREL without its flag (mqtt311_2.2.2-2 mqtt311_3.6.1-1)', '60020001', MALFORMED_PACKET],
    ['PUBREL with the DUP of MQTT 3.1 (mqtt311_2.2.2-2 mqtt311_3.6.1-1)', '6a020001', MALFORMED_PACKET],
    ['PUBLISH of QoS 3 (mqtt311_3.3.1-4)', '36050001610001', MALFORMED_PACKET],
    ['PUBLISH of QoS 3, retained (mqtt311_3.3.1-4)', '3f050001610001', MALFORMED_PACKET],
    ['PUBLISH with DUP at QoS 0 (mqtt311_3.3.1-2)', '3803000161', MALFORMED_PACKET],
    ['PUBLISH with DUP at QoS 0, retained (mqtt311_3.3.1-2)', '3903000161', MALFORMED_PACKET],
  ])
  refuses(5, [
    ['PUBREL without its flag (mqtt5_2.1.3-1 mqtt5_3.6.1-1)', '60020001', MALFORMED_PACKET],
    ['DISCONNECT with a flag (mqtt5_2.1.3-1 mqtt5_3.14.1-1)', 'e100', MALFORMED_PACKET],
    ['AUTH with a flag (mqtt5_2.1.3-1 mqtt5_3.15.1-1)', 'f100', MALFORMED_PACKET],
    ['PUBLISH of QoS 3 (mqtt5_3.3.1-4)', '3606000161000100', MALFORMED_PACKET],
    ['PUBLISH with DUP at QoS 0 (mqtt5_3.3.1-2)', '380400016100', MALFORMED_PACKET],
  ])
})

describe('CONNACK is refused', () => {
  refuses(4, [
    ['with a length of 1 (mqtt311_U-LEN-1)', '200100', PROTOCOL_ERROR],
    ['with a length of 3, as in 5.0 (mqtt311_U-LEN-1)', '2003000000', PROTOCOL_ERROR],
    ['without a body (mqtt311_U-LEN-1)', '2000', PROTOCOL_ERROR],
    ['with a reserved flag (mqtt311_3.2.2-4)', '20020200', PROTOCOL_ERROR],
    ['with a session beside a refusal (mqtt311_3.2.2-4)', '20020105', PROTOCOL_ERROR],
    ['with a code that is reserved', '20020006', PROTOCOL_ERROR],
  ])
  refuses(5, [
    ['in the form of 3.1.1 (mqtt5_2.2.2-1 mqtt5_3.1.2-2)', '20020000', MALFORMED_PACKET],
    ['as a refusal in the form of 3.1.1 (mqtt5_3.1.2-2)', '20020001', PROTOCOL_ERROR],
    ['with a length of 1 (mqtt5_U-LEN-1)', '200100', PROTOCOL_ERROR],
    ['with a reserved flag (mqtt5_3.2.2-1)', '2003020000', PROTOCOL_ERROR],
    ['with a session beside a refusal (mqtt5_3.2.2-6)', '2003018700', PROTOCOL_ERROR],
    ['with a code of another packet (mqtt5_3.2.2-8)', '2003000100', PROTOCOL_ERROR],
    ['with Maximum QoS 2 (mqtt5_3.2.2-9 mqtt5_U5-PROP-4)', '20050000022402', PROTOCOL_ERROR],
    ['with bytes behind the properties (mqtt5_U-LEN-1)', '200400000000', MALFORMED_PACKET],
    ['with data but no method to authenticate (mqtt5_U5-PROP-5)', '2007000004160001ff', PROTOCOL_ERROR],
  ])

  it.each<Version>([4, 5])(
    '%i: twice, when it is taken off the table after the first (mqtt311_3.2.0-1 mqtt5_3.2.0-1 mqtt5_3.2.0-2)',
    version => {
      const connack = version === 4 ? '20020000' : '2003000000'
      const d = decoder(version)
      const all = d._takers
      d._takers = {
        '\x20': (d, packet, at) => {
          const { '\x20': take, ...others } = all
          d._takers = others
          return take(d, packet, at)
        },
      }
      for (const early of ['30020000', 'd000', '9003000100'])
        expect(d.feed(bytes(early).slice(0, 1))).toBe(-PROTOCOL_ERROR)
      expect(d.feed(bytes(`${connack} d000 ${connack}`))).toBe(-PROTOCOL_ERROR)
      expect(d.packets.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp'])
    },
  )
})

describe('PUBLISH is refused', () => {
  refuses(4, [
    ['with an empty topic (mqtt311_4.7.3-1)', '30020000', MALFORMED_PACKET],
    ['without a body', '3000', MALFORMED_PACKET],
    ['with half a topic length (mqtt311_3.3.2-1)', '300100', MALFORMED_PACKET],
    ['with a topic that leaves the packet (mqtt311_3.3.2-1)', '300400056162', MALFORMED_PACKET],
    ['with a topic that leaves the packet by one byte (mqtt311_3.3.2-1)', '32050004616162', MALFORMED_PACKET],
    ['with + in its topic (mqtt311_3.3.2-2)', '30050003612f2b', MALFORMED_PACKET],
    ['with # in its topic (mqtt311_3.3.2-2)', '3003000123', MALFORMED_PACKET],
    ['with U+0000 in its topic (mqtt311_1.5.3-2 mqtt311_4.7.3-2)', '30050003610062', MALFORMED_PACKET],
    ['with a wildcard behind a wide character (mqtt311_3.3.2-2)', '30050003c3a923', MALFORMED_PACKET],
    ['above QoS 0 without an identifier (mqtt311_2.3.1-1)', '3203000161', MALFORMED_PACKET],
    ['above QoS 0 with half an identifier (mqtt311_2.3.1-1)', '340400016100', MALFORMED_PACKET],
    ['above QoS 0 with the identifier 0 (mqtt311_2.3.1-1)', '32050001610000', PROTOCOL_ERROR],
    ...ILL_FORMED.map(
      ([name, digits]): Row => [
        `with ${name} in its topic (mqtt311_1.5.3-1)`,
        framed('30', sized(digits)),
        MALFORMED_PACKET,
      ],
    ),
  ])
  refuses(5, [
    ['with an empty topic and no alias (mqtt5_3.3.2-1 mqtt5_4.7.3-1)', '3003000000', PROTOCOL_ERROR],
    ['with an empty topic and another property (mqtt5_3.3.2-1 mqtt5_4.7.3-1)', '30050000020100', PROTOCOL_ERROR],
    ['with a topic that leaves the packet (mqtt5_3.3.2-1)', '300400056162', MALFORMED_PACKET],
    ['without a property length (mqtt5_2.2.2-1)', '3003000161', MALFORMED_PACKET],
    ['at QoS 1 without a property length (mqtt5_2.2.2-1)', '32050001610001', MALFORMED_PACKET],
    ['with + in its topic (mqtt5_3.3.2-2)', '30060003612f2b00', MALFORMED_PACKET],
    ['with U+0000 in its topic (mqtt5_1.5.4-2 mqtt5_4.7.3-2)', '3006000361006200', MALFORMED_PACKET],
    ['with the identifier 0 (mqtt5_2.2.1-4)', '3206000161000000', PROTOCOL_ERROR],
    ['with Topic Alias 0 (mqtt5_3.3.2-8 mqtt5_U5-PROP-4)', '300700016103230000', PROTOCOL_ERROR],
    ['with Subscription Identifier 0 (mqtt5_U5-PROP-4)', '3006000161020b00', PROTOCOL_ERROR],
    [
      'with a Subscription Identifier in more bytes than it needs (mqtt5_1.5.5-1)',
      '3007000161030b8100',
      MALFORMED_PACKET,
    ],
    ['with a Response Topic that holds a wildcard (mqtt5_3.3.2-14)', '300a00016106080003612f23', MALFORMED_PACKET],
    ['with an empty Response Topic (mqtt5_4.7.3-1)', '300700016103080000', MALFORMED_PACKET],
    ...ILL_FORMED.flatMap(([name, digits]): Row[] => [
      [`with ${name} in its topic (mqtt5_1.5.4-1)`, framed('30', `${sized(digits)}00`), MALFORMED_PACKET],
      [
        `with ${name} in its Response Topic (mqtt5_1.5.4-1 mqtt5_3.3.2-13)`,
        framed('30', `000161${framed('', `08${sized(digits)}`)}`),
        MALFORMED_PACKET,
      ],
      [
        `with ${name} in its Content Type (mqtt5_1.5.4-1)`,
        framed('30', `000161${framed('', `03${sized(digits)}`)}`),
        MALFORMED_PACKET,
      ],
      [
        `with ${name} in the name of a User Property (mqtt5_1.5.7-1)`,
        framed('30', `000161${framed('', `26${sized(digits)}0000`)}`),
        MALFORMED_PACKET,
      ],
      [
        `with ${name} in the value of a User Property (mqtt5_1.5.7-1)`,
        framed('30', `000161${framed('', `260000${sized(digits)}`)}`),
        MALFORMED_PACKET,
      ],
    ]),
    ['with U+0000 in a Content Type (mqtt5_1.5.4-2)', '3009000161050300026100', MALFORMED_PACKET],
    ['with U+0000 in the name of a User Property (mqtt5_1.5.4-2)', '300a00016106260001000000', MALFORMED_PACKET],
  ])

  it('after a good one to the same topic as well as at first', () => {
    const d = decoder(4)
    expect(d.feed(bytes('30 03 0001 61'))).toBe(0)
    expect(d.feed(bytes('30 04 0003 6162'))).toBe(-MALFORMED_PACKET)
    expect(d.feed(bytes('32 03 0001 61'))).toBe(-MALFORMED_PACKET)
    expect(d.feed(bytes('30 03 0001 2b'))).toBe(-MALFORMED_PACKET)
    expect(d.packets).toHaveLength(1)
  })
})

describe('PUBLISH', () => {
  it(
    'hands a Topic Alias to its owner as a number, and an empty topic as ALIASED ' +
      '(mqtt5_3.1.2-26 mqtt5_3.1.2-27 mqtt5_3.3.2-11 mqtt5_U5-ALIAS-1)',
    () => {
      const r = packet()
      expect(readPublish(r, bytes('30 06 0000 03 23 0003'), 2, true)).toBe(8)
      expect([r.topic, numberOf(r.properties, TOPIC_ALIAS, 0)]).toEqual([ALIASED, 3])
      // The owner of the aliases may put the topic in its place.
      r.topic = '\0\x01t'
      expect(readPublish(r, bytes('30 06 0000 03 23 0003'), 2, true)).toBe(8)
      expect(r.topic).toBe(ALIASED)
      expect(readPublish(r, bytes('30 02 0000'), 2, false)).toBe(-MALFORMED_PACKET)
    },
  )

  it('tells one topic from the next, whatever the order', () => {
    const r = packet()
    for (const topic of ['a', 'a', 'ab', 'a', '/', 'b', 'aa', 'a']) {
      const length = String.fromCharCode(topic.length)
      const end = readPublish(r, `\x30${String.fromCharCode(topic.length + 4)}\0${length}${topic}\0\x01`, 2, false)
      expect([r.topic, end]).toEqual([`\0${length}${topic}`, topic.length + 4])
    }
  })

  it('over the limit gives its identifier from its beginning', () => {
    expect(idOf(bytes('32 ff01 0001 61 1234'), 3)).toBe(0x1234)
    expect(idOf(bytes('30 ff01 0001 61 1234'), 3)).toBe(0)
    expect(idOf(bytes('32 ff01 0001 61 0000'), 3)).toBe(-PROTOCOL_ERROR)
    expect(idOf(bytes('32 ff01 0001 61 12'), 3)).toBe(-PACKET_TOO_LARGE)
    expect(idOf(bytes('3c ff01 ffff 61 1234'), 3)).toBe(-PACKET_TOO_LARGE)
    expect(idOf(bytes('3c ff01 00'), 3)).toBe(-PACKET_TOO_LARGE)
  })
})

describe('PUBACK, PUBREC, PUBREL and PUBCOMP are refused', () => {
  for (const first of ['40', '50', '62', '70']) {
    refuses(4, [
      [`${first} without a body (mqtt311_U-LEN-1)`, `${first}00`, MALFORMED_PACKET],
      [`${first} with half an identifier (mqtt311_U-LEN-1)`, `${first}0100`, MALFORMED_PACKET],
      [`${first} with three bytes, as in 5.0 (mqtt311_U-LEN-1)`, `${first}03000100`, MALFORMED_PACKET],
      [`${first} with the identifier 0 (mqtt311_2.3.1-1)`, `${first}020000`, PROTOCOL_ERROR],
    ])
    refuses(5, [
      [`${first} with half an identifier (mqtt5_U-LEN-1)`, `${first}0100`, MALFORMED_PACKET],
      [`${first} with the identifier 0 (mqtt5_2.2.1-4)`, `${first}020000`, PROTOCOL_ERROR],
      [
        `${first} with bytes behind its properties (mqtt5_U5-ACK-1 mqtt5_U-LEN-1)`,
        `${first}06000100007878`,
        MALFORMED_PACKET,
      ],
      [
        `${first} with properties that leave the packet (mqtt5_U5-ACK-1 mqtt5_U5-PROP-3)`,
        `${first}0500010005 1f`,
        MALFORMED_PACKET,
      ],
      [
        `${first} with an ill-formed Reason String (mqtt5_1.5.4-1 mqtt5_1.5.4-2)`,
        `${first}09000100051f0002c080`,
        MALFORMED_PACKET,
      ],
    ])
  }

  it('and what problem information they hold is there to be seen (mqtt5_3.1.2-29)', () => {
    const [ack] = takes(5, '40 08 0001 00 04 1f 0001 78')
    expect(ack.properties).toEqual([['reasonString', 'x']])
    expect(find('\x1f\0\x01x', REASON_STRING, 0)).toBe(1)
  })
})

describe('SUBACK and UNSUBACK are refused', () => {
  refuses(4, [
    ['SUBACK without codes (mqtt311_3.8.4-5)', '90020001', MALFORMED_PACKET],
    ['SUBACK without a body (mqtt311_U-LEN-1)', '9000', MALFORMED_PACKET],
    ['SUBACK with the identifier 0 (mqtt311_2.3.1-1)', '9003000000', PROTOCOL_ERROR],
    ['SUBACK that grants QoS 3 (mqtt311_3.9.3-2)', '9003000103', PROTOCOL_ERROR],
    ['SUBACK whose last code is one of 5.0 (mqtt311_3.9.3-2)', '900500010002a1', PROTOCOL_ERROR],
    ['UNSUBACK that is short (mqtt311_3.10.4-4 mqtt311_U-LEN-1)', 'b00100', MALFORMED_PACKET],
    ['UNSUBACK with codes, as in 5.0 (mqtt311_3.10.4-4 mqtt311_U-LEN-1)', 'b003000100', MALFORMED_PACKET],
    ['UNSUBACK with the identifier 0 (mqtt311_2.3.1-1)', 'b0020000', PROTOCOL_ERROR],
  ])
  refuses(5, [
    ['SUBACK without codes (mqtt5_3.8.4-6)', '9003000100', MALFORMED_PACKET],
    ['SUBACK without properties (mqtt5_2.2.2-1)', '90020001', MALFORMED_PACKET],
    ['SUBACK that grants QoS 3 (mqtt5_3.9.3-2)', '900400010003', PROTOCOL_ERROR],
    ['SUBACK with the identifier 0 (mqtt5_2.2.1-4)', '900400000000', PROTOCOL_ERROR],
    ['UNSUBACK without codes (mqtt5_3.11.3-2)', 'b003000100', MALFORMED_PACKET],
    ['UNSUBACK with the code of a SUBACK (mqtt5_3.11.3-2)', 'b00400010001', PROTOCOL_ERROR],
    ['UNSUBACK without properties (mqtt5_2.2.2-1)', 'b0020001', MALFORMED_PACKET],
  ])

  it.each<Version>([4, 5])(
    '%i: a caller counts the codes against its filters (mqtt311_3.8.4-5 mqtt5_3.8.4-6)',
    version => {
      const [suback] = takes(version, version === 4 ? '90 04 0001 0001' : '90 05 0001 00 0001')
      expect(suback.granted).toEqual([0, 1])
    },
  )
})

describe('PINGRESP, DISCONNECT and AUTH are refused', () => {
  refuses(4, [['PINGRESP with a body (mqtt311_U-LEN-1)', 'd00100', MALFORMED_PACKET]])
  refuses(5, [
    ['PINGRESP with a body (mqtt5_U-LEN-1)', 'd00100', MALFORMED_PACKET],
    ['DISCONNECT with a code of the client (mqtt5_3.14.2-1)', 'e00104', PROTOCOL_ERROR],
    ['DISCONNECT with a code of another packet (mqtt5_3.14.2-1)', 'e00192', PROTOCOL_ERROR],
    ['DISCONNECT with a code that is none (mqtt5_3.14.2-1)', 'e001ff', PROTOCOL_ERROR],
    ['DISCONNECT with Session Expiry Interval (mqtt5_3.14.2-2)', 'e00700051100000000', PROTOCOL_ERROR],
    ['DISCONNECT with bytes behind its properties (mqtt5_U5-DISC-1 mqtt5_U-LEN-1)', 'e003000061', MALFORMED_PACKET],
    ['AUTH that is empty, without its method (mqtt5_4.12.0-5 mqtt5_U5-DISC-1)', 'f000', PROTOCOL_ERROR],
    ['AUTH without its method (mqtt5_4.12.0-5)', 'f0021800', PROTOCOL_ERROR],
    ['AUTH with data but no method (mqtt5_U5-PROP-5)', 'f00618041600016d', PROTOCOL_ERROR],
    ['AUTH 19 from a server (mqtt5_3.15.2-1 mqtt5_4.12.0-2)', 'f00619041500016d', PROTOCOL_ERROR],
    ['AUTH with a code of another packet (mqtt5_3.15.2-1 mqtt5_4.12.0-2)', 'f00601041500016d', PROTOCOL_ERROR],
  ])

  it(
    'AUTH that nobody asked for, at its header; and the method of a CONNACK is there to be ' + 'seen (mqtt5_4.12.0-6)',
    () => {
      const d = decoder(5)
      const { '\xf0': _auth, ...others } = d._takers
      d._takers = others
      expect(d.feed('\xf0')).toBe(-PROTOCOL_ERROR)
      expect(takes(5, '20 07 00 00 04 15 0001 6d')[0].properties).toEqual([['authenticationMethod', 'm']])
    },
  )
})

describe('U+FEFF', () => {
  it.each<Version>([4, 5])('%i: stays where it stands (mqtt311_1.5.3-3 mqtt5_1.5.4-3)', version => {
    const [publish] = takes(version, version === 4 ? '30 06 0004 efbbbf61' : '30 07 0004 efbbbf61 00')
    expect(publish.topic).toBe('\ufeffa')
  })
})
