import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a broker that stays where it is while the broker goes and comes back, and hears what clients say. */
export interface Wire {
  port: number
  /** Where the broker is. */
  to: number
  /** Bytes of clients, latin1, a connection an entry. */
  said: string[]
  /** Cuts every connection. */
  cut(): void
  close(): void
}

export async function wireTo(port: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const broker = connect(wire.to, '127.0.0.1')
    const at = wire.said.push('') - 1
    client.on('data', bytes => {
      wire.said[at] += bytes.toString('latin1')
    })
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ]) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const wire: Wire = {
    port: (server.address() as AddressInfo).port,
    to: port,
    said: [],
    cut,
    close() {
      server.close()
      cut()
    },
  }
  return wire
}
