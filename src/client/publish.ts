import { header, PUBLISH } from '../wire/header'
import { RETAIN } from '../wire/publish'
import { V5 } from '../wire/v5'
import { BUSY, type Client, NOT_OFFERED, NOT_UP, REFUSED, send, UP } from './client'

export { RETAIN }

/**
 * Publishes at QoS 0. `topic` is a topic name as a field(), made once; `payload` a byte string, `flags` 0 or RETAIN;
 * `properties`, in 5.0, a block of IN_PUBLISH, left out for none. 0: handed to the link. NOT_UP, BUSY, LINK_FAILED, REFUSED,
 * NOT_OFFERED: not sent, nothing is kept.
 */
export function publish(c: Client, topic: string, payload: string, flags: number, properties?: string): number {
  if (c.state !== UP) return NOT_UP
  if (c._held) return BUSY
  // As writePublish(), whose call alone is a tenth of a publish on Espruino. Allocates the packet and, inside header(),
  // its body and its two first bytes: nothing else.
  const body = V5 && c._v5 ? topic + (properties || '\0') + payload : topic + payload
  const packet = topic && header(PUBLISH | (flags & RETAIN), body)
  if (V5 && c._v5) return transmit(c, packet)
  return packet ? send(c, packet) : REFUSED
}

/** Within what the server of 5.0 takes. */
function transmit(c: Client, packet: string): number {
  if (!packet) return REFUSED
  if (packet.charCodeAt(0) & RETAIN & ~(c._allowed as number) || packet.length > (c._maximumPacketB as number))
    return NOT_OFFERED
  return send(c, c._rewrite ? c._rewrite(c, packet) : packet)
}
