import type { Link } from '../hal/contract'
import { readAck } from '../wire/ack'
import type { Packet } from '../wire/packet'
import { QOS_1, writePublishQos } from '../wire/publish'
import { BUSY, type Client, handlers, NOT_UP, send, tell, UP } from './client'

/** Event: the server has taken a message of QoS 1. a: what publishQos1() answered. */
export const ON_PUBLISH = 3

interface Owed extends Client {
  /** Packet identifier of the last message; 0 before the first. */
  _id?: number
  /** The link that its PUBACK is to come on; null when none is owed. Dies with the link, which is then another. */
  _owedOn?: Link | null
}

function puback(c: Owed, packet: string, at: number): number {
  const id = readAck(c as Owed & Packet, packet, at, false)
  if (id === c._id && c._owedOn) {
    c._owedOn = null
    tell(c, ON_PUBLISH, id, 0)
  }
  // One that nobody waits for is no fault (MQTT 3.1.1 leaves it open).
  return id < 0 ? id : 0
}

/**
 * Publishes at QoS 1, MQTT 3.1.1 section 4.3.2, one message at a time: BUSY until the one before is acknowledged. > 0: the
 * packet identifier, handed to the link; the callback hears ON_PUBLISH with it. Else as publish(). The session is a clean
 * one, so that what was not acknowledged when the link ended is not sent again.
 */
export function publishQos1(client: Client, topic: string, payload: string, flags: number): number {
  const c = client as Owed
  if (c.state !== UP) return NOT_UP
  if (c._held || c._owedOn === c._link) return BUSY
  handlers['\x40'] = puback
  const id = ((c._id || 0) % 65535) + 1
  c._id = id
  c._owedOn = c._link
  return send(c, writePublishQos(QOS_1 | flags, topic, id, '', payload)) || id
}
