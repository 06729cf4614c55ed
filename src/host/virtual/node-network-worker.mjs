/**
 * Owns the sockets of node-network.ts in a thread of its own. Plain JavaScript, since tsx loads no TypeScript in a
 * worker. Orders arrive as messages; reports go back the same way, except what the main thread sleeps for: that goes
 * to `answers`, and `signal` wakes it.
 */
import { lookup } from 'node:dns'
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const { answers, signal } = workerData
const sockets = new Map()

function report(message) {
  parentPort.postMessage(message)
}

function answer(message) {
  answers.postMessage(message)
  Atomics.store(signal, 0, 1)
  Atomics.notify(signal, 0)
}

function dial({ id, host, port, blocking }) {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
  sockets.set(id, socket)
  let tell = blocking ? answer : report
  socket.on('connect', () => {
    tell({ kind: 'connected', id })
    tell = report
  })
  // A copy: a message takes the whole slab with it that a Buffer is a part of.
  socket.on('data', bytes => report({ kind: 'received', id, bytes: Uint8Array.from(bytes) }))
  socket.on('end', () => report({ kind: 'ended', id }))
  socket.on('error', error => tell({ kind: 'failed', id, code: error.code }))
  socket.on('close', () => sockets.delete(id))
}

const orders = {
  lookup({ id, host }) {
    lookup(host, 4, (error, address) => {
      answer(error ? { kind: 'failed', id, code: error.code } : { kind: 'found', id, address })
    })
  },
  dial,
  send({ id, bytes }) {
    sockets.get(id)?.write(bytes, error => error || report({ kind: 'sent', id, count: bytes.length }))
  },
  end({ id }) {
    sockets.get(id)?.resume().destroySoon()
  },
  abort({ id }) {
    const socket = sockets.get(id)
    if (socket?.connecting) socket.destroy()
    else socket?.resetAndDestroy()
  },
}

parentPort.on('message', order => orders[order.kind](order))
