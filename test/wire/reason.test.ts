import { describe, expect, it } from 'vitest'
import { reasonName, returnCodeName } from '../../src/host/reason-names'
import { readAck, writeAck } from '../../src/wire/ack'
import { readAuth } from '../../src/wire/auth'
import { readConnack } from '../../src/wire/connect'
import { readDisconnect, writeDisconnect } from '../../src/wire/disconnect'
import { PUBACK, PUBCOMP, PUBREC, PUBREL } from '../../src/wire/header'
import { packet } from '../../src/wire/packet'
import { PROTOCOL_ERROR } from '../../src/wire/reason'
import { BAD_REASON, refusal } from '../../src/wire/refusal'
import { readSuback, readUnsuback } from '../../src/wire/subscribe'

/** The codes that a packet may carry, 5.0 table 2-6 and the sections of the packets. */
const CONNACK = '00 80 81 82 83 84 85 86 87 88 89 8a 8c 90 95 97 99 9a 9b 9c 9d 9f'
const PUBACKS = '00 10 80 83 87 90 91 97 99'
const PUBRELS = '00 92'
const SUBACK = '00 01 02 80 83 87 8f 91 97 9e a1 a2'
const UNSUBACK = '00 11 80 83 87 8f 91'
const FROM_SERVER = '00 80 81 82 83 87 89 8b 8c 8d 8e 8f 90 93 94 95 96 97 98 99 9a 9b 9c 9d 9e 9f a0 a1 a2'
const FROM_CLIENT = '00 04 80 81 82 83 90 93 94 95 96 97 98 99'

const r = packet()
const byte = (code: number) => String.fromCharCode(code)

type Read = (code: number) => number
const reads: [name: string, codes: string, read: Read][] = [
  ['CONNACK (mqtt5_3.2.2-8)', CONNACK, code => readConnack(r, `\x20\x03\0${byte(code)}\0`, 2, true)],
  ['CONNACK of 3.1.1', '00 01 02 03 04 05', code => readConnack(r, `\x20\x02\0${byte(code)}`, 2, false)],
  ['PUBACK (mqtt5_3.4.2-1)', PUBACKS, code => readAck(r, `\x40\x03\0\x01${byte(code)}`, 2, true)],
  ['PUBREC (mqtt5_3.5.2-1)', PUBACKS, code => readAck(r, `\x50\x03\0\x01${byte(code)}`, 2, true)],
  ['PUBREL (mqtt5_3.6.2-1)', PUBRELS, code => readAck(r, `\x62\x03\0\x01${byte(code)}`, 2, true)],
  ['PUBCOMP (mqtt5_3.7.2-1)', PUBRELS, code => readAck(r, `\x70\x03\0\x01${byte(code)}`, 2, true)],
  ['SUBACK (mqtt5_3.9.3-2)', SUBACK, code => readSuback(r, `\x90\x05\0\x01\0\0${byte(code)}`, 2, true)],
  [
    'SUBACK of 3.1.1 (mqtt311_3.9.3-2)',
    '00 01 02 80',
    code => readSuback(r, `\x90\x04\0\x01\0${byte(code)}`, 2, false),
  ],
  ['UNSUBACK (mqtt5_3.11.3-2)', UNSUBACK, code => readUnsuback(r, `\xb0\x05\0\x01\0\0${byte(code)}`, 2, true)],
  ['DISCONNECT (mqtt5_3.14.2-1)', FROM_SERVER, code => readDisconnect(r, `\xe0\x01${byte(code)}`, 2)],
  ['AUTH (mqtt5_3.15.2-1)', '00 18', code => readAuth(r, `\xf0\x06${byte(code)}\x04\x15\0\x01m`, 2)],
]

const writes: [name: string, codes: string, write: (code: number) => string][] = [
  ['PUBACK (mqtt5_3.4.2-1)', PUBACKS, code => writeAck(PUBACK, 1, code, '')],
  ['PUBREC (mqtt5_3.5.2-1)', PUBACKS, code => writeAck(PUBREC, 1, code, '')],
  ['PUBREL (mqtt5_3.6.2-1)', PUBRELS, code => writeAck(PUBREL, 1, code, '')],
  ['PUBCOMP (mqtt5_3.7.2-1)', PUBRELS, code => writeAck(PUBCOMP, 1, code, '')],
  ['DISCONNECT (mqtt5_3.14.2-1)', FROM_CLIENT, code => writeDisconnect(code, '')],
]

const parse = (codes: string) => codes.split(' ').map(code => Number.parseInt(code, 16))

describe('of all 256 reason codes', () => {
  it.each(reads)('%s is read with its own', (_name, codes, read) => {
    for (let code = 0; code < 256; code++)
      if (parse(codes).includes(code)) expect(read(code), `${code}`).toBeGreaterThanOrEqual(0)
      else expect(read(code), `${code}`).toBe(-PROTOCOL_ERROR)
  })

  it.each(writes)('%s is written with its own', (_name, codes, write) => {
    for (let code = 0; code < 256; code++) {
      const packet = write(code)
      if (parse(codes).includes(code)) expect(packet, `${code}`).not.toBe('')
      else expect([packet, refusal], `${code}`).toEqual(['', BAD_REASON])
    }
  })

  it('each that a packet may carry has a name', () => {
    const all = [CONNACK, PUBACKS, PUBRELS, SUBACK, UNSUBACK, FROM_SERVER, FROM_CLIENT, '18 19'].flatMap(parse)
    for (const code of all) expect(reasonName(code)).not.toMatch(/reason code/)
    expect(reasonName(0x87)).toBe('Not authorized')
    expect(reasonName(0)).toBe('Success')
    expect(reasonName(0, true)).toBe('Granted QoS 0')
    expect(reasonName(0x7f)).toBe('reason code 0x7f')
    expect([0, 5, 6].map(returnCodeName)).toEqual(['Connection Accepted', 'not authorized', 'return code 6'])
  })
})
