export type Runtime = 'espruino' | 'kaluma'

export interface Sensor {
  /** Last level of its topic. */
  key: string
  type: 'internal' | 'virtual'
  /** Degrees Celsius, added to every reading. */
  offsetC: number
  /** Digits after the decimal point, 0 to 3. */
  decimals: number
  /** Degrees Celsius; a reading outside minC to maxC is dropped. */
  minC: number
  maxC: number
}

/**
 * A board file that holds every rule, with defaults and secrets filled in. `{id}` in a text stands for the id that the
 * board finds out itself; where the file fixes the id, it is filled in and no `{id}` is left.
 */
export interface Board {
  /** Name of the file without .json, and of the image. */
  board: string
  runtime: Runtime
  device: {
    /** 'auto': from the chip, on the board. */
    id: string
    name: string
  }
  wifi: {
    ssid: string
    /** '' for an open network. */
    password: string
  }
  mqtt: {
    host: string
    port: number
    /** '' for none; so is the password. */
    username: string
    password: string
    clientId: string
    version: '3.1.1'
    keepAliveS: number
    reconnect: { minS: number; maxS: number }
    connectTimeoutS: number
  }
  limits: {
    /** Bytes of the largest packet body that is accepted from the broker. */
    packetB: number
  }
  topics: { base: string }
  /** Exactly one for now. */
  sensors: Sensor[]
  publish: { intervalS: number; format: 'plain'; qos: 0; retain: boolean }
}
