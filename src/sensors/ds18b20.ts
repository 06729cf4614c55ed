import type { Board, Bytes, OneWire, Thermometer } from '../hal/contract'

/** Dallas CRC-8, data sheet figure 11: polynomial 0x31, reflected, start 0. 0 with the checksum among the bytes. */
function crc(bytes: Bytes): number {
  let value = 0
  for (let i = 0; i < bytes.length; i++) {
    value ^= bytes[i]
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >> 1) ^ 0x8c : value >> 1
  }
  return value
}

/**
 * The scratchpad, nine bytes, data sheet figure 9. NaN for a wrong checksum; for zeros, whose checksum is right; for what
 * no part measures; and for 85 degrees with the 0x0C that stands in byte 6 only at power-on (a measured 85 leaves 0x10).
 */
export function celsius(scratchpad: Bytes): number {
  if (scratchpad.length !== 9 || crc(scratchpad)) return NaN
  const configuration = scratchpad[4]
  // Bits below the resolution are undefined.
  const undefinedBits = 3 - ((configuration >> 5) & 3)
  const raw = ((((scratchpad[1] << 24) >> 16) | scratchpad[0]) >> undefinedBits) << undefinedBits
  const value = raw / 16
  const isPowerOn = value === 85 && scratchpad[6] === 0x0c
  return configuration && !isPowerOn && value >= -55 && value <= 125 ? value : NaN
}

/** ROM and function commands, tables 2 and 3. */
const CONVERT = '\x44'
const READ = '\xbe'
/** Alarm limits as they leave the factory, then the configuration. Not copied to the EEPROM, which wears out. */
const CONFIGURE = '\x4e\x4b\x46'
const FAMILY = '28'

/** `rom`: 16 hexadecimal digits, or '' for the first one found. `bits`: 9 to 12. */
export function ds18b20(board: Board, wire: OneWire, rom: string, bits: number): Thermometer {
  let found = rom
  const read = () => {
    let value = NaN
    // The radio spoils bits now and then.
    for (let i = 0; i < 3 && isNaN(value); i++) {
      if (wire.select(found)) {
        wire.write(READ)
        value = celsius(wire.read(9))
      }
    }
    return value
  }
  const sensor: Thermometer = {
    lastError: '',
    sample: done => {
      let isSecond = false
      const end = (value: number, fault: string) => {
        sensor.lastError = fault
        // It may come back as another one.
        if (fault) found = rom
        done(value)
      }
      const convert = () => {
        found = found || wire.search().filter(one => one.substr(0, 2) === FAMILY)[0]
        if (!found || !wire.select(found)) {
          end(NaN, 'no sensor on the wire')
          return
        }
        wire.write(CONFIGURE + String.fromCharCode(((bits - 9) << 5) | 0x1f))
        wire.select(found)
        wire.write(CONVERT)
        // Table 2: 750 ms for 12 bits, half of it for each one less.
        board.after((750 >> (12 - bits)) + 10, () => {
          const value = read()
          if (isSecond || !isNaN(value)) end(value, isNaN(value) ? 'checksum or power-on value' : '')
          else {
            isSecond = true
            convert()
          }
        })
      }
      convert()
    },
    close: () => {},
  }
  return sensor
}
