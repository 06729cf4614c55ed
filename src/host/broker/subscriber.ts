import { connectAsync } from 'mqtt'

export interface Message {
  topic: string
  /** UTF-8. */
  payload: string
  qos: number
  retain: boolean
}

export interface Subscriber {
  close(): Promise<void>
}

/**
 * Subscribes at QoS 0 and hands on what arrives. `url` is mqtt://[user[:password]@]host:port. Rejects, with the broker's
 * words, when the broker refuses the login or a filter; reconnects by itself afterwards.
 */
export async function subscribe(
  url: string,
  filters: string[],
  take: (message: Message) => void,
  login: { username?: string; password?: string } = {},
): Promise<Subscriber> {
  const client = await connectAsync(url, { ...login, connectTimeout: 5000 }, false)
  client.on('message', (topic, payload, packet) => {
    take({ topic, payload: payload.toString('utf8'), qos: packet.qos, retain: packet.retain })
  })
  const granted = await client.subscribeAsync(filters, { qos: 0 })
  const refused = granted.find(grant => grant.qos > 2)
  if (refused) {
    await client.endAsync(true)
    throw new Error(`the broker does not let us subscribe to ${refused.topic}`)
  }
  return { close: () => client.endAsync(true) }
}
