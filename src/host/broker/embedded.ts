import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'

export interface Broker {
  port: number
  /** Ends every connection and stops listening. */
  close(): Promise<void>
}

/** An MQTT 3.1.1 broker in this process, on a free port of 127.0.0.1. It lets everybody in, whatever the password. */
export async function embeddedBroker(): Promise<Broker> {
  const aedes = await Aedes.createBroker()
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('the broker has no port')
  return {
    port: address.port,
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      await new Promise<void>(resolve => aedes.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
