/**
 * A server that never forgets a session, of MQTT 3.1.1 and 5.0, in the clock's time: what a promise at QoS 1 and 2 is measured
 * against. mqtt-packet reads and writes for it; a packet that it cannot read fails the test that looks at `faults`.
 */
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet'
import type { Clock } from '../../src/host/virtual/contract'
import type { Listener, MemoryNetwork, ServerConnection, ServerEvents } from '../../src/host/virtual/memory-network'

/** A message that the server has taken over, once for each time that it took it. */
export interface Taken {
  at: number
  topic: string
  payload: string
  qos: number
  dup: boolean
}

/** What outlives a connection. */
interface Session {
  /** Identifiers of messages of QoS 2 that are not released. */
  received: Set<number>
  /** What the client has not acknowledged, in order. */
  owed: Map<number, IPublishPacket | 'pubrel'>
  lastId: number
}

export interface KeepingBroker {
  listener: Listener
  taken: Taken[]
  /** What was wrong with what a client sent. */
  faults: string[]
  connects: IConnectPacket[]
  /** Forgets the answers to the next `n` packets that want one. */
  swallow: number
  /** Ends every connection. */
  cut(): void
  /** Sends a message of QoS 2 to a client, now or as soon as it is back. */
  send(clientId: string, topic: string, payload: string): void
}

export function keepingBroker(network: MemoryNetwork, clock: Clock, host: string, port: number): KeepingBroker {
  const sessions = new Map<string, Session>()
  const online = new Map<string, { say(packet: Packet): void; drop(): void }>()

  function accept(connection: ServerConnection): ServerEvents {
    let version = 4
    let session: Session | undefined
    let clientId = ''
    let over = false
    const reader = parser()

    const say = (packet: Packet) => {
      if (!over) connection.send(generate(packet, { protocolVersion: version }))
    }
    const answer = (packet: Packet) => {
      if (broker.swallow > 0) broker.swallow--
      else say(packet)
    }
    const finish = () => {
      over = true
      if (online.get(clientId)?.say === say) online.delete(clientId)
    }
    const drop = () => {
      if (!over) connection.abort()
      finish()
    }
    const take = ({ topic, payload, qos, dup }: IPublishPacket) => {
      broker.taken.push({ at: clock.now(), topic, payload: payload.toString(), qos, dup })
    }
    const greet = (packet: IConnectPacket) => {
      broker.connects.push(packet)
      clientId = packet.clientId
      version = packet.protocolVersion ?? 4
      online.get(clientId)?.drop()
      const kept = packet.clean ? undefined : sessions.get(clientId)
      session = kept ?? { received: new Set(), owed: new Map(), lastId: 0 }
      sessions.set(clientId, session)
      online.set(clientId, { say, drop })
      const sessionPresent = kept !== undefined
      if (version === 5) say({ cmd: 'connack', reasonCode: 0, sessionPresent, properties: { receiveMaximum: 20 } })
      else say({ cmd: 'connack', returnCode: 0, sessionPresent })
      for (const [messageId, owed] of session.owed) {
        if (owed === 'pubrel') say({ cmd: 'pubrel', messageId })
        else say({ ...owed, dup: true })
      }
    }

    reader.on('error', error => {
      broker.faults.push(String(error))
      drop()
    })
    reader.on('packet', packet => {
      if (packet.cmd === 'connect') greet(packet)
      else if (!session) broker.faults.push(`${packet.cmd} before CONNECT`)
      else if (packet.cmd === 'publish') {
        const messageId = packet.messageId as number
        if (packet.qos === 0) take(packet)
        else if (packet.qos === 1) {
          take(packet)
          answer({ cmd: 'puback', messageId })
        } else {
          if (!session.received.has(messageId)) take(packet)
          session.received.add(messageId)
          answer({ cmd: 'pubrec', messageId })
        }
      } else if (packet.cmd === 'pubrel') {
        session.received.delete(packet.messageId as number)
        answer({ cmd: 'pubcomp', messageId: packet.messageId })
      } else if (packet.cmd === 'pubrec') {
        session.owed.set(packet.messageId as number, 'pubrel')
        answer({ cmd: 'pubrel', messageId: packet.messageId })
      } else if (packet.cmd === 'pubcomp') session.owed.delete(packet.messageId as number)
      else if (packet.cmd === 'pingreq') say({ cmd: 'pingresp' })
      else if (packet.cmd === 'disconnect') {
        connection.end()
        finish()
      }
    })
    return {
      received: bytes => {
        if (!over) reader.parse(bytes)
      },
      ended: () => {
        connection.end()
        finish()
      },
      failed: finish,
    }
  }

  const broker: KeepingBroker = {
    listener: network.listen(host, port, accept),
    taken: [],
    faults: [],
    connects: [],
    swallow: 0,
    cut() {
      for (const one of [...online.values()]) one.drop()
    },
    send(clientId, topic, payload) {
      const session = sessions.get(clientId)
      if (!session) throw new Error(`no session of ${clientId}`)
      session.lastId = (session.lastId % 65535) + 1
      const messageId = session.lastId
      const packet: IPublishPacket = { cmd: 'publish', topic, payload, qos: 2, dup: false, retain: false, messageId }
      session.owed.set(messageId, packet)
      online.get(clientId)?.say(packet)
    },
  }
  return broker
}
