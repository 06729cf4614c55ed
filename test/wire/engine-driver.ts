/**
 * Runs inside an engine, so in the device's dialect: feeds streams to the readers, calls writers, says what came of it.
 */
import { readAck, writeAck } from '../../src/wire/ack'
import { readAuth, writeAuth } from '../../src/wire/auth'
import { prepareConnect, readConnack } from '../../src/wire/connect'
import { readDisconnect, writeDisconnect } from '../../src/wire/disconnect'
import { field, header, packetId, readVarint, varint } from '../../src/wire/header'
import { type Packet, packet } from '../../src/wire/packet'
import { readPingresp, writePingreq } from '../../src/wire/ping'
import {
  block,
  essential,
  fieldProperty,
  find,
  numberAt,
  numberProperty,
  userProperty,
} from '../../src/wire/properties'
import { again, flags, idOf, readPublish, writePublish, writePublishQos } from '../../src/wire/publish'
import { refusal } from '../../src/wire/refusal'
import { type Splitter, split, splitShort, type Takers } from '../../src/wire/splitter'
import { readSuback, readUnsuback, subscription, writeSubscribe, writeUnsubscribe } from '../../src/wire/subscribe'
import { isName, matches, topicFilter, topicName, unshared } from '../../src/wire/topic'
import { prepare, text, wellFormed } from '../../src/wire/utf8'

interface Decoder extends Splitter<Decoder>, Packet {
  v5: boolean
  said: string
}

type Read = (p: Packet, packet: string, at: number, v5: boolean) => number

function hex(bytes: string): string {
  let digits = ''
  for (let at = 0; at < bytes.length; at++) digits += (bytes.charCodeAt(at) + 256).toString(16).substr(1)
  return digits
}

function taker(read: Read) {
  return (d: Decoder, packet: string, at: number): number => {
    const result = read(d, packet, at, d.v5)
    const said = '|' + result + ',' + d.id + ',' + d.reason + ',' + hex(d.topic) + ',' + hex(d.properties)
    d.said += said
    return result < 0 ? result : 0
  }
}

function decoder(v5: boolean): Decoder {
  const takers: Takers<Decoder> = {}
  const publishes = '012345:;<='
  for (let at = 0; at < publishes.length; at++) takers[publishes.charAt(at)] = taker(readPublish)
  takers['\x20'] = taker(readConnack)
  takers['\x40'] = taker(readAck)
  takers['\x50'] = takers['\x40']
  takers['\x62'] = takers['\x40']
  takers['\x70'] = takers['\x40']
  takers['\x90'] = taker(readSuback)
  takers['\xb0'] = taker(readUnsuback)
  takers['\xd0'] = taker((_p, packet, at) => readPingresp(packet, at))
  if (v5) {
    takers['\xe0'] = taker(readDisconnect)
    takers['\xf0'] = taker(readAuth)
  } else {
    takers[''] = (d, packet, at) => {
      const said = '|over ' + at + ' ' + hex(packet)
      d.said += said
      return 0
    }
  }
  const p = packet()
  return {
    topic: p.topic,
    _topicLength: p._topicLength,
    id: p.id,
    reason: p.reason,
    properties: p.properties,
    _takers: takers,
    _limit: 200,
    _carried: '',
    _need: 0,
    v5: v5,
    said: '',
  }
}

/** What the readers say of a stream in chunks of `size` bytes. */
export function read(v5: boolean, stream: string, size: number): string {
  const d = decoder(v5)
  let fault = 0
  for (let at = 0; at < stream.length && !fault; at += size)
    fault = size > 1 ? splitShort(d, stream.substr(at, size)) : split(d, stream.substr(at, size))
  return fault + d.said + ' ' + d._carried.length + ' ' + d._need
}

/** A call of one of the functions below: what it answers, and why not. */
export function call(name: string, args: (string | number | boolean)[]): string {
  const result = functions[name].apply(null, args)
  return typeof result === 'string' ? hex(result) || 'refused ' + refusal : '' + result
}

/** All that writes and judges, by name. */
// biome-ignore lint/suspicious/noExplicitAny: functions of every shape, called with what the test made for them
const functions: { [name: string]: (...args: any[]) => string | number | boolean } = {
  writeAck: writeAck,
  writeAuth: writeAuth,
  prepareConnect: prepareConnect,
  writeDisconnect: writeDisconnect,
  field: field,
  header: header,
  packetId: packetId,
  readVarint: readVarint,
  varint: varint,
  writePingreq: writePingreq,
  block: block,
  essential: essential,
  fieldProperty: fieldProperty,
  find: find,
  numberAt: numberAt,
  numberProperty: numberProperty,
  userProperty: userProperty,
  again: again,
  flags: flags,
  idOf: idOf,
  writePublish: writePublish,
  writePublishQos: writePublishQos,
  subscription: subscription,
  writeSubscribe: writeSubscribe,
  writeUnsubscribe: writeUnsubscribe,
  isName: isName,
  matches: matches,
  topicFilter: topicFilter,
  topicName: topicName,
  unshared: unshared,
  prepare: prepare,
  text: text,
  wellFormed: wellFormed,
}
