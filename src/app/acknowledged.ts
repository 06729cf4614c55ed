import { type Client, LINK, lose, ON_PUBLISH, UP } from '../client/client'
import type { Session } from '../client/session'
import type { Board } from '../hal/contract'

const LOOK_MS = 1000

/** A server that answers pings, and has not acknowledged anything for so long while something is in flight, is left. */
const PUBACK_MS = 30000

/** Looks after the acknowledgements of readings at QoS 1, of which the owner hears no more. To be called before session(). */
export function acknowledged(board: Board, client: Client) {
  const on = client._on
  let heardAt = 0
  client._on = (event, a, b) => {
    heardAt = board.now()
    return event !== ON_PUBLISH || b ? on(event, a, b) : 0
  }
  const look = () => {
    board.after(LOOK_MS, look)
    const now = board.now()
    if (client.state !== UP || !(client as Session)._sent) heardAt = now
    else if (now - heardAt > PUBACK_MS) lose(client, LINK, 'no PUBACK')
  }
  look()
}
