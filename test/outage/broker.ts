import { generate, type IConnackPacket, type IConnectPacket, type Packet, parser } from 'mqtt-packet'
import type { Alarm, Clock } from '../../src/host/virtual/contract'
import type { Listener, MemoryNetwork, ServerConnection, ServerEvents } from '../../src/host/virtual/memory-network'

/** A message as the broker took it, be it from a client or a will. */
export interface Taken {
  /** Milliseconds of the clock. */
  at: number
  topic: string
  payload: string
  qos: number
  retain: boolean
  will: boolean
  /** Of QoS 1. */
  id?: number
  dup: boolean
  /** Bytes behind the fixed header, and in 5.0 the Message Expiry Interval. */
  length?: number
  expiryS?: number
}

export interface ScriptedBroker {
  listener: Listener
  /** Answers CONNECT with this return code, in 5.0 reason code. 0: accepted. */
  returnCode: number
  /** What CONNACK of 5.0 says beside. */
  grants: NonNullable<IConnackPacket['properties']>
  /** Takes what comes and says nothing from now on, not even CONNACK. */
  mute: boolean
  /** Does not answer PINGREQ. */
  deafToPings: boolean
  /** Does not answer PUBLISH of QoS 1. */
  acknowledgesNothing: boolean
  /** When it answers PUBLISH of QoS 1: by calling `answer`, now or later, or never. */
  acknowledge: (answer: () => void) => void
  /** Everything published, in order. */
  taken: Taken[]
  /** Every packet that came, by its name. */
  packets: { at: number; name: string }[]
  /** What CONNECT said, newest last. */
  greetings: IConnectPacket[]
  /** Client ids now accepted and connected. */
  online: Set<string>
  /** Starts anew, as after a crash: sessions and connections are gone. */
  kill(): void
  /** Tells clients of 5.0 that another one has their session, and ends them. */
  takeOver(): void
  /** Ends every connection; it keeps what it knows. */
  cut(): void
  /** Sends these bytes to every client that is connected. */
  rubbish(bytes: Buffer): void
}

/**
 * A server of MQTT 3.1.1 and 5.0 in the clock's time: keep-alive at one and a half times, wills, session take-over. mqtt-packet reads
 * and writes for it, so that nothing of ours judges what we send; a packet that it cannot read ends the connection.
 */
export function scriptedBroker(network: MemoryNetwork, clock: Clock, host: string, port: number): ScriptedBroker {
  const sessions = new Map<string, { drop: (reason?: number) => void; connection: ServerConnection }>()
  /** Client ids whose session was to be kept. */
  const kept = new Set<string>()

  function accept(connection: ServerConnection): ServerEvents {
    const reader = parser({ protocolVersion: 4 })
    const topics = new Map<number, string>()
    let version: number | undefined
    let clientId: string | undefined
    let will: { topic: string; payload: Buffer | string; retain?: boolean } | undefined
    let keepAlive = 0
    let watch: Alarm | undefined
    let over = false

    const say = (packet: Packet) => {
      if (!broker.mute && !over) connection.send(generate(packet, { protocolVersion: version }))
    }
    const take = (message: Omit<Taken, 'at'>) => {
      broker.taken.push({ at: clock.now(), ...message })
    }
    const finish = () => {
      if (over) return
      over = true
      watch?.cancel()
      if (clientId !== undefined && sessions.get(clientId)?.connection === connection) {
        sessions.delete(clientId)
        broker.online.delete(clientId)
      }
      if (will) {
        const { topic, payload, retain = false } = will
        take({ topic, payload: payload.toString(), qos: 0, retain, will: true, dup: false })
      }
    }
    const drop = (reason?: number) => {
      if (reason !== undefined && version === 5) {
        say({ cmd: 'disconnect', reasonCode: reason })
        connection.end()
      } else connection.abort()
      finish()
    }
    const listen = () => {
      watch?.cancel()
      if (keepAlive) watch = clock.after(keepAlive * 1500, () => drop())
    }

    reader.on('error', () => drop())
    reader.on('packet', packet => {
      broker.packets.push({ at: clock.now(), name: packet.cmd })
      listen()
      if (packet.cmd === 'connect') {
        broker.greetings.push(packet)
        if (broker.mute) return
        version = packet.protocolVersion
        const { returnCode } = broker
        const sessionPresent = !returnCode && !packet.clean && kept.has(packet.clientId)
        if (version === 5) say({ cmd: 'connack', reasonCode: returnCode, sessionPresent, properties: broker.grants })
        else say({ cmd: 'connack', returnCode, sessionPresent })
        if (broker.returnCode) {
          connection.end()
          finish()
          return
        }
        sessions.get(packet.clientId)?.drop()
        clientId = packet.clientId
        if (version === 5 ? packet.properties?.sessionExpiryInterval : !packet.clean) kept.add(clientId)
        else kept.delete(clientId)
        sessions.set(clientId, { drop, connection })
        broker.online.add(clientId)
        keepAlive = packet.keepalive ?? 0
        will = packet.will
        listen()
      } else if (clientId === undefined) {
        // The first packet is CONNECT, and one that was not accepted is followed by nothing.
        drop()
      } else if (packet.cmd === 'publish') {
        const { payload, qos, retain, dup, messageId: id, length, properties } = packet
        const alias = properties?.topicAlias
        if (alias && packet.topic) topics.set(alias, packet.topic)
        const topic = packet.topic || topics.get(alias ?? 0) || ''
        const expiryS = properties?.messageExpiryInterval
        take({ topic, payload: payload.toString(), qos, retain, will: false, id, dup, length, expiryS })
        if (qos === 1 && !broker.acknowledgesNothing) broker.acknowledge(() => say({ cmd: 'puback', messageId: id }))
      } else if (packet.cmd === 'pingreq' && !broker.deafToPings) say({ cmd: 'pingresp' })
      else if (packet.cmd === 'disconnect') {
        will = undefined
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

  const broker: ScriptedBroker = {
    listener: network.listen(host, port, accept),
    returnCode: 0,
    grants: {},
    mute: false,
    deafToPings: false,
    acknowledgesNothing: false,
    acknowledge: answer => answer(),
    taken: [],
    packets: [],
    greetings: [],
    online: new Set(),
    takeOver() {
      for (const session of [...sessions.values()]) session.drop(0x8e)
    },
    cut() {
      for (const session of [...sessions.values()]) session.drop()
    },
    kill() {
      broker.cut()
      kept.clear()
      broker.listener.kill()
    },
    rubbish(bytes) {
      for (const { connection } of sessions.values()) connection.send(bytes)
    },
  }
  return broker
}
