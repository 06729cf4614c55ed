import WebSocket, { type ClientOptions } from 'ws'
import type { LinkEvents } from '../../hal/contract'
import { type Dial, FLUSH_MS, stillborn } from './dial'
import { reasonOf } from './reason'

/** Node's own mark for a socket: beyond it the owner waits. */
const HELD_B = 16384

/** The longest frame that is taken: ws holds the whole of one before we see any of it. */
const FRAME_B = 1048576

/** Close code for data that cannot be accepted (RFC 6455 section 7.4.1). */
const UNSUPPORTED_DATA = 1003

/** Those of the package ws, with what its types leave out. */
export type WebSocketOptions = ClientOptions & {
  /** The name that the certificate must hold, where that is not the URL's. */
  servername?: string
  /** How long a closing handshake may take, in milliseconds. */
  closeTimeout?: number
}

/**
 * Links over WebSocket to `url`, ws:// or wss://, in binary frames, as the subprotocol mqtt; a broker that does not choose
 * that is refused. Under wss:// the certificate is checked as tls() does it. A frame of more than 1 MiB ends the link;
 * `options.maxPayload` is another limit.
 */
export function websocket(url: string, options: WebSocketOptions = {}): Dial {
  const rejectUnauthorized = options.rejectUnauthorized !== false
  const defaults = { perMessageDeflate: false, closeTimeout: FLUSH_MS, maxPayload: FRAME_B }
  const settings = { ...defaults, ...options, rejectUnauthorized }
  return events => {
    try {
      return linkOf(new WebSocket(url, 'mqtt', settings), events)
    } catch (error) {
      return stillborn(events, reasonOf(error))
    }
  }
}

function linkOf(socket: WebSocket, events: LinkEvents) {
  let isOver = false
  let isHeld = false
  const end = (reason: string) => {
    if (isOver) return
    isOver = true
    events.closed(reason)
  }
  const sent = () => {
    if (isOver || !isHeld || socket.bufferedAmount > 0) return
    isHeld = false
    events.drained()
  }
  socket.on('open', () => events.opened())
  socket.on('message', (data, isBinary) => {
    if (isOver) return
    if (isBinary) {
      events.received((data as Buffer).toString('latin1'))
      return
    }
    // MQTT 3.1.1 and 5.0, section 6.
    socket.close(UNSUPPORTED_DATA)
    end('a text frame from the broker')
  })
  // After the owner's close() an error is nobody's business, but unheard it would end the process.
  socket.on('error', error => end(reasonOf(error)))
  socket.on('close', (_code, reason) => end(reason.length ? `closed by the broker: ${reason}` : 'closed by the broker'))
  return {
    write(bytes: string) {
      if (socket.readyState !== WebSocket.OPEN) return -1
      socket.send(Buffer.from(bytes, 'latin1'), sent)
      isHeld ||= socket.bufferedAmount > HELD_B
      return isHeld ? socket.bufferedAmount : 0
    },
    close() {
      isOver = true
      socket.close()
    },
  }
}
