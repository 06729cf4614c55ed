/** This project's codec, from and to Buffers: byte strings are latin1 to Node. */
import { readAck } from '../../src/wire/ack'
import { CLEAN_SESSION, prepareConnect } from '../../src/wire/connect'
import { field } from '../../src/wire/header'
import { type Packet, packet } from '../../src/wire/packet'
import { block, IN_CONNECT, IN_WILL } from '../../src/wire/properties'
import { QOS_1, readPublish, writePublish, writePublishQos } from '../../src/wire/publish'
import { type Splitter, splitShort, type Takers } from '../../src/wire/splitter'
import { matches, topicFilter, topicName } from '../../src/wire/topic'
import { prepare } from '../../src/wire/utf8'
import {
  CONNECTION,
  type Contestant,
  type Operations,
  PACKET_ID,
  PACKETS,
  PUBACK_PACKET,
  publishChunks,
  reading,
  TOPIC,
  type Version,
} from './operations'

/** Node's own methods behind write() and toString(), which its types leave out. */
declare global {
  interface Buffer {
    latin1Write(text: string, at: number): number
    latin1Slice(): string
  }
}

interface Reader extends Splitter<Reader>, Packet {
  found: number
  payload: string
}

function reader(takers: Takers<Reader>): Reader {
  return { ...packet(), _takers: takers, _limit: 512, _carried: '', _need: 0, found: 0, payload: '' }
}

function decoders(version: Version): Operations {
  const v5 = version === '5.0'
  const take = reader({
    '0': (r, bytes, at) => {
      const payload = readPublish(r, bytes, at, v5)
      if (payload < 0) return payload
      r.payload = bytes.substr(payload)
      r.found += r.payload.length
      return 0
    },
    '@': (r, bytes, at) => {
      r.found = readAck(r, bytes, at, v5)
      return Math.min(r.found, 0)
    },
  })
  const chunks = publishChunks(version)
  return {
    'decode publishes in chunks of 1,460 bytes': () => {
      take.found = 0
      for (const chunk of chunks) splitShort(take, chunk.latin1Slice())
      return take.found
    },
    'decode puback': () => {
      splitShort(take, PUBACK_PACKET.latin1Slice())
      return take.found
    },
  }
}

const FILTERS = ['home/+/temperature', 'school/+/group-1/audio', 'school/#', '#', 'home/bedroom/temperature', '+/+/+']
const TOPICS = [
  'home/bedroom/temperature',
  'school/room-3/group-1/audio',
  'school',
  '$SYS/broker/uptime',
  'home//temperature',
]

function matchers(): Operations {
  const filters = FILTERS.map(filter => topicFilter(prepare(filter), false))
  const topics = TOPICS.map(topic => topicName(prepare(topic)))
  return {
    'match topics with filters': () => {
      let found = 0
      for (let i = 0; i < PACKETS['match topics with filters']; i++) {
        if (matches(filters[i % filters.length], topics[i % topics.length])) found++
      }
      return found
    },
  }
}

function encoders(version: Version, out: (packet: string) => Uint8Array): Operations {
  const v5 = version === '5.0'
  const none = v5 ? '\0' : ''
  const topic = topicName(prepare(TOPIC))
  const topicAndProperties = topic + none
  const { clientId, keepAliveS, will, username, password } = CONNECTION
  return {
    'encode publish QoS 0': () => out(writePublish(topicAndProperties, reading(), 0)),
    'encode publish QoS 1': () => out(writePublishQos(QOS_1, topic, PACKET_ID, none, reading())),
    // A client makes this packet once; here it is made of texts each time, as the others make it.
    'encode connect (will, user name, password)': () =>
      out(
        prepareConnect(
          CLEAN_SESSION,
          keepAliveS,
          prepare(clientId),
          (v5 ? block(IN_WILL, '') : '') + topicName(prepare(will.topic)) + field(will.payload),
          prepare(username),
          field(password),
          v5 ? block(IN_CONNECT, '') : '',
        ),
      ),
  }
}

/** One for all packets, as memory of the socket's own is to socket.write(bytes, 'latin1'). */
const memory = Buffer.alloc(1024)
/** By length, so that no view is made for a packet. */
const views = Array.from(memory, (_byte, length) => memory.subarray(0, length))

/** The packet goes to the socket as the string it is: `socket.write(packet, 'latin1')`, which writes it into memory of its own. */
export const mote: Contestant = {
  name: 'mqtt-mote',
  operations: version => ({
    ...encoders(version, packet => views[memory.latin1Write(packet, 0)]),
    ...decoders(version),
    ...matchers(),
  }),
}

/** For those who want a Buffer of each packet's own. */
export const moteBuffers: Contestant = {
  name: 'mqtt-mote, a Buffer a packet',
  operations: version => encoders(version, packet => Buffer.from(packet, 'latin1')),
}
