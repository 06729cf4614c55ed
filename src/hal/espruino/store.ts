import type { Store } from '../contract'

declare function require(module: 'Storage'): {
  /** undefined for a file that is not there. A string that lives in flash. */
  read(name: string): string | undefined
  /** Throws for no bytes at all, and where there is no room. */
  write(name: string, bytes: string): boolean
}

const FILE = 'mote.state'

/** A file in Storage, which writes each version elsewhere in the flash and clears up when it is full. */
export function store(): Store {
  return {
    // A copy: the flash under the file's own string is written again one day.
    read: () => '' + (require('Storage').read(FILE) || ''),
    write: bytes => {
      try {
        require('Storage').write(FILE, bytes)
      } catch (e) {
        console.warn('cannot keep the session: ' + e)
      }
    },
  }
}

declare const console: { warn(text: string): void }
