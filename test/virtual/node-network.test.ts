import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ConnectionEvents } from '../../src/host/virtual/contract'
import { type NodeNetworkOptions, nodeNetwork } from '../../src/host/virtual/node-network'

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

function openNetwork(options: NodeNetworkOptions = {}) {
  const network = nodeNetwork(options)
  cleanUps.push(() => network.close())
  return network
}

/** A server in this very process, on a free port. */
async function openServer() {
  const sockets: Socket[] = []
  const heard: string[] = []
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.push(socket)
    socket.on('data', bytes => heard.push(bytes.toString('latin1')))
    socket.on('end', () => heard.push('FIN'))
    socket.on('error', (error: NodeJS.ErrnoException) => heard.push(`${error.code}`))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { sockets, heard, server, port: (server.address() as AddressInfo).port }
}

function journal() {
  const lines: string[] = []
  const events: ConnectionEvents = {
    connected: () => lines.push('connected'),
    received: bytes => lines.push(`received ${bytes.toString('latin1')}`),
    writable: () => lines.push('writable'),
    ended: () => lines.push('ended'),
    failed: code => lines.push(`failed ${code}`),
  }
  return { lines, events }
}

/** Waits for real sockets, on a machine that may be busy. */
const eventually = (check: () => void) => vi.waitFor(check, 5000)

const text = (value: string) => Buffer.from(value, 'latin1')

/** A port of this machine on which nobody listens. */
async function freePort(): Promise<number> {
  const { server, port } = await openServer()
  server.close()
  await once(server, 'close')
  return port
}

describe('a connection over node:net', () => {
  it('connects and carries bytes both ways', async () => {
    const { sockets, heard, port } = await openServer()
    const { lines, events } = journal()
    const near = openNetwork().dial('127.0.0.1', port, events)
    await eventually(() => expect(lines).toEqual(['connected']))
    near.send(text('ping\xff'))
    await eventually(() => expect(heard).toEqual(['ping\xff']))
    expect(near.queuedBytes).toBe(0)
    sockets[0].end(text('pong\x80'))
    await eventually(() => expect(lines).toEqual(['connected', 'received pong\x80', 'ended']))
    near.end()
    await eventually(() => expect(heard).toEqual(['ping\xff', 'FIN']))
  })

  it('blocks until it stands, though the server lives in the blocked process', async () => {
    const { sockets, heard, port } = await openServer()
    const { lines, events } = journal()
    const near = openNetwork().dialBlocking('localhost', port, events)
    expect(sockets).toEqual([])
    near.send(text('ping'))
    await eventually(() => expect(heard).toEqual(['ping']))
    sockets[0].write('pong')
    await eventually(() => expect(lines).toEqual(['received pong']))
  })

  it('reports a refusal, thrown where it blocks', async () => {
    const port = await freePort()
    const { lines, events } = journal()
    const network = openNetwork()
    expect(() => network.dialBlocking('127.0.0.1', port, events)).toThrow(
      expect.objectContaining({ code: 'ECONNREFUSED' }),
    )
    network.dial('127.0.0.1', port, events)
    await eventually(() => expect(lines).toEqual(['failed ECONNREFUSED']))
  })

  it('throws for a name that nobody knows', () => {
    const { events } = journal()
    const network = openNetwork()
    const unknown = expect.objectContaining({ code: 'ENOTFOUND' })
    expect(() => network.dial('nowhere..invalid', 1883, events)).toThrow(unknown)
    expect(() => network.dialBlocking('nowhere..invalid', 1883, events)).toThrow(unknown)
  })

  it('gives a blocking connect up after its time-out', async () => {
    const { server, port } = await openServer()
    server.close()
    const { events } = journal()
    const network = openNetwork({ blockingTimeout: 0 })
    expect(() => network.dialBlocking('127.0.0.1', port, events)).toThrow(
      expect.objectContaining({ code: 'ETIMEDOUT' }),
    )
  })

  it('takes no more than the send buffer holds, and says when there is room', async () => {
    const { heard, port } = await openServer()
    const { lines, events } = journal()
    const near = openNetwork({ sendBuffer: 4 }).dialBlocking('127.0.0.1', port, events)
    expect(near.send(text('abcdef'))).toBe(4)
    expect(near.queuedBytes).toBe(4)
    await eventually(() => expect(lines).toEqual(['writable']))
    expect(near.send(text('ef'))).toBe(2)
    await eventually(() => expect(heard.join('')).toBe('abcdef'))
  })

  it('sends RST for abort() and reports one of the peer', async () => {
    const { sockets, heard, port } = await openServer()
    const { lines, events } = journal()
    const network = openNetwork()
    const near = network.dialBlocking('127.0.0.1', port, events)
    await eventually(() => expect(sockets).toHaveLength(1))
    near.abort()
    await eventually(() => expect(heard).toEqual(['ECONNRESET']))
    network.dialBlocking('127.0.0.1', port, events)
    await eventually(() => expect(sockets).toHaveLength(2))
    sockets[1].resetAndDestroy()
    await eventually(() => expect(lines).toEqual(['failed ECONNRESET']))
  })

  it('lets the process end after close()', async () => {
    const { port } = await openServer()
    const source = new URL('../../src/host/virtual/node-network.ts', import.meta.url).href
    const script = `
      import { nodeNetwork } from '${source}'
      const network = nodeNetwork()
      network.dialBlocking('127.0.0.1', ${port}, {})
      network.close()
      console.log('closed')`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { timeout: 15_000 },
    )
    expect(stdout).toBe('closed\n')
  })
})
