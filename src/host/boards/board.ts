export type Runtime = 'espruino' | 'kaluma'

/** How much the console shows; each level what the ones before it do, and more. */
export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug'

export type SensorType =
  | ('internal' | 'virtual' | 'ds18b20' | 'dht11' | 'dht22' | 'bme280' | 'bmp280' | 'sht3x' | 'sht4x' | 'aht20')
  | ('tmp102' | 'lm75' | 'mcp9808' | 'tmp117' | 'tmp36' | 'lm35' | 'ntc')

export interface Thermistor {
  r25Ohm: number
  /** Kelvin. */
  beta: number
  seriesOhm: number
  /** Where the series resistor goes: 'pullup' to the supply (the thermistor to ground), 'pulldown' the other way round. */
  wiring: 'pullup' | 'pulldown'
}

/** How a sensor is wired; pins are numbers on both runtimes. */
export interface Wiring {
  pin?: number
  /** Only sensors on I2C have it, and all of them. */
  i2c?: { bus: number; sda: number; scl: number; address: number }
  /** ROM code on a one-wire bus, '' for the first one found. */
  rom?: string
  resolutionBits?: number
  ntc?: Thermistor
}

export interface Sensor extends Wiring {
  /** Last level of its topic. */
  key: string
  type: SensorType
  /** Degrees Celsius, added to every reading. */
  offsetC: number
  /** How many times it is read for one reading, an odd number. */
  samples: number
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
    /** '' for none. */
    area: string
  }
  wifi: {
    ssid: string
    /** '' for an open network. */
    password: string
    /** '' for none; may hold `{id}`. */
    hostname: string
    static?: { ip: string; gateway: string; netmask: string }
    connectTimeoutS: number
  }
  mqtt: {
    host: string
    port: number
    tls: boolean
    /** '' for none; so is the password. */
    username: string
    password: string
    clientId: string
    version: '3.1.1' | '5.0'
    keepAliveS: number
    cleanSession: boolean
    /** 5.0; 0: the session ends with the connection. */
    sessionExpiryS: number
    /** Over a restart. */
    keepState: boolean
    /** 5.0. */
    topicAlias: boolean
    /** Tried in order when the broker above fails. */
    fallback: { host: string; port: number }[]
    reconnect: { minS: number; maxS: number }
    connectTimeoutS: number
    /** 0: never. */
    rebootAfterS: number
  }
  limits: {
    /** Bytes of the largest packet body that is accepted from the broker. */
    packetB: number
    /** Of readings that wait for a session; 0: none waits. */
    queueB: number
    /** Bytes, and number, of readings of QoS 1 that are not acknowledged. */
    inflightB: number
    inflight: number
  }
  topics: { base: string }
  /** One to eight. */
  sensors: Sensor[]
  publish: {
    intervalS: number
    format: 'plain' | 'json'
    /** Of temperatures. */
    unit: 'C' | 'F'
    qos: 0 | 1
    /** 5.0; 0: never. */
    expiryS: number
    /** Which readings a full queue keeps. */
    keep: 'newest' | 'oldest'
    retain: boolean
    /** 0: every reading is published. Otherwise heartbeatS is at least intervalS. */
    minChangeC: number
    heartbeatS: number
  }
  log: { level: LogLevel }
  /** 0: none. */
  watchdogS: number
}
