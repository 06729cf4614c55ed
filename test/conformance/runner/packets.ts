import type { ServerEnd } from './stage'

/** What a client sends on one connection, packet by packet. */
export interface PacketStream {
  /** The next whole packet, removed, if it is here. Throws an Error on a length that is none. */
  next(): Buffer | undefined
  /** How many whole packets are here. */
  waiting(): number
  /** Bytes behind the last whole packet. */
  rest(): Buffer
  /** The client has ended the connection, or we have. */
  over(): boolean
  send(bytes: Buffer): void
  close(): void
}

/** Bytes of the packet at the start of `bytes`, or undefined while its length is not known. */
function lengthOf(bytes: Buffer): number | undefined {
  let length = 0
  for (let at = 1; at < bytes.length; at++) {
    length += (bytes[at] & 127) * 128 ** (at - 1)
    if (bytes[at] < 128) return at + 1 + length
    if (at === 4) throw new Error(`Remaining Length of more than four bytes: ${bytes.toString('hex', 0, 6)}`)
  }
  return undefined
}

export function packetStream(end: ServerEnd): PacketStream {
  const packets: Buffer[] = []
  let rest: Buffer = Buffer.alloc(0)
  let closed = false

  function read(): void {
    const bytes = end.take()
    if (bytes.length === 0) return
    rest = Buffer.concat([rest, bytes])
    for (let length = lengthOf(rest); length !== undefined && length <= rest.length; length = lengthOf(rest)) {
      packets.push(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
  }

  return {
    next() {
      read()
      return packets.shift()
    },
    waiting() {
      read()
      return packets.length
    },
    rest: () => rest,
    over: () => closed || end.ended,
    send: end.send,
    close() {
      closed = true
      end.close()
    },
  }
}
