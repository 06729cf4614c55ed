import { isIPv4 } from 'node:net'
import type { Chip } from './kaluma-chip'
import { check, type Realm } from './kaluma-realm'
import { type Block, makeTcp, type Receiver } from './kaluma-tcp'
import type { Station } from './station'

const SLOTS = 16
/** How long a name server lets one wait that does not answer, and one that does. */
const LOOKUP_TIMEOUT = 3_000
const LOOKUP = 40
/** What a replaced device holds for ever per socket, by what the image left in its object. */
const LEAK = { withCallbacks: 688, withoutCallbacks: 208, emptied: 20 }
const CALLBACKS = ['connect_cb', 'read_cb', 'close_cb', 'shutdown_cb']

/** What __netdev.get() answers: the image hangs its callbacks on it. */
type DriverSocket = Record<string, unknown>

interface Slot {
  isTaken: boolean
  isConnected: boolean
  socket: DriverSocket | undefined
  /** Forgotten by close() only: a new socket in the slot inherits it. */
  block: Block | undefined
}

/** `__netdev`. */
interface Device {
  errno: number
  mac?: string
  ip?: string
}

export interface NetworkDriver {
  readonly PicoCYW43Network: new () => Device
  /** The garbage collector ran: the chunks that were handed out are freed. */
  collected(): void
  /** Slots in use, and blocks that nobody can close any more. */
  readonly sockets: number
  /** Bytes that wait before the connections' own send buffers. */
  readonly queuedBytes: number
  /** Bytes of JavaScript heap that replaced devices hold. */
  readonly leaked: number
}

/** Kaluma's socket driver (module_pico_cyw43.c) with its faults. */
export function networkDriver(
  chip: Chip,
  realm: Realm,
  radio: Station,
  poll: (event: () => void) => void,
): NetworkDriver {
  const slots: Slot[] = Array.from({ length: SLOTS }, () => ({
    isTaken: false,
    isConnected: false,
    socket: undefined,
    block: undefined,
  }))
  let leaked = 0
  /** Bytes of chunks that wait for the garbage collector. */
  let chunks = 0

  const receiver: Receiver = {
    connected(index) {
      const slot = slots[index]
      if (slot.isTaken && slot.isConnected) chip.call(slot.socket?.connect_cb)
    },
    received(index, bytes) {
      const { isTaken, isConnected, socket } = slots[index]
      if (!isTaken || !isConnected) return
      chip.malloc(bytes.length)
      if (typeof socket?.read_cb !== 'function') return
      chunks += bytes.length
      const chunk = new realm.Uint8Array(bytes.length)
      chunk.set(bytes)
      chip.call(socket.read_cb, chunk)
    },
    ended(index) {
      const slot = slots[index]
      if (slot.isTaken && (slot.isConnected || slot.socket)) closeSlot(slot)
    },
  }

  const tcp = makeTcp(chip, radio, poll, receiver)
  chip.occupies(() => chunks)

  function slotOf(fd: unknown): Slot | undefined {
    return slots[Math.trunc(fd as number)]
  }

  function closeSlot(slot: Slot): void {
    slot.isConnected = false
    slot.isTaken = false
    if (slot.block) tcp.close(slot.block)
    slot.block = undefined
    if (!slot.socket) return
    chip.call(slot.socket.close_cb)
    // Also when the callback has opened a socket in this very slot: that one stays mute.
    slot.socket = undefined
  }

  function leakOf(socket: DriverSocket): number {
    if (Object.keys(socket).length === 0) return LEAK.emptied
    return CALLBACKS.some(name => socket[name]) ? LEAK.withCallbacks : LEAK.withoutCallbacks
  }

  /** Answers a callback with the error number that the RP2040's double-to-unsigned conversion leaves of it: 0. */
  function answer(values: unknown[], index: number): void {
    if (values.length > index) chip.call(values[index], 0)
  }

  /** Waits for the name server, and throws what the driver throws without an answer. */
  function failLookup(device: Device): never {
    const isAnswered = radio.passes
    chip.block(isAnswered ? LOOKUP : LOOKUP_TIMEOUT)
    device.errno = -1
    throw new realm.Error(isAnswered ? 'DNS Error: IP is not found.' : 'DNS response timeout.')
  }

  function dial(device: Device, fd: number, host: string, port: number): boolean {
    const slot = slots[fd]
    let block: Block | undefined
    try {
      block = tcp.connect(fd, host, port)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') failLookup(device)
      throw error
    }
    // The pointer is overwritten even by NULL, and the driver takes that for a connection.
    slot.block = block
    return block === undefined || tcp.isAlive(block)
  }

  class PicoCYW43Network implements Device {
    errno = 0
    mac?: string
    ip?: string

    constructor() {
      for (const slot of slots) {
        if (slot.isTaken && slot.socket) leaked += leakOf(slot.socket)
        if (slot.block && tcp.isAlive(slot.block)) slot.block.isAbandoned = true
        slot.isTaken = false
      }
    }

    socket(...values: unknown[]): number {
      check(realm, values, 0, 'domain', 'string')
      check(realm, values, 1, 'protocol', 'string')
      if (values[1] !== 'STREAM') throw new realm.TypeError('un-supported domain or protocol.')
      if (!radio.isUp) throw new realm.Error('WiFi is not connected.')
      const fd = slots.findIndex(slot => !slot.isTaken)
      if (fd < 0) throw new (realm.global.SystemError as new (errno: number) => Error)(-121)
      const slot = slots[fd]
      slot.isTaken = true
      slot.isConnected = false
      this.mac = '28:CD:C1:00:00:01'
      this.ip = radio.address
      slot.socket = Object.assign(new realm.Object() as DriverSocket, {
        fd,
        ptcl: 'STREAM',
        state: 0,
        laddr: radio.address,
        lport: 0,
        raddr: '0.0.0.0',
        rport: 0,
      })
      return fd
    }

    get(...values: unknown[]): DriverSocket | undefined {
      check(realm, values, 0, 'fd', 'number')
      const slot = slotOf(values[0])
      return slot?.isTaken ? slot.socket : undefined
    }

    connect(...values: unknown[]): void {
      check(realm, values, 0, 'fd', 'number')
      check(realm, values, 1, 'addr', 'string')
      check(realm, values, 2, 'port', 'number')
      check(realm, values, 3, 'callback', 'function', true)
      const [fd, host, port] = values as [number, string, number]
      const slot = slotOf(fd)
      this.errno = -1
      if (slot?.isTaken && !slot.isConnected) {
        if (host === '') throw new realm.Error('DNS Error: DNS access error.')
        slot.isConnected = dial(this, fd, host, port)
        if (slot.isConnected) this.errno = 0
        if (slot.socket) {
          const raddr = isIPv4(host) ? host : '0.0.0.0'
          Object.assign(slot.socket, { raddr, rport: port, state: slot.isConnected ? 2 : 0 })
        }
      }
      answer(values, 3)
    }

    write(...values: unknown[]): void {
      check(realm, values, 0, 'fd', 'number')
      check(realm, values, 1, 'data', 'string')
      check(realm, values, 2, 'callback', 'function', true)
      const slot = slotOf(values[0])
      const text = values[1] as string
      this.errno = -1
      if (slot?.isConnected) {
        chip.malloc(text.length + 1)
        const bytes = Buffer.from(text.replace(/[^\0-\xff]/g, '\0'), 'latin1')
        if (slot.block && tcp.write(slot.block, bytes)) this.errno = 0
      }
      answer(values, 2)
    }

    close(...values: unknown[]): void {
      check(realm, values, 0, 'fd', 'number')
      check(realm, values, 1, 'callback', 'function', true)
      const slot = slotOf(values[0])
      if (slot && (slot.isConnected || slot.socket)) closeSlot(slot)
      this.errno = 0
      answer(values, 1)
    }

    /** Both directions end, whatever `how` says: the world below knows no half-closed connection. */
    shutdown(...values: unknown[]): void {
      check(realm, values, 0, 'fd', 'number')
      check(realm, values, 1, 'how', 'number')
      check(realm, values, 2, 'callback', 'function', true)
      const slot = slotOf(values[0])
      this.errno = slot?.block && tcp.isAlive(slot.block) ? 0 : -1
      if (slot?.block && this.errno === 0) {
        tcp.close(slot.block)
        chip.call(slot.socket?.shutdown_cb)
      }
      answer(values, 2)
    }
  }
  chip.guard(PicoCYW43Network.prototype)

  return {
    PicoCYW43Network,
    collected() {
      chunks = 0
    },
    get sockets() {
      return slots.filter(slot => slot.isTaken).length + tcp.lost
    },
    get queuedBytes() {
      return tcp.pendingBytes
    },
    get leaked() {
      return leaked
    },
  }
}
