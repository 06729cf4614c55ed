/** The least of a broker: accepts every CONNECT, counts what follows, throws it away. */
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface Broker {
  port: number
  /** Bytes received. */
  received(): number
  close(): Promise<void>
}

export async function broker(): Promise<Broker> {
  const sockets = new Set<Socket>()
  let bytes = 0
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0])))
    socket.on('data', chunk => {
      bytes += chunk.length
    })
    // An engine is ended like a power cut.
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received: () => bytes,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
