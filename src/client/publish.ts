import { writePublish } from '../wire/publish'
import { BUSY, type Client, NOT_UP, send, UP } from './client'

export { RETAIN } from '../wire/publish'

/**
 * Publishes at QoS 0. `topic` is a field() made once, `payload` a byte string, `flags` 0 or RETAIN. 0: handed to the link.
 * NOT_UP, BUSY, LINK_FAILED: not sent, nothing is kept.
 */
export function publish(c: Client, topic: string, payload: string, flags: number): number {
  if (c.state !== UP) return NOT_UP
  if (c._held) return BUSY
  // Allocates the packet and, inside header(), its body and its two first bytes: nothing else.
  return send(c, writePublish(topic, payload, flags))
}
