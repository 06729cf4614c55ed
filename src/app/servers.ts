import { type Client, ON_CONNECT } from '../client/client'
import type { Setup } from './telemetry'

/** Host and port. */
type Server = [string, number]

/**
 * Dials the server of the setup and then `others`, in turns: each attempt the next one, until a session is accepted; the
 * attempt after it begins with the first again. To be called before anything else that changes the client.
 */
export function servers(client: Client, s: Setup, others: Server[]) {
  const all = ([[s._host, s._port]] as Server[]).concat(others)
  const dial = client._dial
  const on = client._on
  let next = 0
  client._dial = events => {
    s._host = all[next][0]
    s._port = all[next][1]
    next = (next + 1) % all.length
    return dial(events)
  }
  client._on = (event, a, b) => {
    if (event === ON_CONNECT) next = 0
    return on(event, a, b)
  }
}
