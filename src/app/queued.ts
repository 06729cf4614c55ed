import type { Client } from '../client/client'
import { enqueue, type Queue } from '../client/queue'

/** Publishes through the client's queue(). 0: the reading waits, or has given way, which the queue counts. */
export function queued(client: Client, topic: string, payload: string, flags: number, properties?: string): number {
  enqueue(client as Queue, topic, payload, flags, properties as string)
  return 0
}
