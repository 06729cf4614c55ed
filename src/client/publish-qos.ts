import { writePublishQos } from '../wire/publish'
import { V5 } from '../wire/v5'
import { BUSY, NOT_OFFERED, REFUSED, UP } from './client'
import { unfit } from './negotiated'
import { hold, nextId, pump, type Session } from './session'

/**
 * Publishes at QoS 1 or 2, section 4.3, now or as soon as the session allows. `topic` is a topic name as a field(),
 * `payload` a byte string, `flags` QOS_1 or QOS_2, with RETAIN or without; `properties` as in writePublishQos(), '' in
 * 3.1.1. > 0: the packet identifier; the callback hears ON_PUBLISH with it once, however many links it takes. BUSY: as
 * much is in flight as may be. REFUSED, NOT_OFFERED: it never will be sent. An image installs qos1() or qos2() with it.
 */
export function publishQos(c: Session, topic: string, payload: string, flags: number, properties: string): number {
  const id = nextId(c)
  const packet = writePublishQos(flags, topic, id, properties, payload)
  if (!packet || packet.length > c._maxBytes) return REFUSED
  if (c._ids.length >= c._maxPackets || c._bytes + packet.length > c._maxBytes) return BUSY
  if (V5 && c._v5 && c.state === UP && unfit(c, packet)) return NOT_OFFERED
  hold(c, c._ids.length, id, packet)
  pump(c)
  return id
}
