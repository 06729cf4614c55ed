import type { Alarm, Connection } from './contract'
import type { Chip } from './kaluma-chip'
import type { Station } from './station'

/** lwIP's figures as Kaluma 1.2.1 sets them. */
export const SEGMENT = 1460
export const SEND_BUFFER = 8 * SEGMENT
const BLOCKS = 5

/** SYN is repeated six times, 3 s apart. */
export const SYN_LIFETIME = 21_000
/** Twelve retransmissions: minutes, depending on the round trip. */
const RETRANSMISSION_LIFETIME = 9 * 60_000
const TIME_WAIT_LIFETIME = 2 * 60_000
/** How often it is looked whether anything was acknowledged. */
const LOOK = 10_000
/** From one's own FIN to the peer's: the contract tells nothing of a connection that was ended. */
const ROUND_TRIP = 50

type State = 'CLOSED' | 'SYN_SENT' | 'ESTABLISHED' | 'CLOSE_WAIT' | 'LAST_ACK' | 'FIN_WAIT' | 'TIME_WAIT' | 'FREE'

/** A TCP control block. Whoever keeps it after lwIP has freed it holds a dangling pointer. */
export interface Block {
  state: State
  /** The driver's slot: its events go to whoever sits there when they come. */
  readonly slot: number
  /** The device was replaced while the block was alive: lwIP is corrupt from its next event on. */
  isAbandoned: boolean
  connection: Connection | undefined
  /** Taken from the driver, not yet by the connection. */
  pending: Buffer[]
  pendingBytes: number
  /** Bytes ever taken from the driver. */
  taken: number
  alarm: Alarm | undefined
}

/** The driver's functions that lwIP calls, with the slot that the block was made for. There is none for an error. */
export interface Receiver {
  connected(slot: number): void
  received(slot: number, bytes: Buffer): void
  ended(slot: number): void
}

export interface Tcp {
  /**
   * A block in SYN_SENT, or in CLOSED where there is no route; undefined when all are in use.
   * Throws ENOTFOUND for a name that cannot be looked up.
   */
  connect(slot: number, host: string, port: number): Block | undefined
  /** All or nothing. False is ERR_CONN, ERR_MEM or ERR_RTE; with the last, the bytes are queued even so. */
  write(block: Block, bytes: Buffer): boolean
  close(block: Block): void
  /** Whether lwIP still works with it. */
  isAlive(block: Block): boolean
  /** Blocks that nobody can close any more. */
  readonly lost: number
  /** Bytes that wait before the connections' own send buffers. */
  readonly pendingBytes: number
}

/** lwIP over the radio. `poll` runs what the radio brings as the main loop does. */
export function makeTcp(chip: Chip, radio: Station, poll: (event: () => void) => void, receiver: Receiver): Tcp {
  const blocks = new Set<Block>()

  chip.occupies(() => [...blocks].reduce((sum, block) => sum + queued(block), 0))

  function isOpen(block: Block): boolean {
    return block.state === 'SYN_SENT' || block.state === 'ESTABLISHED' || block.state === 'CLOSE_WAIT'
  }

  function queued(block: Block): number {
    return block.pendingBytes + (isOpen(block) ? (block.connection?.queuedBytes ?? 0) : 0)
  }

  function arm(block: Block, ms: number, run: () => void): void {
    block.alarm?.cancel()
    block.alarm = chip.after(ms, run)
  }

  function free(block: Block): void {
    block.alarm?.cancel()
    block.state = 'FREE'
    block.connection = undefined
    block.pending = []
    block.pendingBytes = 0
    blocks.delete(block)
  }

  function abort(block: Block): void {
    block.connection?.abort()
    free(block)
  }

  function allocate(slot: number): Block | undefined {
    if (blocks.size >= BLOCKS) {
      const oldest = [...blocks].find(block => block.state === 'TIME_WAIT')
      if (!oldest) return undefined
      free(oldest)
    }
    const block: Block = {
      state: 'CLOSED',
      slot,
      isAbandoned: false,
      connection: undefined,
      pending: [],
      pendingBytes: 0,
      taken: 0,
      alarm: undefined,
    }
    blocks.add(block)
    return block
  }

  /** Gives up, without a word, what the peer has not acknowledged for minutes. */
  function watch(block: Block, delivered: number, since: number): void {
    if (queued(block) === 0) {
      block.alarm = undefined
      return
    }
    const now = block.taken - queued(block)
    const stalledSince = now > delivered ? chip.uptime() : since
    if (chip.uptime() - stalledSince >= RETRANSMISSION_LIFETIME) abort(block)
    else arm(block, LOOK, () => watch(block, now, stalledSince))
  }

  function flush(block: Block): void {
    const { connection, pending } = block
    while (connection && pending.length > 0) {
      const count = connection.send(pending[0])
      block.pendingBytes -= count
      if (count < pending[0].length) {
        pending[0] = pending[0].subarray(count)
        break
      }
      pending.shift()
    }
    if (pending.length > 0) return
    if (block.state === 'LAST_ACK') {
      connection?.end()
      free(block)
    } else if (block.state === 'FIN_WAIT') {
      connection?.end()
      awaitFin(block, RETRANSMISSION_LIFETIME)
    }
  }

  /** The peer's FIN comes a round trip later, or when the air is back, and finds whoever sits in the slot then. */
  function awaitFin(block: Block, patience: number): void {
    arm(block, ROUND_TRIP, () => {
      if (!radio.passes) {
        if (patience > 0) awaitFin(block, patience - ROUND_TRIP)
        else free(block)
        return
      }
      block.state = 'TIME_WAIT'
      arm(block, TIME_WAIT_LIFETIME, () => free(block))
      poll(() => receiver.ended(block.slot))
    })
  }

  function dial(block: Block, host: string, port: number): Connection {
    const hear = (event: () => void) => {
      if (chip.isAlive && block.state !== 'FREE') poll(event)
    }
    return radio.dial(host, port, {
      connected: () =>
        hear(() => {
          block.state = 'ESTABLISHED'
          block.alarm?.cancel()
          block.alarm = undefined
          flush(block)
          watch(block, 0, chip.uptime())
          receiver.connected(block.slot)
        }),
      received: bytes => {
        for (let at = 0; at < bytes.length; at += SEGMENT) {
          hear(() => {
            if (block.state !== 'ESTABLISHED') return
            if (block.isAbandoned) chip.panic('a segment for an abandoned block')
            receiver.received(block.slot, bytes.subarray(at, at + SEGMENT))
          })
        }
      },
      writable: () => hear(() => flush(block)),
      ended: () =>
        hear(() => {
          if (block.isAbandoned) chip.panic('FIN for an abandoned block')
          block.state = 'CLOSE_WAIT'
          receiver.ended(block.slot)
        }),
      failed: () => hear(() => free(block)),
    })
  }

  return {
    connect(slot, host, port) {
      const block = allocate(slot)
      if (!block || !radio.isUp) return block
      try {
        block.connection = dial(block, host, port)
      } catch (error) {
        free(block)
        throw error
      }
      block.state = 'SYN_SENT'
      arm(block, SYN_LIFETIME, () => abort(block))
      return block
    },
    write(block, bytes) {
      if (!isOpen(block)) return false
      if (bytes.length > 0) {
        // The driver's copy and lwIP's own are on the heap at the same time.
        if (bytes.length > SEND_BUFFER - queued(block) || 2 * bytes.length > chip.heapRoom()) return false
        block.pending.push(bytes)
        block.pendingBytes += bytes.length
        block.taken += bytes.length
        if (block.state !== 'SYN_SENT') {
          flush(block)
          if (!block.alarm) watch(block, block.taken - queued(block), chip.uptime())
        }
      }
      return radio.isUp || queued(block) === 0
    },
    close(block) {
      if (block.isAbandoned) chip.panic('tcp_close of an abandoned block')
      switch (block.state) {
        case 'FREE':
          return chip.panic('tcp_close of a freed block')
        case 'CLOSED':
        case 'SYN_SENT':
          return abort(block)
        case 'ESTABLISHED':
        case 'CLOSE_WAIT':
          block.state = block.state === 'ESTABLISHED' ? 'FIN_WAIT' : 'LAST_ACK'
          return flush(block)
      }
    },
    isAlive: isOpen,
    get lost() {
      return [...blocks].filter(block => block.isAbandoned).length
    },
    get pendingBytes() {
      return [...blocks].reduce((sum, block) => sum + block.pendingBytes, 0)
    },
  }
}
