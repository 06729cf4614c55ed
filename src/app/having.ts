import type { Publish } from './telemetry'

/** `publish`, with the same properties of 5.0 each time, in the form that it takes. */
export function having(publish: Publish, properties: string): Publish {
  return (client, topic, payload, flags) => publish(client, topic, payload, flags, properties)
}
