/**
 * A link over Kaluma's raw network device; require('net') costs 6.5 kB of heap and hides errno. The driver reports nothing
 * but success and the peer's FIN: a refusal, a reset and a time-out free lwIP's block in silence, and closing such a
 * block frees it twice, which ends in a panic. So there is one connection at a time, judge() asks the block several times
 * a second whether it lives, and what is dead is never closed. State is the module's: one device, one link.
 */
import type { Link, LinkEvents } from '../contract'
import type { Netdev, Slot } from './device'

declare let __netdev: Netdev
declare const global: { __netdev: Netdev }
declare function require(module: 'pico_cyw43'): { PicoCYW43Network: new () => Netdev }
declare function setTimeout(run: () => void, ms: number): number
declare const console: { error(fault: unknown): void }

/** The driver takes no less than a function. */
const ignore = () => {}

/** Failed probes in a row after which a block counts as dead. */
const PROBES = 3
/** Received bytes after which a collection is forced: chunks live in a C heap of 14 kB until there is one. */
const COLLECT_B = 4000
/** Bytes handed on at once: fromCharCode.apply() works on the C stack. */
const PIECE_B = 128

/** The slot of the present block, -1 for none; its owner may be gone already. */
let slot = -1
let owner: LinkEvents | null = null
/** Whether the owner of the present block has closed it. */
let closing = false
let established = false
let failedProbes = 0
/** What connect() was asked while an old block was still there. */
let dial: (() => void) | null = null
/** A slot that is kept from being used, since the FIN of the connection that had it would hit whoever sits there. */
let parked = -1
/**
 * A slot whose connect() threw, for the next attempt. It must not be closed: the driver would close the block that sat in
 * it before, again.
 */
let spare = -1
let receivedB = 0

/** Ends the owner's link, exactly once. */
function ended(reason: string) {
  const events = owner
  owner = null
  if (events) events.closed(reason)
}

/** The object of a slot, with no callback left in it; of a free slot, an object nobody looks at. */
function unhook(at: number): Slot {
  const k = __netdev.get(at) || {}
  k.connect_cb = k.close_cb = k.read_cb = k.shutdown_cb = undefined
  return k
}

/** The block lives: closes it, and sits in its slot. */
function hangUp() {
  unhook(slot)
  __netdev.close(slot, ignore)
  slot = -1
  const before = parked
  // While the slot parked before is taken, the lowest free one is that of the block just closed. Kept until the next time.
  parked = __netdev.socket('AF_INET', 'STREAM')
  if (before >= 0) __netdev.close(before, ignore)
}

/** Empties what a slot keeps for ever once its device is replaced. */
function empty(at: number) {
  const k = unhook(at)
  for (const name of Object.keys(k)) delete k[name as keyof Slot]
}

/** The block is gone: forgets it. A new device has all slots free; the objects of the old one stay. */
function abandon() {
  empty(slot)
  empty(parked)
  slot = parked = spare = -1
  global.__netdev = new (require('pico_cyw43').PicoCYW43Network)()
}

/**
 * Looks after the block; to be called every 100 ms or slower, only while the Wi-Fi link is up: without it the driver
 * answers for a live block as for a dead one.
 */
export function judge() {
  if (slot >= 0) {
    __netdev.write(slot, '', ignore)
    if (__netdev.errno === 0) {
      failedProbes = 0
      if (closing) hangUp()
    } else if (++failedProbes >= PROBES) {
      abandon()
      if (!closing) ended(established ? 'reset' : 'refused')
    }
  }
  if (slot < 0 && dial) {
    const run = dial
    dial = null
    run()
  }
}

/** Frees the chunks received so far: the engine collects when much is asked for and many objects are new. */
function collect() {
  let junk: unknown[] | Uint8Array = []
  for (let i = 0; i < 40; i++) junk = [junk]
  junk = new Uint8Array(5800)
  receivedB = junk.length - 5800
}

function read(bytes: Uint8Array) {
  try {
    for (let at = 0; at < bytes.length && owner; at += PIECE_B) {
      owner.received(String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE_B) as unknown as number[]))
    }
    receivedB += bytes.length
    if (receivedB > COLLECT_B) collect()
  } catch (e) {
    console.error(e)
  }
}

/** See Board.connect(). Waits until the block of the link before is closed or judged dead. */
export function connect(host: string, port: number, events: LinkEvents): Link {
  const run = () => {
    let reason = ''
    closing = established = false
    failedProbes = 0
    try {
      slot = spare < 0 ? __netdev.socket('AF_INET', 'STREAM') : spare
      spare = -1
      const k = __netdev.get(slot) as Slot
      k.connect_cb = () => {
        try {
          established = true
          if (owner === events) events.opened()
        } catch (e) {
          console.error(e)
        }
      }
      k.read_cb = read
      k.close_cb = () => {
        // The driver frees the slot itself.
        slot = -1
        try {
          ended('closed by the broker')
        } catch (e) {
          console.error(e)
        }
      }
      __netdev.connect(slot, host, port, ignore)
      if (__netdev.errno === 0) return
      // No route, no port: the block is new, and ours to close.
      unhook(slot)
      __netdev.close(slot, ignore)
      reason = 'cannot connect'
    } catch (e) {
      unhook(slot)
      spare = slot
      reason = '' + (e as Error).message
    }
    slot = -1
    setTimeout(() => {
      if (owner === events) ended(reason)
    }, 1)
  }
  owner = events
  if (slot < 0) run()
  else dial = run
  return {
    write: bytes => {
      if (owner !== events || slot < 0 || closing) return -1
      __netdev.write(slot, bytes, ignore)
      return __netdev.errno
    },
    close: () => {
      if (owner !== events) return
      owner = dial = null
      closing = true
      if (slot >= 0) {
        unhook(slot).close_cb = () => {
          slot = -1
        }
        failedProbes = 0
      }
    },
  }
}
