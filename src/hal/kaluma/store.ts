import type { Store } from '../contract'

declare function require(module: 'fs'): {
  /** Throws for a file that is not there. */
  readFile(path: string): Uint8Array
  /** What was there stays until all of it is written. */
  writeFile(path: string, bytes: Uint8Array): void
}

const FILE = '/mote.state'

/** Bytes made into a string at once: fromCharCode.apply() works on the C stack. */
const PIECE_B = 128

/** A file; `storage` would be the place for it, but its getItem() writes beyond its buffer. */
export function store(): Store {
  return {
    read: () => {
      let text = ''
      try {
        const bytes = require('fs').readFile(FILE)
        for (let at = 0; at < bytes.length; at += PIECE_B)
          text += String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE_B) as unknown as number[])
      } catch (_e) {
        // The first boot.
      }
      return text
    },
    write: bytes => {
      try {
        const file = new Uint8Array(bytes.length)
        for (let at = 0; at < bytes.length; at++) file[at] = bytes.charCodeAt(at)
        require('fs').writeFile(FILE, file)
      } catch (e) {
        console.warn('cannot keep the session: ' + e)
      }
    },
  }
}

declare const console: { warn(text: string): void }
