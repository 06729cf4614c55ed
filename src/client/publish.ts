import { header, PUBLISH } from '../wire/header'
import { RETAIN } from '../wire/publish'
import { refusal } from '../wire/refusal'
import { BUSY, type Client, NOT_UP, send, UP } from './client'

export { RETAIN }

/**
 * Publishes at QoS 0. `topic` is a topic name as a field(), made once; `payload` a byte string, `flags` 0 or RETAIN. 0:
 * handed to the link. NOT_UP, BUSY, LINK_FAILED, or why the topic or the packet was refused: not sent, nothing is kept.
 */
export function publish(c: Client, topic: string, payload: string, flags: number): number {
  if (c.state !== UP) return NOT_UP
  if (c._held) return BUSY
  // As writePublish(), whose call alone is a tenth of a publish on Espruino. Allocates the packet and, inside header(),
  // its body and its two first bytes: nothing else.
  const packet = topic && header(PUBLISH | (flags & RETAIN), topic + payload)
  return packet ? send(c, packet) : refusal
}
