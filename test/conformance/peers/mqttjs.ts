/** MQTT.js in the contract of the scenarios: it translates and nothing else. */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { AdapterOptions, ClientEvent } from '../runner/client'

type Args = Record<string, unknown>
type Pair = [string, string]

const BOOLEANS = ['payloadFormatIndicator', 'requestProblemInformation', 'requestResponseInformation']
const BINARY = ['correlationData', 'authenticationData']

/** Properties in the words of MQTT.js, where user properties of one name are a list and the order of names is lost. */
function propertiesOf(properties: Args | undefined): Args | undefined {
  if (!properties) return undefined
  const folded: Args = {}
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'userProperty') {
      const users: Record<string, string[]> = {}
      for (const [key, text] of value as Pair[]) users[key] = [...(users[key] ?? []), text]
      folded.userProperties = users
    } else if (BOOLEANS.includes(name)) folded[name] = value === 1
    else if (BINARY.includes(name)) folded[name] = Buffer.from(value as string, 'hex')
    else folded[name] = value
  }
  return folded
}

/** And back. */
function toldProperties(properties: object | undefined): Args {
  const told: Args = {}
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === 'userProperties') {
      told.userProperty = Object.entries(value as Record<string, string | string[]>).flatMap(([key, texts]) =>
        [texts].flat().map(text => [key, text]),
      )
    } else if (name === 'subscriptionIdentifier') told[name] = [value].flat()
    else told[name] = typeof value === 'boolean' ? Number(value) : value
  }
  return told
}

function optionsOf(args: Args): IClientOptions {
  const { clientId, clean, keepAlive, userName, password, will, properties, connectTimeoutMs } = args
  const { properties: willProperties, ...lastWords } = (will ?? {}) as Args
  return {
    ...('clientId' in args && { clientId }),
    ...('clean' in args && { clean }),
    ...('keepAlive' in args && { keepalive: keepAlive }),
    ...('userName' in args && { username: userName }),
    ...('password' in args && { password }),
    ...('will' in args && { will: { ...lastWords, properties: propertiesOf(willProperties as Args | undefined) } }),
    ...('properties' in args && { properties: propertiesOf(properties as Args) }),
    ...('connectTimeoutMs' in args && { connectTimeout: connectTimeoutMs }),
  } as IClientOptions
}

export default class MqttJs {
  private client?: MqttClient
  private connected = false
  private failed = false
  private handler: { throw?: true; ack_reason?: number } = {}
  private replies: string[] = []

  constructor(private readonly options: AdapterOptions) {}

  connect(args: Args): void {
    this.replies = [...((args.authReplies as string[]) ?? [])]
    this.failed = false
    if (this.client) {
      Object.assign(this.client.options, optionsOf(args))
      this.client.connect()
      return
    }
    const { port, protocol } = this.options
    const client = mqtt.connect({
      host: '127.0.0.1',
      port,
      protocolVersion: protocol,
      customHandleAcks: (_topic, _message, _packet, done) => done(this.handler.ack_reason ?? 0),
      ...optionsOf(args),
    })
    this.client = client
    client.handleAuth = (packet, done) => {
      const method = packet.properties?.authenticationMethod
      const authenticationData = Buffer.from(this.replies.shift() ?? '', 'hex')
      done(undefined, {
        cmd: 'auth',
        reasonCode: 24,
        properties: { authenticationMethod: method, authenticationData },
      })
    }
    this.listen(client)
  }

  private listen(client: MqttClient): void {
    let bye: Args = {}
    const fail = (event: Args) => {
      if (!this.connected && !this.failed) this.emit({ type: 'connect_failed', ...event })
      this.failed = true
    }
    client.on('connect', ({ sessionPresent, properties }) => {
      this.connected = true
      this.emit({ type: 'connect', sessionPresent, properties: toldProperties(properties) })
    })
    client.on('error', error => {
      const { code } = error as { code?: unknown }
      fail({ message: error.message, ...(typeof code === 'number' && { reasonCode: code }) })
    })
    client.on('disconnect', ({ reasonCode, properties }) => {
      bye = { reasonCode: reasonCode ?? 0, properties: toldProperties(properties) }
    })
    client.on('close', () => {
      if (this.connected) this.emit({ type: 'disconnected', ...bye })
      else fail({})
      this.connected = false
      bye = {}
    })
    client.on('message', (topic, payload, { qos, retain, properties }) => {
      this.emit({ type: 'message', topic, payload, qos, retain, properties: toldProperties(properties) })
      if (this.handler.throw) throw new Error('the handler throws')
    })
  }

  private emit(event: ClientEvent): void {
    this.options.emit(event)
  }

  private get running(): MqttClient {
    if (!this.client) throw new Error('not connected')
    return this.client
  }

  reconnect(args: Args): void {
    const { running } = this
    Object.assign(running.options, optionsOf(args))
    this.failed = false
    running.reconnect({ incomingStore: running.incomingStore, outgoingStore: running.outgoingStore })
  }

  publish({ ref, topic, payload, properties, ...options }: Args): Promise<void> {
    return new Promise((resolve, reject) => {
      this.running.publish(
        topic as string,
        payload as Buffer,
        { ...options, properties: propertiesOf(properties as Args) },
        error => {
          const { code } = (error ?? {}) as { code?: unknown }
          if (!error) this.emit({ type: 'published', ref })
          else if (typeof code === 'number') this.emit({ type: 'publish_failed', ref, reasonCode: code })
          if (error) reject(error)
          else resolve()
        },
      )
    })
  }

  subscribe({ ref, filters, properties }: Args): Promise<void> {
    const wanted = (filters as Args[]).map(({ filter, qos, noLocal, ...rest }) => [
      filter,
      { qos, ...(noLocal !== undefined && { nl: noLocal }), ...rest },
    ])
    return new Promise((resolve, reject) => {
      this.running.subscribe(
        Object.fromEntries(wanted),
        { properties: propertiesOf(properties as Args) } as never,
        (error, _granted, packet) => {
          if (packet) this.emit({ type: 'subscribed', ref, codes: packet.granted })
          if (error) reject(error)
          else resolve()
        },
      )
    })
  }

  unsubscribe({ ref, filters, properties }: Args): Promise<void> {
    return new Promise((resolve, reject) => {
      this.running.unsubscribe(
        filters as string[],
        { properties: propertiesOf(properties as Args) } as never,
        (error, packet) => {
          if (packet) this.emit({ type: 'unsubscribed', ref, codes: (packet as { granted?: number[] }).granted ?? [] })
          if (error) reject(error)
          else resolve()
        },
      )
    })
  }

  disconnect({ reasonCode, properties }: Args): Promise<void> {
    const options = { ...(reasonCode !== undefined && { reasonCode }), properties: propertiesOf(properties as Args) }
    return this.running.endAsync(false, options as never)
  }

  on_message(args: Args): void {
    this.handler = args
  }

  kill(): void {
    const { client } = this
    if (!client) return
    client.end(true)
    client.stream.destroy()
  }
}
