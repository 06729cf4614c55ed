import type { Bytes } from '../../hal/contract'

/**
 * The CRC-8 of Sensirion (SHT3x data sheet, section 4.12) and Aosong (AHT20, section 5.4.4): polynomial 0x31, start 0xFF, of
 * `count` bytes from `from`. With the checksum itself among them it is 0.
 */
export function crc8(bytes: Bytes, from: number, count: number): number {
  let crc = 0xff
  for (let i = from; i < from + count; i++) {
    crc ^= bytes[i]
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? (crc << 1) ^ 0x131 : crc << 1
  }
  return crc
}

/** Two bytes and their checksum as a number of 16 bits; NaN where the checksum is wrong or bytes are missing. */
export function checkedWord(bytes: Bytes, from: number): number {
  return crc8(bytes, from, 3) ? NaN : bytes[from] * 256 + bytes[from + 1]
}
