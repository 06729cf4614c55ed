/** Where a scenario is played: time, and a server that the client under test connects to. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { VirtualClock } from '../../../src/host/virtual/clock'
import type { MemoryNetwork } from '../../../src/host/virtual/memory-network'

/** The server's end of a connection. */
export interface ServerEnd {
  /** What came since the last call. */
  take(): Buffer
  /** The client ended it, with FIN or RST. */
  readonly ended: boolean
  send(bytes: Buffer): void
  /** May be called twice. */
  close(): void
}

export interface Server {
  port: number
  /** All connections, in the order in which they came. */
  accepted: ServerEnd[]
  /** Ends the connections too. */
  close(): Promise<void>
}

export interface Stage {
  /** Milliseconds. */
  now(): number
  /** Lets `ms` pass and whatever is due by then happen. */
  sleep(ms: number): Promise<void>
  /** Milliseconds between two looks at what came. */
  step: number
  listen(): Promise<Server>
}

/** What came and what became of it, to be filled by the events of a connection. */
function inbox() {
  let chunks: Buffer[] = []
  return {
    ended: false,
    push: (bytes: Buffer) => chunks.push(bytes),
    take() {
      const bytes = Buffer.concat(chunks)
      chunks = []
      return bytes
    },
  }
}

function socketEnd(socket: Socket): ServerEnd {
  const box = inbox()
  let closed = false
  const over = () => {
    box.ended ||= !closed
  }
  socket.setNoDelay(true)
  socket.on('data', box.push).on('end', over).on('close', over).on('error', over)
  return {
    take: box.take,
    get ended() {
      return box.ended
    },
    send(bytes) {
      if (!socket.writableEnded) socket.write(bytes)
    },
    close() {
      closed = true
      socket.destroySoon()
    },
  }
}

/** Real time and TCP on 127.0.0.1. */
export function nodeStage(): Stage {
  return {
    now: () => performance.now(),
    async sleep(ms) {
      await setTimeout(ms)
      // Timers run before sockets are read: what came meanwhile is seen behind this.
      await setImmediate()
    },
    step: 5,
    async listen() {
      const sockets = new Set<Socket>()
      const accepted: ServerEnd[] = []
      const server = createServer(socket => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        accepted.push(socketEnd(socket))
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return {
        port: (server.address() as AddressInfo).port,
        accepted,
        async close() {
          const closed = once(server, 'close')
          server.close()
          for (const socket of sockets) socket.destroy()
          await closed
        },
      }
    },
  }
}

/** The time of `clock` and a server in memory at `host:port`. One scenario at a time plays on it. */
export function virtualStage(clock: VirtualClock, network: MemoryNetwork, host: string, port: number): Stage {
  return {
    now: clock.now,
    async sleep(ms) {
      clock.advance(ms)
      // Promises of the client under test go on here.
      await setImmediate()
    },
    step: 5,
    async listen() {
      const accepted: ServerEnd[] = []
      const listener = network.listen(host, port, connection => {
        const box = inbox()
        const over = () => {
          box.ended = true
        }
        accepted.push({
          take: box.take,
          get ended() {
            return box.ended
          },
          send: bytes => void connection.send(bytes),
          close: () => connection.end(),
        })
        return { received: box.push, ended: over, failed: over }
      })
      return {
        port,
        accepted,
        async close() {
          listener.kill()
          listener.close()
        },
      }
    },
  }
}
