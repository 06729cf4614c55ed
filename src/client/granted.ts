/** What a server of 5.0 says beyond yes and no. Nothing of this file is in an image of 3.1.1. */
import { readDisconnect } from '../wire/disconnect'
import type { Packet } from '../wire/packet'
import {
  MAXIMUM_PACKET_SIZE,
  MAXIMUM_QOS,
  numberOf,
  RETAIN_AVAILABLE,
  SERVER_KEEP_ALIVE,
  TOPIC_ALIAS_MAXIMUM,
} from '../wire/properties'
import { QOS_1, QOS_2, RETAIN } from '../wire/publish'
import { SESSION_TAKEN_OVER } from '../wire/reason'
import type { Client } from './client'

/** Takes over what CONNACK, section 3.2.2.3, says of this session; its properties have been read. */
export function granted(client: Client) {
  const c = client as Client & Packet
  const qos = numberOf(c.properties, MAXIMUM_QOS, 2)
  c._allowed = (numberOf(c.properties, RETAIN_AVAILABLE, 1) ? RETAIN : 0) | (qos > 1 ? QOS_1 | QOS_2 : qos ? QOS_1 : 0)
  c._maximumPacketB = numberOf(c.properties, MAXIMUM_PACKET_SIZE, 0xfffffff)
  c._topicAliasMaximum = numberOf(c.properties, TOPIC_ALIAS_MAXIMUM, 0)
  c._keepAliveMs = numberOf(c.properties, SERVER_KEEP_ALIVE, (c._askedMs as number) / 1000) * 1000
}

/** As readDisconnect(); the one who took the session over is left in peace for as long as there is. */
export function readGoodbye(client: Client, packet: string, at: number): number {
  const reason = readDisconnect(client as Client & Packet, packet, at)
  if (reason === SESSION_TAKEN_OVER) client._backOffMs = client._maxMs
  return reason
}
