import type { Link, LinkEvents } from '../../src/hal/contract'

/** A board's connect() whose links are lists: what was written, and whether it is closed. */
export interface FakeDialer {
  dial: (events: LinkEvents) => Link
  links: { events: LinkEvents; written: string[]; closed: number }[]
  /** What the next writes answer. */
  answer: number
  /** Hears of each write while it happens, and on which link. */
  watch: (bytes: string, link: number) => void
}

export function fakeDialer(): FakeDialer {
  const dialer: FakeDialer = {
    links: [],
    answer: 0,
    watch: () => {},
    dial(events) {
      const number = dialer.links.length
      const link = { events, written: [] as string[], closed: 0 }
      dialer.links.push(link)
      return {
        write(bytes) {
          link.written.push(bytes)
          dialer.watch(bytes, number)
          return dialer.answer
        },
        close() {
          link.closed++
        },
      }
    },
  }
  return dialer
}

/** A byte string as hexadecimal digits. */
export function hex(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('hex')
}
