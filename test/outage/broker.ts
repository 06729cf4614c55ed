import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet'
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
}

export interface ScriptedBroker {
  listener: Listener
  /** Answers CONNECT with this return code. 0: accepted. */
  returnCode: number
  /** Takes what comes and says nothing from now on, not even CONNACK. */
  mute: boolean
  /** Does not answer PINGREQ. */
  deafToPings: boolean
  /** Does not answer PUBLISH of QoS 1. */
  acknowledgesNothing: boolean
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
  /** Sends these bytes to every client that is connected. */
  rubbish(bytes: Buffer): void
}

/**
 * An MQTT 3.1.1 server in the clock's time: keep-alive at one and a half times, wills, session take-over. mqtt-packet reads
 * and writes for it, so that nothing of ours judges what we send; a packet that it cannot read ends the connection.
 */
export function scriptedBroker(network: MemoryNetwork, clock: Clock, host: string, port: number): ScriptedBroker {
  const sessions = new Map<string, { drop: () => void; connection: ServerConnection }>()

  function accept(connection: ServerConnection): ServerEvents {
    const reader = parser({ protocolVersion: 4 })
    let clientId: string | undefined
    let will: { topic: string; payload: Buffer | string; retain?: boolean } | undefined
    let keepAlive = 0
    let watch: Alarm | undefined
    let over = false

    const say = (packet: Packet) => {
      if (!broker.mute && !over) connection.send(generate(packet))
    }
    const take = (topic: string, payload: string, qos: number, retain: boolean, isWill: boolean) => {
      broker.taken.push({ at: clock.now(), topic, payload, qos, retain, will: isWill })
    }
    const finish = () => {
      if (over) return
      over = true
      watch?.cancel()
      if (clientId !== undefined && sessions.get(clientId)?.connection === connection) {
        sessions.delete(clientId)
        broker.online.delete(clientId)
      }
      if (will) take(will.topic, will.payload.toString(), 0, will.retain === true, true)
    }
    const drop = () => {
      connection.abort()
      finish()
    }
    const listen = () => {
      watch?.cancel()
      if (keepAlive) watch = clock.after(keepAlive * 1500, drop)
    }

    reader.on('error', drop)
    reader.on('packet', packet => {
      broker.packets.push({ at: clock.now(), name: packet.cmd })
      listen()
      if (packet.cmd === 'connect') {
        broker.greetings.push(packet)
        if (broker.mute) return
        say({ cmd: 'connack', returnCode: broker.returnCode, sessionPresent: false })
        if (broker.returnCode) {
          connection.end()
          finish()
          return
        }
        sessions.get(packet.clientId)?.drop()
        clientId = packet.clientId
        sessions.set(clientId, { drop, connection })
        broker.online.add(clientId)
        keepAlive = packet.keepalive ?? 0
        will = packet.will
        listen()
      } else if (clientId === undefined) {
        // The first packet is CONNECT, and one that was not accepted is followed by nothing.
        drop()
      } else if (packet.cmd === 'publish') {
        take(packet.topic, packet.payload.toString(), packet.qos, packet.retain, false)
        if (packet.qos === 1 && !broker.acknowledgesNothing) say({ cmd: 'puback', messageId: packet.messageId })
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
    mute: false,
    deafToPings: false,
    acknowledgesNothing: false,
    taken: [],
    packets: [],
    greetings: [],
    online: new Set(),
    kill() {
      for (const session of [...sessions.values()]) session.drop()
      broker.listener.kill()
    },
    rubbish(bytes) {
      for (const { connection } of sessions.values()) connection.send(bytes)
    },
  }
  return broker
}
