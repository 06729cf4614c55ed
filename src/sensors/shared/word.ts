import type { Bytes } from '../../hal/contract'

/** Two bytes, high one first, as a signed number of 16 bits; NaN where they are missing. */
export function signedWord(bytes: Bytes): number {
  return bytes[0] * 256 + bytes[1] - (bytes[0] & 0x80) * 512
}
