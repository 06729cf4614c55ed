import type { Clock, Connection, ConnectionEvents } from './contract'
import type { Interpreter } from './espruino-interpreter'
import { asText, type Callable } from './espruino-realm'
import type { Station } from './station'

/** Bytes that pass between runtime and lwIP at a time. */
const CHUNK = 536
/** What a stream without a listener of 'data' holds. */
const STREAM_BUFFER = 512
/** LWIP_MAX_SOCKETS. */
const MOST_SOCKETS = 10
/** Where read(), write() and end() find no more socket. */
const CLOSED = -1
const UNSENT_DATA = -8

/** errno as newlib numbers it, and lwIP on the ESP32 with it. */
const ERRNO: Record<string, number> = { ECONNREFUSED: 111, ECONNRESET: 104, ETIMEDOUT: 116, EHOSTUNREACH: 118 }

/** The fields that Espruino keeps in a Socket, in sight of the image. */
interface SocketFields extends Record<string, unknown> {
  /** What waits to be sent, as a byte string. */
  dSnd?: string
  /** What arrived and nobody took. */
  dRcv?: string
  /** 'connect' was queued. */
  conn?: boolean
  /** Close when everything is sent. */
  cls?: boolean
  /** Close at the next pass. */
  clsNow?: boolean
}

interface Socket {
  fields: SocketFields
  connection: Connection
  /** What lwIP holds. */
  arrived: Buffer[]
  /** FIN or RST came: lwIP tells both the same way. */
  finished: boolean
  /** RST came: nothing can be sent. */
  broken: boolean
  /** The handshake of TLS is still to come: nothing of ours leaves. */
  shaking: boolean
}

export interface Net {
  /** What require('net') gives. */
  readonly module: object
  /** What require('tls') gives. */
  readonly tls: object
  readonly sockets: number
  /** Bytes of dSnd, which live in variables. */
  readonly queuedBytes: number
  /** Of all open sockets. */
  readonly listeners: number
}

export interface NetOptions {
  interpreter: Interpreter
  clock: Clock
  station: Station
  /** Whether the variables hold so many bytes more. */
  fits(bytes: number): boolean
  /** Milliseconds that a handshake of TLS takes; Infinity for a peer that does not know it. */
  handshake: number
}

/** As %t prints a type. */
function typeName(value: unknown): string {
  const type = value === null ? 'null' : typeof value
  return type === 'undefined' || value === null ? type : type[0].toUpperCase() + type.slice(1)
}

/**
 * The library `net`, client side: a port of socketserver.c and network_esp32.c with their order of things. And `tls`,
 * which here is the same with a handshake that takes its time, and no secrecy: what passes is plain.
 */
export function makeNet({ interpreter, clock, station, fits, handshake }: NetOptions): Net {
  const { realm, emitters } = interpreter
  const sockets = new Set<Socket>()
  const byFields = new WeakMap<object, Socket>()
  const prototype = realm.object()

  /** Takes up to a chunk of what lwIP holds: undefined where recv() fails. */
  function receive(socket: Socket): string | undefined {
    if (socket.shaking && (socket.finished || socket.arrived.length > 0)) {
      interpreter.print('Uncaught InternalError: mbedtls_ssl_handshake returned -0x1')
      return undefined
    }
    if (socket.arrived.length === 0) return socket.finished ? undefined : ''
    const waiting = Buffer.concat(socket.arrived)
    socket.arrived = waiting.length > CHUNK ? [waiting.subarray(CHUNK)] : []
    return waiting.toString('latin1', 0, CHUNK)
  }

  /** Gives data to the listeners of 'data', or keeps it. Answers whether that worked. */
  function push(fields: SocketFields, data: string, force: boolean): boolean {
    if (data === '') return true
    if (emitters.listeners(fields, 'data').length > 0) {
      if (!interpreter.call(fields, 'data', data)) {
        interpreter.print('ERROR: Error processing Serial data handler - removing it.')
        interpreter.raise('CALLBACK')
        emitters.remove(fields, 'data')
      }
      return true
    }
    const unread = emitters.unread(fields)
    if (unread === undefined) {
      emitters.setUnread(fields, data)
      return true
    }
    const room = unread.length + data.length <= STREAM_BUFFER
    if (!room && force) interpreter.raise('BUFFER_FULL')
    if ((room || force) && unread.length < STREAM_BUFFER) {
      emitters.setUnread(fields, (unread + data).slice(0, STREAM_BUFFER))
    }
    return room
  }

  /** Sends up to a chunk. Answers how much went, undefined where send() fails. */
  function sendSome({ fields, connection, broken, shaking }: Socket, waiting: string): number | undefined {
    if (broken) return undefined
    if (shaking) return 0
    const sent = connection.send(Buffer.from(waiting.slice(0, CHUNK), 'latin1'))
    fields.dSnd = waiting.slice(sent)
    if (fields.dSnd === '' && !fields.cls) interpreter.emit(fields, 'drain', fields)
    return sent
  }

  /** One pass over one socket, in the order of socketClientConnectionsIdle(). Answers whether it did something. */
  function idle(socket: Socket): boolean {
    const { fields } = socket
    let error = 0
    let closeNow = Boolean(fields.clsNow)
    // dRcv is not forgotten when it is taken here: until more arrives, a listener gets it again in every pass.
    let data = fields.dRcv ?? ''
    let busy = data !== '' && emitters.listeners(fields, 'data').length > 0
    if (push(fields, data, false)) data = ''
    if (!closeNow) {
      if (fields.dSnd) {
        const sent = sendSome(socket, fields.dSnd)
        if (sent === undefined) {
          closeNow = true
          error = CLOSED
        } else if (sent > 0) busy = true
      } else if (fields.cls) closeNow = true
      const received = receive(socket)
      if (received === undefined) {
        closeNow = true
        error = CLOSED
      } else {
        if (!fields.conn) {
          interpreter.emit(fields, 'connect', fields)
          fields.conn = true
          busy = true
          if (!fields.dSnd) interpreter.emit(fields, 'drain', fields)
        }
        if (received !== '') {
          busy = true
          data += received
          fields.dRcv = push(fields, data, false) ? '' : data
          data = fields.dRcv
        }
      }
    }
    if (closeNow && push(fields, data, true)) {
      close(socket, error)
      return true
    }
    return busy
  }

  function close(socket: Socket, error: number): void {
    const { fields } = socket
    sockets.delete(socket)
    byFields.delete(fields)
    socket.connection.end()
    fields.conn = false
    fields.cls = true
    const hadError = error === CLOSED && Boolean(fields.dSnd)
    if (hadError) {
      interpreter.emit(fields, 'error', realm.object({ code: UNSENT_DATA, message: 'unsent data' }))
    }
    interpreter.emit(fields, 'end')
    interpreter.emit(fields, 'close', hadError)
  }

  function eventsOf(socket: () => Socket): ConnectionEvents {
    const finish = (broken: boolean) => {
      socket().finished = true
      socket().broken = broken
      interpreter.wake()
    }
    return {
      connected() {},
      received(bytes) {
        socket().arrived.push(bytes)
        interpreter.wake()
      },
      writable: () => interpreter.wake(),
      ended: () => finish(false),
      failed: () => finish(true),
    }
  }

  /** Connects, and blocks until that stands or has failed. */
  function dial(host: string, port: number, socket: () => Socket): Connection {
    if (station.sockets >= MOST_SOCKETS) {
      interpreter.print('ERROR: Socket creation failed')
      throw realm.error('InternalError', 'Unable to create socket')
    }
    try {
      return interpreter.block(() => station.dialBlocking(host, port, eventsOf(socket)))
    } catch (error) {
      const code = (error as { code?: string }).code
      if (code === undefined) throw error
      if (code === 'ENOTFOUND') throw realm.error('InternalError', 'Unable to locate host')
      interpreter.print(`ERROR: Connect failed (err ${ERRNO[code]})`)
      throw realm.error('InternalError', 'Unable to create socket')
    }
  }

  function targetOf(to: unknown): { host?: unknown; port?: unknown } | undefined {
    if (typeof to === 'string') {
      const url = /^\w+:\/\/([^:/?]*)(?::(\d+))?/.exec(to)
      return { host: url?.[1] ?? '', port: url?.[2] }
    }
    return typeof to === 'object' && to !== null ? to : undefined
  }

  function connect(to: unknown, callback: unknown, isSecure: boolean): object | undefined {
    const target = targetOf(to)
    if (!target) {
      interpreter.print(`ERROR: Expecting Options to be an Object but it was ${typeName(to)}`)
      return undefined
    }
    if (callback !== undefined && typeof callback !== 'function') {
      interpreter.print(`ERROR: Expecting Callback Function but got ${typeName(callback)}`)
      return undefined
    }
    const { host = '127.0.0.1', port } = target
    const fields: SocketFields = Object.setPrototypeOf(realm.object({ type: 0, opt: to }), prototype)
    if (callback) emitters.setConnectCallback(fields, callback as Callable)
    const connection = dial(String(host), Number(port) & 0xffff, () => socket)
    const socket: Socket = { fields, connection, arrived: [], finished: false, broken: false, shaking: isSecure }
    sockets.add(socket)
    if (isSecure && handshake < Number.POSITIVE_INFINITY) {
      clock.after(handshake, () => {
        socket.shaking = false
        interpreter.wake()
      })
    }
    byFields.set(fields, socket)
    return fields
  }

  function write(fields: SocketFields, data: unknown): void {
    if (fields.clsNow || fields.cls) throw realm.error('Error', 'This socket is closed')
    fields.dSnd ??= ''
    if (data === undefined) return
    const text = asText(data)
    if (!fits(text.length)) {
      interpreter.print('OUT OF MEMORY')
      interpreter.raise('LOW_MEMORY', 'MEMORY')
      interpreter.interrupt()
      return
    }
    fields.dSnd += text
    interpreter.wake()
  }

  interpreter.expose(prototype, {
    write(this: SocketFields, data: unknown): boolean {
      write(this, data)
      return false
    },
    end(this: SocketFields, data: unknown): void {
      if (data !== undefined) write(this, data)
      if (!this.dSnd) this.clsNow = true
      this.cls = true
      interpreter.wake()
    },
    available(this: SocketFields): number {
      return emitters.unread(this)?.length ?? 0
    },
    read(this: SocketFields, count?: number): string {
      const unread = emitters.read(this)
      if (!count || count >= unread.length) return unread
      emitters.setUnread(this, unread.slice(count))
      return unread.slice(0, count)
    },
  })
  const module = realm.object()
  interpreter.expose(module, { connect: (to: unknown, callback?: unknown) => connect(to, callback, false) })
  const tls = realm.object()
  interpreter.expose(tls, { connect: (to: unknown, callback?: unknown) => connect(to, callback, true) })
  interpreter.idle = () => [...sockets].map(idle).includes(true)

  return {
    module,
    tls,
    get sockets() {
      return sockets.size
    },
    get queuedBytes() {
      return [...sockets].reduce((sum, { fields }) => sum + (fields.dSnd?.length ?? 0), 0)
    },
    get listeners() {
      return [...sockets].reduce((sum, { fields }) => sum + emitters.count(fields), 0)
    },
  }
}
