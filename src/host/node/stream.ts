import type { Socket } from 'node:net'
import type { LinkEvents } from '../../hal/contract'
import { type Dial, FLUSH_MS, stillborn } from './dial'
import { reasonOf } from './reason'

/** A link over a socket of Node that connects by itself; `ready` is the event that says it stands. */
export function overStream(connect: () => Socket, ready: 'connect' | 'secureConnect'): Dial {
  return events => {
    try {
      return linkOf(connect(), ready, events)
    } catch (error) {
      return stillborn(events, reasonOf(error))
    }
  }
}

function linkOf(socket: Socket, ready: string, events: LinkEvents) {
  let isReady = false
  let isOver = false
  const end = (reason: string) => {
    if (isOver) return
    isOver = true
    socket.destroy()
    events.closed(reason)
  }
  // MQTT's packets are small and somebody waits for each.
  socket.setNoDelay(true)
  socket.setEncoding('latin1')
  socket.once(ready, () => {
    isReady = true
    if (!isOver) events.opened()
  })
  socket.on('data', (bytes: string) => {
    if (!isOver) events.received(bytes)
  })
  socket.on('drain', () => {
    if (!isOver) events.drained()
  })
  // After the owner's close() an error is nobody's business, but unheard it would end the process.
  socket.on('error', error => end(reasonOf(error)))
  const hungUp = () => {
    end(isReady || ready === 'connect' ? 'closed by the broker' : 'closed by the broker in the TLS handshake')
  }
  // Nothing is sent to a broker that has hung up: half a session is none.
  socket.on('end', hungUp)
  // Whatever else may end a socket.
  socket.on('close', hungUp)
  return {
    write(bytes: string) {
      if (!socket.writable) return -1
      // Up to its mark of some 16 kB Node counts bytes as handed on; they leave by themselves.
      return socket.write(bytes, 'latin1') ? 0 : socket.writableLength
    },
    close() {
      if (isOver) return
      isOver = true
      socket.end()
      const late = setTimeout(() => socket.destroy(), FLUSH_MS)
      socket.once('close', () => clearTimeout(late))
    },
  }
}
