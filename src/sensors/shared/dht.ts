import type { Board, Bytes, Hygrometer, Pulses } from '../../hal/contract'

/** A 1 is 70 us high, a 0 is 26 to 28: AM2302 data sheet section 7.3, DHT11 section 5. */
const ONE_US = 50

/** The last 40 high pulses, of which one is a bit, as five bytes; none where pulses are missing. */
export function bytesOf(highUs: number[]): number[] {
  const bytes: number[] = []
  const from = highUs.length - 40
  for (let i = 0; from >= 0 && i < 40; i++) {
    bytes[i >> 3] = ((bytes[i >> 3] << 1) | (highUs[from + i] > ONE_US ? 1 : 0)) & 0xff
  }
  return bytes
}

/** Whether five bytes are a reading: the last is the sum of the others. All zeros would be one, from a line held low. */
export function isFrame(bytes: Bytes): boolean {
  const sum = bytes[0] + bytes[1] + bytes[2] + bytes[3]
  return sum > 0 && (sum & 0xff) === bytes[4]
}

/** Both data sheets: two seconds between readings. */
const REST_MS = 2100

/** A part of the family. `lowMs`: how long it wants the line low. Tries a second time, since the radio costs pulses. */
export function onPulses(
  board: Board,
  line: Pulses,
  lowMs: number,
  celsius: (bytes: Bytes) => number,
  humidity: (bytes: Bytes) => number,
): Hygrometer {
  const sensor: Hygrometer = {
    lastError: '',
    humidity: NaN,
    sample: done => {
      let isSecond = false
      const attempt = () => {
        line.read(lowMs, highUs => {
          const bytes = bytesOf(highUs)
          const value = celsius(bytes)
          if (isNaN(value) && !isSecond) {
            isSecond = true
            board.after(REST_MS, attempt)
            return
          }
          sensor.humidity = humidity(bytes)
          sensor.lastError = !isNaN(value) ? '' : highUs.length ? 'pulses were lost' : 'no answer; check the wiring'
          done(value)
        })
      }
      attempt()
    },
    close: () => {},
  }
  return sensor
}
