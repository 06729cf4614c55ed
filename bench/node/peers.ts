/** The codecs from npm. */
import { Writable } from 'node:stream'
import mqttPacket, { type IConnectPacket, type IPublishPacket, type Packet } from 'mqtt-packet'
import { mqtt_pkt_ctx } from 'u8-mqtt-packet'
import { mqtt_opts_v4 } from 'u8-mqtt-packet/esm/codec_v4_client.js'
import { mqtt_opts_v5 } from 'u8-mqtt-packet/esm/codec_v5_client.js'
import {
  CONNECTION,
  type Contestant,
  type Operations,
  PACKET_ID,
  PUBACK_PACKET,
  publishChunks,
  reading,
  TOPIC,
  type Version,
} from './operations'

const { clientId, keepAliveS, will, username, password } = CONNECTION

/** 4 or 5, as both call the versions. */
function level(version: Version): 4 | 5 {
  return version === '5.0' ? 5 : 4
}

function publishPacket(qos: 0 | 1): IPublishPacket {
  return { cmd: 'publish', topic: TOPIC, payload: reading(), qos, dup: false, retain: false, messageId: PACKET_ID }
}

function connectPacket(version: Version): IConnectPacket {
  return {
    cmd: 'connect',
    clientId,
    protocolVersion: level(version),
    protocolId: 'MQTT',
    clean: true,
    keepalive: keepAliveS,
    username,
    password: password as unknown as Buffer,
    will: { topic: will.topic, payload: will.payload as unknown as Buffer, qos: 0, retain: false },
  }
}

function encodersWith(version: Version, encode: (packet: Packet) => Uint8Array | number): Operations {
  return {
    'encode publish QoS 0': () => encode(publishPacket(0)),
    'encode publish QoS 1': () => encode(publishPacket(1)),
    'encode connect (will, user name, password)': () => encode(connectPacket(version)),
  }
}

/** mqtt-packet with its parser, and packets as one Buffer each. */
export const generate: Contestant = {
  name: 'mqtt-packet, generate',
  operations: version => {
    const options = { protocolVersion: level(version) }
    const parser = mqttPacket.parser(options)
    let found = 0
    parser.on('packet', packet => {
      if (packet.cmd === 'publish') found += packet.payload.length
      else found = packet.messageId ?? 0
    })
    const chunks = publishChunks(version)
    return {
      ...encodersWith(version, packet => mqttPacket.generate(packet, options)),
      'decode publishes in chunks of 1,460 bytes': () => {
        found = 0
        for (const chunk of chunks) parser.parse(chunk)
        return found
      },
      'decode puback': () => {
        parser.parse(PUBACK_PACKET)
        return found
      },
    }
  },
}

/** Takes what it is given, keeps none of it, counts. */
class Sink extends Writable {
  bytes = 0
  override write(piece: Uint8Array | string): boolean {
    this.bytes += piece.length
    return true
  }
  override cork() {}
  override uncork() {}
}

/** mqtt-packet as MQTT.js uses it: each packet in pieces, into a stream. */
export const writeToStream: Contestant = {
  name: 'mqtt-packet, writeToStream',
  operations: version => {
    const options = { protocolVersion: level(version) }
    const sink = new Sink()
    return encodersWith(version, packet => {
      sink.bytes = 0
      mqttPacket.writeToStream(packet, sink, options)
      return sink.bytes
    })
  },
}

/** u8-mqtt-packet, its client codecs. */
export const u8: Contestant = {
  name: 'u8-mqtt-packet',
  operations: version => {
    const context = mqtt_pkt_ctx(level(version), version === '5.0' ? mqtt_opts_v5 : mqtt_opts_v4, {})
    const { decode } = context.mqtt_stream()
    // Behind a packet that came in two pieces a stream waits for as many bytes of the next, however short that is.
    const pubacks = context.mqtt_stream()
    const publish = (qos: 0 | 1) => ({ topic: TOPIC, payload: reading(), qos, pkt_id: PACKET_ID })
    const chunks = publishChunks(version)
    return {
      'encode publish QoS 0': () => context.encode_pkt('publish', publish(0)),
      'encode publish QoS 1': () => context.encode_pkt('publish', publish(1)),
      'encode connect (will, user name, password)': () =>
        context.encode_pkt('connect', {
          client_id: clientId,
          keep_alive: keepAliveS,
          flags: 2,
          will,
          username,
          password,
        }),
      'decode publishes in chunks of 1,460 bytes': () => {
        let found = 0
        for (const chunk of chunks) for (const packet of decode(chunk)) found += packet.payload.length
        return found
      },
      'decode puback': () => pubacks.decode(PUBACK_PACKET)[0].pkt_id,
    }
  },
}
