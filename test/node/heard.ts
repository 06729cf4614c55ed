import type { Link } from '../../src/hal/contract'
import type { Dial } from '../../src/host/node'

/** A link and all that its owner has heard of it. */
export interface Heard extends Link {
  opened: number
  received: string
  drained: number
  closed: string[]
  /** Events inside a call of the owner's, which must not be. */
  inside: number
}

/** Dials as a client would, and listens; `drained` is told too. */
export function listen(dial: Dial, drained = () => {}): Heard {
  let calls = 0
  const call = <T>(run: () => T): T => {
    calls++
    try {
      return run()
    } finally {
      calls--
    }
  }
  const count = () => {
    if (calls > 0) heard.inside++
  }
  const heard: Heard = {
    opened: 0,
    received: '',
    drained: 0,
    closed: [],
    inside: 0,
    write: bytes => call(() => link.write(bytes)),
    close: () => call(() => link.close()),
  }
  const link = call(() =>
    dial({
      opened() {
        count()
        heard.opened++
      },
      received(bytes) {
        count()
        heard.received += bytes
      },
      drained() {
        count()
        heard.drained++
        drained()
      },
      closed(reason) {
        count()
        heard.closed.push(reason)
      },
    }),
  )
  return heard
}
