import type { Clock } from '../../src/host/virtual/contract'
import type { MemoryNetwork } from '../../src/host/virtual/memory-network'
import type { Link, LinkEvents } from '../../src/index'

/** Links over the network in memory, for the library. */
export function dialer(network: MemoryNetwork, clock: Clock, host: string, port: number): (events: LinkEvents) => Link {
  return events => {
    let isOver = false
    const over = (reason: string) => {
      if (!isOver) events.closed(reason)
      isOver = true
    }
    let unsent = Buffer.alloc(0)
    const flush = () => {
      unsent = unsent.subarray(connection.send(unsent))
      return unsent.length
    }
    const connection = network.dial(host, port, {
      connected: () => events.opened(),
      received: bytes => {
        if (!isOver) events.received(bytes.toString('latin1'))
      },
      writable: () => {
        if (!isOver && !flush()) events.drained()
      },
      ended: () => {
        connection.end()
        over('ended')
      },
      failed: over,
    })
    return {
      write(bytes) {
        if (isOver) return -1
        unsent = Buffer.concat([unsent, Buffer.from(bytes, 'latin1')])
        return flush()
      },
      close() {
        if (isOver) return
        isOver = true
        connection.end()
        // As TCP does for an application that has closed.
        clock.after(500, () => connection.abort())
      },
    }
  }
}
