import { BUSY, drop, open } from '../client/client'
import { publishQos1 } from '../client/publish-qos1'
import type { Board } from '../hal/contract'
import type { Publish } from './telemetry'

/** A server that answers pings and has not acknowledged a message for so long is left. */
const PUBACK_MS = 30000

/** Publishes readings at QoS 1. One that the broker never acknowledges ends the link; a new reading follows on the next. */
export function acknowledged(board: Board): Publish {
  let sentAt = 0
  return (client, topic, payload, flags) => {
    const result = publishQos1(client, topic, payload, flags)
    if (result > 0) sentAt = board.now()
    else if (result === BUSY && board.now() - sentAt > PUBACK_MS) {
      drop(client, 'no PUBACK')
      open(client)
    }
    return result
  }
}
