import type { Link, LinkEvents } from '../contract'

interface Socket {
  /** Takes strings only; anything else goes out as decimal text. Always answers false; throws on a closed socket. */
  write(bytes: string): boolean
  end(): void
  on(event: 'data' | 'drain' | 'close' | 'error', run: (bytes: string) => void): void
  /** Internal, the one way to close a socket whose data cannot leave: the C side looks at it at each idle pass. */
  clsNow: boolean
}
declare function require(module: 'net' | 'tls'): {
  connect(to: { host: string; port: number }, connected: () => void): Socket
}
declare function setTimeout(run: () => void, ms: number): number

/** What is on its way when a link is closed gets this long to leave. */
const FLUSH_MS = 500

/** A number, since terser folds those. */
let isTls = 0

/**
 * Every link from now on is one over TLS. The runtime calls it open when TCP is, and keeps what is written until the
 * handshake is done. It encrypts and does not check whom it talks to. A handshake that fails ends the link.
 */
export function overTls() {
  isTls = 1
}

/**
 * A link over net.connect(), which blocks, and throws what it has to say: refused, no route, unknown name. All handlers
 * are attached in this turn (late ones get data out of order) and 'connect' is never listened to beside the callback
 * (either loses the other).
 */
export function connect(host: string, port: number, events: LinkEvents): Link {
  let socket: Socket | undefined
  let over = false
  let isHeard = false
  const ended = (reason: string) => {
    if (over) return
    over = true
    events.closed(reason)
  }
  try {
    socket = require(isTls ? 'tls' : 'net').connect({ host: host, port: port }, () => {
      if (!over) events.opened()
    })
    socket.on('data', bytes => {
      if (isTls) isHeard = true
      if (!over) events.received(bytes)
    })
    socket.on('drain', () => {
      if (!over) events.drained()
    })
    // Only ever says that data was left unsent; 'close' follows.
    socket.on('error', () => {})
    // A reset looks like an orderly end here.
    socket.on('close', () => {
      ended(isTls && !isHeard ? 'closed before a byte came; does the broker speak TLS here?' : 'closed by the broker')
    })
  } catch (e) {
    setTimeout(() => {
      ended('' + e)
    }, 0)
  }
  return {
    write: bytes => {
      try {
        ;(socket as Socket).write(bytes)
        return 1
      } catch (_e) {
        return -1
      }
    },
    close: () => {
      if (over) return
      over = true
      if (!socket) return
      const dying = socket
      dying.end()
      setTimeout(() => {
        dying.clsNow = true
      }, FLUSH_MS)
    },
  }
}
