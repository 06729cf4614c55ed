import { readVarint, SUBSCRIBE, UNSUBSCRIBE, varint } from '../wire/header'
import { endOfField } from '../wire/packet'
import { PROTOCOL_ERROR } from '../wire/reason'
import { readSuback, readUnsuback, writeSubscribe, writeUnsubscribe } from '../wire/subscribe'
import { V5 } from '../wire/v5'
import { BUSY, type Client, handlers, NOT_OFFERED, ON_SUBSCRIBE, ON_UNSUBSCRIBE, REFUSED, UP } from './client'
import { isOffered, isUnasked, unfit } from './negotiated'
import { find, hold, nextId, pump, type Session, settle } from './session'

/** Requests find room behind a session that is full of messages. */
const REQUESTS = 8

/** Installs what lets a client subscribe; to take messages there is receive() beside it. */
export function subscriptions() {
  handlers['\x90'] = suback
  handlers['\xb0'] = unsuback
}

/**
 * Subscribes, section 3.8, now or as soon as there is a session. `entries` is one subscription() or more, one after the
 * other; `properties` a block of IN_SUBSCRIBE, '\0' for none, '' in 3.1.1. > 0: the packet identifier; the callback hears
 * ON_SUBSCRIBE with it. What was granted is subscribed to again whenever the server has lost the session. BUSY, REFUSED,
 * NOT_OFFERED: nothing is sent.
 */
export function subscribe(c: Session, entries: string, properties: string): number {
  if (V5 && c._v5 && c.state === UP && !isOffered(c, entries, properties)) return NOT_OFFERED
  const id = nextId(c)
  return request(c, id, writeSubscribe(id, properties, entries))
}

/**
 * Unsubscribes, section 3.10, now or as soon as there is a session. `filters` is one topicFilter() or more, one after the
 * other; `properties` a block of IN_UNSUBSCRIBE, '\0' for none, '' in 3.1.1. > 0: the packet identifier; the callback
 * hears ON_UNSUBSCRIBE with it. BUSY, REFUSED, NOT_OFFERED as subscribe().
 */
export function unsubscribe(c: Session, filters: string, properties: string): number {
  const id = nextId(c)
  return request(c, id, writeUnsubscribe(id, properties, filters))
}

function request(c: Session, id: number, packet: string): number {
  if (!packet) return REFUSED
  if (c._ids.length >= c._maxPackets + REQUESTS) return BUSY
  if (V5 && c._v5 && c.state === UP && unfit(c, packet)) return NOT_OFFERED
  // Ahead of messages that wait.
  hold(c, c._sent, id, packet)
  pump(c)
  return id
}

function suback(client: Client, packet: string, at: number): number {
  const c = client as Session
  return answered(c, SUBSCRIBE, packet, readSuback(c, packet, at, V5 && c._v5 === true))
}

function unsuback(client: Client, packet: string, at: number): number {
  const c = client as Session
  return answered(c, UNSUBSCRIBE, packet, readUnsuback(c, packet, at, V5 && c._v5 === true))
}

/** Where the block of properties at `at` ends; in 3.1.1 there is none. */
function behindBlock(c: Session, bytes: string, at: number): number {
  if (!V5 || !c._v5) return at
  const length = readVarint(bytes, at)
  return at + varint(length).length + length
}

/** The answer to a request; its codes begin at `at`. */
function answered(c: Session, first: number, packet: string, at: number): number {
  if (at < 0) return at
  if (V5 && c._v5 && isUnasked(c)) return -PROTOCOL_ERROR
  const codes = packet.substr(at)
  const isSubscribe = first === SUBSCRIBE
  const held = find(c, c.id, first)
  // One that nobody waits for is no fault.
  if (held < 0) return 0
  const request = c._packets[held]
  // Behind type, length and identifier.
  const from = 3 + varint(readVarint(request, 1)).length
  const entries: string[] = []
  for (at = behindBlock(c, request, from); at < request.length; at += entries[entries.length - 1].length)
    entries.push(request.substring(at, endOfField(request, at) + (isSubscribe ? 1 : 0)))
  if (codes.length !== (isSubscribe || (V5 && c._v5) ? entries.length : 0)) return -PROTOCOL_ERROR
  entries.forEach((entry, i) => {
    // In 3.1.1 UNSUBACK has none, and NaN is not above.
    if (codes.charCodeAt(i) > 0x7f) return
    const filter = isSubscribe ? entry.substr(0, entry.length - 1) : entry
    c._subscriptions = c._subscriptions.filter(
      known => known.substring(behindBlock(c, known, 0), known.length - 1) !== filter,
    )
    if (isSubscribe) c._subscriptions.push(request.substring(from, behindBlock(c, request, from)) + entry)
  })
  settle(c, held, isSubscribe ? ON_SUBSCRIBE : ON_UNSUBSCRIBE, codes)
  return 0
}
