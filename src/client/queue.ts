/** Store and forward: messages that wait for a session, in a ring that is bounded in bytes. */
import { varint } from '../wire/header'
import { V5 } from '../wire/v5'
import { BUSY, type Client, LINK_FAILED, NOT_UP, REFUSED, UP } from './client'
import { remaining } from './expiry'

/** publish(), publishQos() or what answers like them. */
export type Publish = (c: Client, topic: string, payload: string, flags: number, properties: string) => number

/** Topic, payload, flags, when it was taken; in 5.0 the properties, without their length. */
type Waiting = [string, string, number, number, string?]

/** What waits counts as so many bytes beside its payload; its topic is the owner's, and the same for many. */
const ENTRY_B = 100

export interface Queue extends Client {
  /** How many messages have given way so far; the owner may set it back. */
  dropped: number

  // Survives the link.
  /** The oldest first. */
  _waiting: Waiting[]
  _queuedB: number

  // The owner's.
  _queueB: number
  _keepOldest: boolean
  _publish: Publish
  _clock: () => number
  _finish?: (payload: string, ageMs: number) => string
}

/**
 * Gives a client a queue of `bytes` bytes, of which each message takes 100 beside its payload. When it is full, the message
 * that would be too much gives way if the oldest are to be kept, else those that have waited longest. `publish` sends what
 * leaves, in order; `clock` tells milliseconds that never go back. In 5.0 messages leave with what is left of their Message
 * Expiry Interval, and those that have none left do not leave.
 */
export function queue(
  client: Client,
  bytes: number,
  keepOldest: boolean,
  publish: Publish,
  clock: () => number,
): Queue {
  const c = client as Queue
  c._waiting = []
  c.dropped = c._queuedB = 0
  c._queueB = bytes
  c._keepOldest = keepOldest
  c._publish = publish
  c._clock = clock
  // A session that is put on top of it has a drained() of its own.
  c.drained = drained
  return c
}

function drained(this: Client) {
  this._held = 0
  flush(this as Queue)
}

/** Takes the oldest out. */
function shift(c: Queue): Waiting {
  const oldest = c._waiting.shift() as Waiting
  c._queuedB -= oldest[1].length + ENTRY_B
  return oldest
}

/**
 * Lets a message wait for its turn, which may be at once: flush(). `topic` is a field(), `payload` a byte string, `flags` what
 * publish() or publishQos() takes, `properties` in 5.0 those of IN_PUBLISH, without their length, '' for none. 0; REFUSED for
 * one that is larger than the queue, and BUSY for one that has to give way.
 */
export function enqueue(c: Queue, topic: string, payload: string, flags: number, properties: string): number {
  const bytes = payload.length + ENTRY_B
  if (bytes > c._queueB) return REFUSED
  while (c._queuedB + bytes > c._queueB) {
    c.dropped++
    if (c._keepOldest) return BUSY
    shift(c)
  }
  c._waiting.push(V5 ? [topic, payload, flags, c._clock(), properties] : [topic, payload, flags, c._clock()])
  c._queuedB += bytes
  return 0
}

/** Sends the oldest message. False: there is none, or it has to wait on. */
export function leave(c: Queue): boolean {
  if (!c._waiting.length) return false
  // Out of the queue first: what is sent may call this again.
  const oldest = shift(c)
  const payload = oldest[1]
  const ageMs = c._clock() - oldest[3]
  let block = ''
  if (V5 && c._v5) {
    const left = remaining(oldest[4] as string, ageMs)
    if (left === null) {
      c.dropped++
      return true
    }
    block = varint(left.length) + left
  }
  const result = c._publish(c, oldest[0], c._finish ? c._finish(payload, ageMs) : payload, oldest[2], block)
  if (result === BUSY || result === NOT_UP || result === LINK_FAILED) {
    c._waiting.unshift(oldest)
    c._queuedB += payload.length + ENTRY_B
    return false
  }
  // It never will be sent.
  if (result < 0) c.dropped++
  return true
}

/** Sends what waits, for as long as the runtime takes it. */
export function flush(c: Queue) {
  while (c.state === UP && !c._held && leave(c));
}
