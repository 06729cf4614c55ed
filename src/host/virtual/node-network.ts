import { isIP } from 'node:net'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Connection, ConnectionEvents, Transport } from './contract'

export interface NodeNetworkOptions {
  /** Bytes that a connection's send buffer holds. Default 5744, as on the ESP32. */
  sendBuffer?: number
  /** Milliseconds that a blocking connect or a name look-up takes at most. Default 5000. */
  blockingTimeout?: number
}

export interface NodeNetwork extends Transport {
  /** Ends every connection without a further event and lets the process go. */
  close(): void
}

/** What the worker is told to do. */
type Order =
  | { kind: 'lookup'; id: number; host: string }
  | { kind: 'dial'; id: number; host: string; port: number; blocking: boolean }
  | { kind: 'send'; id: number; bytes: Uint8Array }
  | { kind: 'end' | 'abort'; id: number }

/** What it reports. `sent`: the kernel took so many bytes. */
type Report =
  | { kind: 'found'; id: number; address: string }
  | { kind: 'connected' | 'ended'; id: number }
  | { kind: 'received'; id: number; bytes: Uint8Array }
  | { kind: 'sent'; id: number; count: number }
  | { kind: 'failed'; id: number; code: string }

/** The code that the contract knows for one of the system's. */
function contractCode(code: string): string {
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return 'ENOTFOUND'
  if (code === 'ENETUNREACH') return 'EHOSTUNREACH'
  return ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH'].includes(code) ? code : 'ECONNRESET'
}

/**
 * The machine's own network. The sockets live in a worker thread, so that a blocking connect really blocks this one
 * while a broker in this process still accepts; bytes travel by messages. dial() looks names up first, which blocks
 * too, since it has to throw for an unknown one. IPv4 only, as on the boards.
 */
export function nodeNetwork(options: NodeNetworkOptions = {}): NodeNetwork {
  const { sendBuffer = 5744, blockingTimeout = 5000 } = options
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const { port1: answers, port2: answersOfWorker } = new MessageChannel()
  // execArgv: loaders of this process are not for the worker.
  const worker = new Worker(new URL('./node-network-worker.mjs', import.meta.url), {
    workerData: { answers: answersOfWorker, signal },
    transferList: [answersOfWorker],
    execArgv: [],
  })
  const hearers = new Map<number, (report: Report) => void>()
  let lastId = 0

  worker.on('message', (report: Report) => hearers.get(report.id)?.(report))

  function order(message: Order): void {
    worker.postMessage(message)
  }

  /** Sleeps until the worker has answered. Throws an Error with a `code`; `silence` is that of no answer in time. */
  function ask(question: Order & { host: string }, silence: string): Report {
    Atomics.store(signal, 0, 0)
    order(question)
    const deadline = performance.now() + blockingTimeout
    let code = silence
    while (Atomics.wait(signal, 0, 0, Math.max(0, deadline - performance.now())) !== 'timed-out') {
      Atomics.store(signal, 0, 0)
      const answer = answerTo(question.id)
      if (answer && answer.kind !== 'failed') return answer
      if (answer) {
        code = contractCode(answer.code)
        break
      }
    }
    throw Object.assign(new Error(`${code}: ${question.host}`), { code })
  }

  function addressOf(host: string): string {
    if (isIP(host)) return host
    const answer = ask({ kind: 'lookup', id: ++lastId, host }, 'ENOTFOUND')
    return answer.kind === 'found' ? answer.address : host
  }

  /** The answer that has arrived; one to an earlier question, given up since, is dropped. */
  function answerTo(id: number): Report | undefined {
    for (let next = receiveMessageOnPort(answers); next; next = receiveMessageOnPort(answers)) {
      if (next.message.id === id) return next.message
    }
    return undefined
  }

  function connectionOf(id: number, events: ConnectionEvents): Connection {
    let queuedBytes = 0
    let short = false

    function hear(report: Report): void {
      switch (report.kind) {
        case 'connected':
          events.connected()
          break
        case 'received':
          events.received(Buffer.from(report.bytes))
          break
        case 'sent':
          queuedBytes -= report.count
          if (short) {
            short = false
            events.writable()
          }
          break
        case 'ended':
          events.ended()
          break
        case 'failed':
          hearers.delete(id)
          events.failed(contractCode(report.code))
      }
    }
    hearers.set(id, hear)

    return {
      get queuedBytes() {
        return queuedBytes
      },
      send(bytes) {
        if (!hearers.has(id)) return 0
        const taken = Math.min(bytes.length, sendBuffer - queuedBytes)
        short = taken < bytes.length
        queuedBytes += taken
        if (taken > 0) order({ kind: 'send', id, bytes: Uint8Array.from(bytes.subarray(0, taken)) })
        return taken
      },
      end() {
        if (hearers.delete(id)) order({ kind: 'end', id })
      },
      abort() {
        hearers.delete(id)
        order({ kind: 'abort', id })
      },
    }
  }

  return {
    dial(host, port, events) {
      const address = addressOf(host)
      const id = ++lastId
      order({ kind: 'dial', id, host: address, port, blocking: false })
      return connectionOf(id, events)
    },
    dialBlocking(host, port, events) {
      const address = addressOf(host)
      const id = ++lastId
      try {
        ask({ kind: 'dial', id, host: address, port, blocking: true }, 'ETIMEDOUT')
      } catch (error) {
        order({ kind: 'abort', id })
        throw error
      }
      return connectionOf(id, events)
    },
    close() {
      hearers.clear()
      answers.close()
      worker.terminate()
    },
  }
}
