/** CRC-8 of Sensirion and Aosong: polynomial 0x31, start 0xFF. */
export function crc8(bytes: readonly number[]): number {
  return bytes.reduce((crc, byte) => {
    let value = crc ^ byte
    for (let bit = 0; bit < 8; bit++) value = value & 0x80 ? (value << 1) ^ 0x131 : value << 1
    return value
  }, 0xff)
}

/** CRC-8 of Dallas: polynomial 0x31 reflected, start 0. */
export function dallasCrc(bytes: readonly number[]): number {
  return bytes.reduce((crc, byte) => {
    let value = crc ^ byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >> 1) ^ 0x8c : value >> 1
    return value
  }, 0)
}
