import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { type WebSocket, WebSocketServer } from 'ws'

export const HOST = '127.0.0.1'

/** A server on a free port, and the TCP connections that it holds. */
export interface Listening {
  port: number
  sockets: Socket[]
  /** Ends every connection and stops listening. */
  close(): Promise<void>
}

export async function listening(server: Server): Promise<Listening> {
  const sockets: Socket[] = []
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {})
    sockets.push(socket)
  })
  await new Promise<void>(resolve => server.listen(0, HOST, resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    sockets,
    async close() {
      const closed = new Promise(resolve => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** The broker's end of a connection. */
export interface Peer {
  /** Bytes that came, until it is paused. */
  received: string
  /** Nothing more comes: an orderly end. */
  isEnded: boolean
  send(bytes: string): void
  /** Ends in good order. */
  end(): void
  pause(): void
  resume(): void
}

export type Take = (peer: Peer) => void

export function netServer(take: Take): Promise<Listening> {
  return listening(createServer(socket => take(socketPeer(socket))))
}

export function tlsServer(options: TlsOptions, take: Take): Promise<Listening> {
  const server = createTlsServer(options, socket => take(socketPeer(socket)))
  server.on('tlsClientError', () => {})
  return listening(server)
}

function socketPeer(socket: Socket): Peer {
  const peer: Peer = {
    received: '',
    isEnded: false,
    send: bytes => socket.write(bytes, 'latin1'),
    end: () => socket.end(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
  socket.on('data', data => {
    peer.received += data.toString('latin1')
  })
  socket.on('end', () => {
    peer.isEnded = true
  })
  socket.on('error', () => {})
  return peer
}

export interface WebSocketPeer extends Peer {
  socket: WebSocket
  /** Whether each frame that came was a binary one. */
  binary: boolean[]
  /** Subprotocols that the client offered, as it wrote them. */
  offered: string | undefined
}

/** A WebSocket server, over TLS where `options` are given. It chooses mqtt, or what `choose` says. */
export function webSocketServer(
  options: TlsOptions | undefined,
  take: (peer: WebSocketPeer) => void,
  choose: () => string | false = () => 'mqtt',
): Promise<Listening> {
  const server = options ? createHttpsServer(options) : createHttpServer()
  const webSockets = new WebSocketServer({ server, handleProtocols: choose })
  webSockets.on('connection', (socket, { headers }) => {
    take(webSocketPeer(socket, headers['sec-websocket-protocol']))
  })
  server.on('tlsClientError', () => {})
  return listening(server)
}

function webSocketPeer(socket: WebSocket, offered: string | undefined): WebSocketPeer {
  const peer: WebSocketPeer = {
    socket,
    offered,
    binary: [],
    received: '',
    isEnded: false,
    send: bytes => socket.send(Buffer.from(bytes, 'latin1')),
    end: () => socket.close(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
  socket.on('message', (data, isBinary) => {
    peer.binary.push(isBinary)
    peer.received += (data as Buffer).toString('latin1')
  })
  // 1006 is what stands for a connection that was cut off (RFC 6455 section 7.1.5).
  socket.on('close', code => {
    peer.isEnded = code !== 1006
  })
  socket.on('error', () => {})
  return peer
}
