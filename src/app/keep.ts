import type { Session } from '../client/session'
import { mark, restore, stateOf } from '../client/store'
import type { Board, Store } from '../hal/contract'

/** Flash wears: what comes and goes within this time is not written. */
const LOOK_MS = 250

/** Keeps what is not acknowledged over a restart of the chip. To be called behind session(). */
export function keep(board: Board, session: Session, store: Store) {
  restore(session, store.read())
  let written = mark(session)
  let seen = written
  const look = () => {
    board.after(LOOK_MS, look)
    const before = seen
    seen = mark(session)
    if (seen !== before || seen === written) return
    written = seen
    store.write(stateOf(session))
  }
  look()
}
