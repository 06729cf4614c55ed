/** What stands between the runner and a client under test. */

/** An event as the adapter emits it; its type, and what the format names for that type. */
export interface ClientEvent {
  type: string
  [name: string]: unknown
}

export interface AdapterOptions {
  port: number
  protocol: 4 | 5
  emit(event: ClientEvent): void
}

/** A method of an adapter. A call that the client refuses throws or rejects. */
type Call = (args: Record<string, unknown>) => unknown

/** The contract of the scenarios' format. A hook that the client does not have is not there, or refuses. */
export interface Client {
  connect: Call
  reconnect: Call
  publish: Call
  subscribe: Call
  unsubscribe: Call
  disconnect: Call
  auth?: Call
  on_message?: Call
  debug_set_next_packet_id?: Call
  kill(): unknown
}

export type Adapter = new (options: AdapterOptions) => Client
