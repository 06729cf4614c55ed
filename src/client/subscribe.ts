import { SUBSCRIBE, UNSUBSCRIBE, varint } from '../wire/header'
import { endOfField } from '../wire/packet'
import { isPublish } from '../wire/publish'
import { PROTOCOL_ERROR } from '../wire/reason'
import { readSuback, readUnsuback, writeSubscribe, writeUnsubscribe } from '../wire/subscribe'
import { V5 } from '../wire/v5'
import { BUSY, handlers, NOT_OFFERED, ON_SUBSCRIBE, ON_UNSUBSCRIBE, REFUSED, type TakesClient, UP } from './client'
import { blockAt, isUnasked, unfit } from './negotiated'
import { find, hold, nextId, pump, type Session, settle } from './session'

/** Requests find room behind a session that is full of messages. */
const REQUESTS = 8

export interface Subscriber extends Session {
  /**
   * What is subscribed to, by filter, a field(): its options, and in 5.0 the block of properties that it was asked for with.
   * Survives the link.
   */
  _subscriptions: { [filter: string]: string }
}

/** Lets a client subscribe, one that has a session; to take messages there is receive() beside it. */
export function subscriptions(session: Session) {
  const c = session as Subscriber
  c._subscriptions = {}
  c._restore = restore as (c: Session) => void
  handlers['\x90'] = suback as TakesClient
  handlers['\xb0'] = unsuback as TakesClient
}

/**
 * Subscribes, section 3.8, now or as soon as there is a session. `entries` is one subscription() or more, one after the
 * other; `properties` a block of IN_SUBSCRIBE, '\0' for none, '' in 3.1.1. > 0: the packet identifier; the callback hears
 * ON_SUBSCRIBE with it. What was granted is subscribed to again whenever the server has lost the session. BUSY, REFUSED,
 * NOT_OFFERED: nothing is sent.
 */
export function subscribe(c: Session, entries: string, properties: string): number {
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
  // Ahead of messages that wait, behind other requests.
  let at = c._sent
  while (at < c._ids.length && !isPublish(c._packets[at])) at++
  hold(c, at, id, packet)
  pump(c)
  return id
}

function restore(c: Subscriber) {
  Object.keys(c._subscriptions).forEach((filter, i) => {
    const options = c._subscriptions[filter]
    const entry = filter + options[0]
    const id = nextId(c)
    // Not beside one that is owed an answer since a link before.
    if (!c._packets.some(packet => packet.substr(-entry.length) === entry && packet.charCodeAt(0) === SUBSCRIBE))
      hold(c, i, id, writeSubscribe(id, options.substr(1), entry))
  })
}

function suback(c: Subscriber, packet: string, at: number): number {
  return answered(c, SUBSCRIBE, packet, readSuback(c, packet, at, V5 && c._v5 === true))
}

function unsuback(c: Subscriber, packet: string, at: number): number {
  return answered(c, UNSUBSCRIBE, packet, readUnsuback(c, packet, at, V5 && c._v5 === true))
}

/** The answer to a request; its codes begin at `at`. */
function answered(c: Subscriber, first: number, packet: string, at: number): number {
  const held = find(c, c.id, first)
  // One that nobody waits for is no fault.
  if (at < 0 || held < 0) return Math.min(at, 0)
  if (V5 && c._v5 && isUnasked(c)) return -PROTOCOL_ERROR
  const codes = packet.substr(at)
  const request = c._packets[held]
  let block = ''
  let count = 0
  // Behind type, length (of less than 2 MB) and identifier.
  at = 3 + varint(request.length - 3).length
  if (V5 && c._v5) {
    block = blockAt(request, at)
    at += block.length
  }
  for (; at < request.length; count++) {
    const end = endOfField(request, at)
    const filter = request.substring(at, end)
    const code = codes.charCodeAt(count)
    at = end
    if (first === SUBSCRIBE) {
      const options = request[at++]
      if (code < 3) c._subscriptions[filter] = options + block
    } else if (!(code > 0x7f)) delete c._subscriptions[filter]
  }
  // UNSUBACK of 3.1.1 has none.
  if (codes.length !== count && (first === SUBSCRIBE || (V5 && c._v5))) return -PROTOCOL_ERROR
  settle(c, held, first === SUBSCRIBE ? ON_SUBSCRIBE : ON_UNSUBSCRIBE, codes)
  return 0
}
