import { isIP } from 'node:net'
import type { Clock, Connection, ConnectionEvents, Transport } from './contract'

/** The server's end of a connection. */
export interface ServerConnection extends Connection {
  /** Stops reading: the peer's bytes stay in the peer's send buffer until resume(). */
  pause(): void
  resume(): void
}

/** What a server wants to hear of a connection. */
export type ServerEvents = Partial<Omit<ConnectionEvents, 'connected'>>

/** A server, and what is wrong with it. */
export interface Listener {
  /**
   * What a new connection meets: a server, a port where nobody listens, a host that does not answer, or a name that
   * nobody knows. A host that does not answer now may do so at a later SYN of the same attempt.
   */
  mode: 'accepts' | 'refuses' | 'silent' | 'unknown'
  /** Connections that are not over on both sides. */
  readonly connections: number
  /** The server process dies: every client gets RST, the server's side hears nothing more. It listens on. */
  kill(): void
  /** The way to the server is cut in both directions; nobody is told, and a SYN is not answered. */
  freeze(): void
  /** The cut is mended; what waits in send buffers goes on. */
  thaw(): void
  /** Stops listening. Connections stay. */
  close(): void
}

export interface MemoryNetworkOptions {
  /** Milliseconds from one end to the other. Default 1. */
  latency?: number
  /** Bytes that one received() gets at most. Default 1460. */
  segmentSize?: number
  /** Bytes that the dialling side's send buffer holds. Default 5744, as on the ESP32. */
  sendBuffer?: number
  /** The same on the server's side. Default: no limit, so that a scripted server need not care. */
  serverSendBuffer?: number
  /** Milliseconds until a connect that nobody answers fails. Default 75,000. */
  connectTimeout?: number
}

/** A network in memory, in the clock's time, the same at every run. Its options can be changed at any time. */
export interface MemoryNetwork extends Transport, Required<MemoryNetworkOptions> {
  /** `accept` is called for each new connection and answers what the server wants to hear of it. */
  listen(host: string, port: number, accept: (connection: ServerConnection) => ServerEvents): Listener
}

/** A port and everything connected to it. The way to it is cut while `frozen`. */
interface Server {
  listener: Listener
  frozen: boolean
  /** The server's ends of connections that are not over on both sides. */
  ends: Set<End>
  accept(connection: ServerConnection): ServerEvents
}

/** One end of a connection. What it sends is its own until that has arrived. */
interface End {
  events: Partial<ConnectionEvents>
  sendBuffer: () => number
  /** Both undefined until the server has accepted. */
  peer: End | undefined
  server: Server | undefined
  queue: Buffer[]
  queuedBytes: number
  /** A segment is on its way. */
  travelling: boolean
  /** A send() took less than it was given. */
  short: boolean
  paused: boolean
  /** end() was called here: FIN is behind the queue. */
  ended: boolean
  finArrived: boolean
  /** Aborted or failed. */
  gone: boolean
}

/** The first wait for an answer to a SYN. Each further one is twice as long. */
const FIRST_SYN_WAIT = 1000

/** An Error with a `code`, as node:net has it. */
function networkError(code: string, host: string): Error {
  return Object.assign(new Error(`${code}: ${host}`), { code })
}

/** A network on which only what listens exists, or once did: a name stays known. */
export function memoryNetwork(clock: Clock, options: MemoryNetworkOptions = {}): MemoryNetwork {
  const servers = new Map<string, Server>()
  const names = new Set<string>()

  function isKnown(host: string): boolean {
    if (isIP(host)) return true
    const unknown = [...servers].some(
      ([key, { listener }]) => key.startsWith(`${host}:`) && listener.mode === 'unknown',
    )
    return names.has(host) && !unknown
  }

  /** The server that answers a SYN now, or the code of what else happens. */
  function answer(host: string, port: number): Server | 'ECONNREFUSED' | 'ETIMEDOUT' {
    const server = servers.get(`${host}:${port}`)
    if (!server) return isKnown(host) && !isIP(host) ? 'ECONNREFUSED' : 'ETIMEDOUT'
    if (server.frozen || server.listener.mode === 'silent') return 'ETIMEDOUT'
    return server.listener.mode === 'refuses' ? 'ECONNREFUSED' : server
  }

  function makeEnd(events: Partial<ConnectionEvents>, sendBuffer: () => number, server?: Server, peer?: End): End {
    return {
      events,
      sendBuffer,
      peer,
      server,
      queue: [],
      queuedBytes: 0,
      travelling: false,
      short: false,
      paused: false,
      ended: false,
      finArrived: false,
      gone: false,
    }
  }

  /** Brings what `from` has queued to its peer, a segment a turn, so that the reader sees them apart. */
  function deliver(from: End, delay: number): void {
    if (from.travelling || !canDeliver(from)) return
    from.travelling = true
    clock.after(delay, () => {
      from.travelling = false
      if (!canDeliver(from)) return
      arrive(from, from.peer as End)
      deliver(from, 0)
    })
  }

  function canDeliver(from: End): boolean {
    if (from.gone || !from.peer || from.peer.paused || from.server?.frozen) return false
    return from.queue.length > 0 || (from.ended && !from.finArrived)
  }

  function arrive(from: End, to: End): void {
    if (from.queue.length === 0) {
      from.finArrived = true
      if (!to.gone && !to.ended) to.events.ended?.()
      forgetIfOver(from)
      return
    }
    if (to.gone) {
      // The peer's stack does not know the connection any more and answers RST.
      fail(from, 'ECONNRESET')
      return
    }
    const segment = from.queue[0].subarray(0, Math.max(1, network.segmentSize))
    if (segment.length === from.queue[0].length) from.queue.shift()
    else from.queue[0] = from.queue[0].subarray(segment.length)
    from.queuedBytes -= segment.length
    if (!to.ended) to.events.received?.(Buffer.from(segment))
    if (from.short && !from.gone && !from.ended) {
      from.short = false
      from.events.writable?.()
    }
  }

  function forget(end: End): void {
    end.gone = true
    end.queue = []
    end.queuedBytes = 0
    forgetIfOver(end)
  }

  function forgetIfOver(end: End): void {
    const over = (each: End | undefined) => !each || each.gone || each.finArrived
    if (!over(end) || !over(end.peer)) return
    end.server?.ends.delete(end)
    if (end.peer) end.server?.ends.delete(end.peer)
  }

  function fail(end: End, code: string): void {
    if (end.gone) return
    forget(end)
    if (!end.ended) end.events.failed?.(code)
  }

  /** Ends without a word to the owner of `end`; its peer gets RST unless the way is cut. */
  function reset(end: End): void {
    if (end.gone) return
    forget(end)
    const peer = end.peer
    if (!peer) return
    clock.after(network.latency, () => {
      if (!end.server?.frozen) fail(peer, 'ECONNRESET')
    })
  }

  function connectionOf(end: End): ServerConnection {
    return {
      get queuedBytes() {
        return end.queuedBytes
      },
      send(bytes) {
        if (end.gone || end.ended) return 0
        const taken = Math.min(bytes.length, Math.max(0, end.sendBuffer() - end.queuedBytes))
        end.short = taken < bytes.length
        if (taken === 0) return 0
        end.queue.push(Buffer.from(bytes.subarray(0, taken)))
        end.queuedBytes += taken
        deliver(end, network.latency)
        return taken
      },
      end() {
        end.ended = true
        deliver(end, network.latency)
      },
      abort: () => reset(end),
      pause() {
        end.paused = true
      },
      resume() {
        end.paused = false
        if (end.peer) deliver(end.peer, network.latency)
      },
    }
  }

  /** Ties `near` to a new end at the server. */
  function accept(near: End, server: Server): void {
    if (near.gone) return
    const far = makeEnd({}, () => network.serverSendBuffer, server, near)
    near.peer = far
    near.server = server
    server.ends.add(far)
    far.events = server.accept(connectionOf(far))
    deliver(near, network.latency)
  }

  /** A SYN arrives; without an answer, another one follows until `deadline`. */
  function synArrives(near: End, host: string, port: number, wait: number, deadline: number): void {
    if (near.gone) return
    const found = answer(host, port)
    if (typeof found === 'object') {
      clock.after(network.latency, () => {
        if (!near.gone && !near.ended) near.events.connected?.()
      })
      accept(near, found)
    } else if (found === 'ECONNREFUSED') {
      clock.after(network.latency, () => fail(near, found))
    } else if (clock.now() + wait < deadline) {
      clock.after(wait, () => synArrives(near, host, port, 2 * wait, deadline))
    } else {
      clock.after(deadline - clock.now(), () => fail(near, found))
    }
  }

  const network: MemoryNetwork = {
    latency: 1,
    segmentSize: 1460,
    sendBuffer: 5744,
    serverSendBuffer: Number.POSITIVE_INFINITY,
    connectTimeout: 75_000,
    ...options,

    listen(host, port, acceptConnection) {
      const key = `${host}:${port}`
      if (servers.has(key)) throw networkError('EADDRINUSE', key)
      const listener: Listener = {
        mode: 'accepts',
        get connections() {
          return [...server.ends].filter(end => !end.gone && !end.ended).length
        },
        kill() {
          for (const end of [...server.ends]) reset(end)
        },
        freeze() {
          server.frozen = true
        },
        thaw() {
          server.frozen = false
          for (const end of server.ends) {
            deliver(end, network.latency)
            if (end.peer) deliver(end.peer, network.latency)
          }
        },
        close() {
          servers.delete(key)
        },
      }
      const server: Server = { listener, frozen: false, ends: new Set(), accept: acceptConnection }
      servers.set(key, server)
      names.add(host)
      return listener
    },

    dial(host, port, events) {
      if (!isKnown(host)) throw networkError('ENOTFOUND', host)
      const near = makeEnd(events, () => network.sendBuffer)
      const deadline = clock.now() + network.connectTimeout
      clock.after(network.latency, () => synArrives(near, host, port, FIRST_SYN_WAIT, deadline))
      return connectionOf(near)
    },

    dialBlocking(host, port, events) {
      if (!isKnown(host)) throw networkError('ENOTFOUND', host)
      const found = answer(host, port)
      clock.block(found === 'ETIMEDOUT' ? network.connectTimeout : 2 * network.latency)
      if (typeof found === 'string') throw networkError(found, host)
      const near = makeEnd(events, () => network.sendBuffer)
      // The server hears of it in a turn of its own.
      clock.after(0, () => accept(near, found))
      return connectionOf(near)
    },
  }
  return network
}
