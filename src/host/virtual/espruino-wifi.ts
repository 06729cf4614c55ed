import { isIPv4 } from 'node:net'
import type { Alarm, Clock } from './contract'
import type { Interpreter } from './espruino-interpreter'
import type { Station } from './station'

/** The latest release, or what its repository holds since. */
export type Release = '2v29' | 'head'

/** Milliseconds that the steps of a join take, and its failures. */
const ASSOCIATE = 300
const GET_ADDRESS = 500
const NO_ANSWER = 2000
const HANDSHAKE = 3000
const SCAN = 2000
/** What an answer of the name server takes, and its silence. */
const LOOKUP = 20
const LOOKUP_TIMEOUT = 14_000

/** Reasons of a disconnection, of those that esp_wifi.h knows. */
const REASONS: Record<number, string> = {
  0: 'Unknown reason',
  8: 'ASSOC_LEAVE',
  15: '4WAY_HANDSHAKE_TIMEOUT',
  200: 'BEACON_TIMEOUT',
  201: 'NO_AP_FOUND',
}

const STATION = 1
const ACCESS_POINT = 2
const MODES = ['NULL', 'STA', 'AP', 'APSTA']

const ACCESS_POINT_MAC = '50:c7:bf:00:00:01'

export interface Wifi {
  /** What require('Wifi') gives. */
  readonly module: object
  /** Whether the chip is an access point that anybody may join. */
  readonly openAccessPoint: boolean
  /** The name that the router was told last; '' before. */
  readonly hostname: string
  readonly address: string
  /** What the runtime does behind the boot code, with nothing saved. */
  restore(): void
  /** The chip has noticed that the air is gone. */
  lost(): void
  stop(): void
}

export interface WifiOptions {
  interpreter: Interpreter
  clock: Clock
  station: Station
  release: Release
  /** As 24:0a:c4:00:2f:90. */
  mac: string
  /** Whether setIP() has an effect. */
  takesFixedAddress: boolean
}

/**
 * The library `Wifi`: a port of jswrap_esp32_network.c and of what ESP-IDF does under it. The driver of IDF 3 is an
 * access point until told otherwise, so connect() alone makes it both.
 */
export function makeWifi({ interpreter, clock, station, release, mac, takesFixedAddress }: WifiOptions): Wifi {
  const { realm } = interpreter
  const module = realm.object()
  let mode = ACCESS_POINT
  let started = false
  let isOpen = true
  /** As the runtime believes: stays true while a lost link is retried. */
  let isConnected = false
  let lastReason = 0
  let retries = 0
  let wanted = { ssid: '', password: '' }
  let attempt: Alarm | undefined
  let connected: unknown
  let disconnected: unknown
  let hostname = 'espressif'
  let announced = ''
  let fixed: Record<string, string> | undefined
  let stopped = false

  function check(value: unknown, optional: unknown[]): void {
    if (typeof value === 'function' || optional.includes(value)) return
    throw realm.error('Error', `Expecting callback function but got ${value}`)
  }

  const later = (ms: number, run: () => void) =>
    clock.after(ms, () => {
      if (!stopped) run()
    })

  /** esp_wifi_connect(): one attempt, reported by events. */
  function tryToConnect(): void {
    attempt?.cancel()
    const outcome = station.survey(wanted.ssid, wanted.password)
    const wait = { joined: ASSOCIATE, noAccessPoint: NO_ANSWER, wrongPassword: HANDSHAKE }[outcome]
    attempt = later(wait, () => {
      const now = station.survey(wanted.ssid, wanted.password)
      if (now === 'noAccessPoint') onDisconnected(201)
      else if (now === 'wrongPassword') onDisconnected(15)
      else onAssociated()
    })
  }

  function onAssociated(): void {
    isConnected = true
    interpreter.emit(module, 'associated', realm.object({ ssid: wanted.ssid, mac: ACCESS_POINT_MAC, channel: '6' }))
    attempt = later(GET_ADDRESS, () => {
      attempt = undefined
      if (station.join(wanted.ssid, wanted.password) === 'joined') onAddress()
      else onDisconnected(200)
    })
  }

  function onAddress(): void {
    announced = hostname
    interpreter.queue(connected, null)
    connected = undefined
    interpreter.emit(module, 'connected', realm.object(addresses()))
  }

  /** The event SYSTEM_EVENT_STA_DISCONNECTED. */
  function onDisconnected(reason: number): void {
    attempt = undefined
    if (--retries > 0) {
      tryToConnect()
      return
    }
    isConnected = false
    lastReason = reason
    interpreter.queue(disconnected)
    disconnected = undefined
    const details = { ssid: wanted.ssid, mac: ACCESS_POINT_MAC, reason: String(reason), msg: REASONS[reason] }
    interpreter.emit(module, 'disconnected', realm.object(details))
    if (release === '2v29') return
    interpreter.queue(connected, REASONS[reason])
    connected = undefined
    if (mode !== ACCESS_POINT + STATION) started = false
  }

  /** esp_wifi_disconnect(): the event follows on its own. */
  function leave(): void {
    if (!isConnected && !attempt) return
    attempt?.cancel()
    attempt = later(0, () => onDisconnected(8))
    station.leave()
  }

  function setMode(next: number): void {
    mode = next
    if ((mode & STATION) === 0) leave()
  }

  function addresses(): Record<string, string> {
    const { address } = station
    if (!station.isUp) return { ip: address, netmask: address, gw: address }
    if (fixed) return fixed
    return { ip: address, netmask: '255.255.255.0', gw: address.replace(/\d+$/, '1') }
  }

  function connect(ssid: unknown, options?: { password?: unknown } | null, callback?: unknown): void {
    if (typeof ssid !== 'string') throw realm.error('Error', 'No SSID provided')
    if (options !== undefined && typeof options !== 'object') {
      throw realm.error('Error', `Expecting Object, got ${typeof options}`)
    }
    const password = options?.password ?? ''
    connected = undefined
    check(callback, [undefined])
    if (typeof password !== 'string') throw realm.error('Error', 'Expecting options.password to be a string')
    disconnected = undefined
    const wasStation = (mode & STATION) !== 0
    mode |= STATION
    wanted = { ssid, password }
    connected = callback
    if (release === '2v29') {
      started = true
      if (isConnected) {
        station.leave()
        later(0, () => onDisconnected(8))
      }
      later(0, tryToConnect)
      return
    }
    retries = 3
    if (isConnected) leave()
    else if (!started || !wasStation) {
      started = true
      later(0, tryToConnect)
    }
    // Otherwise nothing happens, ever: HEAD tries only when the driver starts.
  }

  function status(): Record<string, unknown> {
    const isAccessPoint = started && (mode & ACCESS_POINT) !== 0
    const shown = release === 'head' && !isConnected && !isAccessPoint ? MODES[0] : MODES[mode]
    if (!isConnected) return { station: REASONS[lastReason], mode: shown, powersave: 'none' }
    return {
      station: 'connected',
      ssid: wanted.ssid,
      bssid: ACCESS_POINT_MAC,
      channel: 6,
      rssi: -60,
      htMode: 'HT20',
      authMode: 'wpa2',
      mode: shown,
      powersave: 'none',
    }
  }

  function getHostByName(name: unknown, callback: unknown): void {
    if (typeof name !== 'string') throw realm.error('Error', 'Hostname parameter is not a string')
    if (typeof callback !== 'function') throw realm.error('Error', 'Callback is not a function')
    // The network below knows no look-up of its own; it takes the name for the address.
    if (station.passes) later(LOOKUP, () => interpreter.queue(callback, name))
    else later(station.isUp ? LOOKUP_TIMEOUT : 0, () => interpreter.queue(callback, null))
  }

  function startAccessPoint(_name: string, options?: { password?: string }, callback?: unknown): void {
    isOpen = !options?.password
    mode |= ACCESS_POINT
    started = true
    interpreter.queue(callback, null)
  }

  interpreter.expose(module, {
    connect,
    disconnect(callback?: unknown): void {
      check(callback, [undefined])
      disconnected = callback
      retries = 0
      leave()
      // Called now, and again by the event.
      interpreter.queue(callback)
    },
    startAP: startAccessPoint,
    stopAP(callback?: unknown): void {
      check(callback, [undefined])
      setMode(mode & STATION)
      interpreter.queue(callback)
    },
    scan(callback: unknown): void {
      check(callback, [])
      later(SCAN, () => {
        const found = station.heard ? [station.heard] : []
        const list = found.map(({ ssid }) =>
          realm.object({ rssi: -60, authMode: 'wpa2', ssid, mac: ACCESS_POINT_MAC, channel: '6' }),
        )
        interpreter.queue(callback, realm.array(list))
      })
    },
    getIP(callback?: unknown): object {
      check(callback, [undefined, null])
      const info = realm.object({ ...addresses(), mac })
      interpreter.queue(callback, null, info)
      return info
    },
    getStatus: () => realm.object(status()),
    getDetails(callback?: unknown): object {
      check(callback, [undefined, null])
      const details = isConnected
        ? { ...wanted, status: 'connected', authMode: 'wpa2' }
        : { status: REASONS[lastReason] }
      const result = realm.object(details)
      interpreter.queue(callback, result)
      return result
    },
    getHostByName,
    getHostname(callback?: unknown): string {
      interpreter.queue(callback, hostname)
      return hostname
    },
    setHostname(name: unknown, callback?: unknown): void {
      // ESP-IDF names an interface, and there is none before the station has started.
      if (started && (mode & STATION) !== 0) hostname = String(name)
      interpreter.queue(callback)
    },
    setIP(settings: Record<string, unknown>, callback?: unknown): void {
      const wanted = ['ip', 'gw', 'netmask'].map(name => [name, String(settings?.[name])])
      for (const [name, address] of wanted) {
        if (!isIPv4(address)) throw realm.error('Error', `Not a valid address: ${name}`)
      }
      if (takesFixedAddress) fixed = Object.fromEntries(wanted)
      // Taken word for word: the two are the wrong way round there.
      if (typeof callback === 'function') interpreter.queue(callback, takesFixedAddress ? 'Failure' : null)
      else throw realm.error('Error', 'Callback is not a function')
    },
    setConfig(settings: unknown): void {
      if (typeof settings !== 'object') throw realm.error('Error', `Expecting Object, got ${typeof settings}`)
    },
    setSNTP(server: unknown, zone: unknown): void {
      if (typeof zone !== 'string') throw realm.error('Error', 'Zone is not a string')
      if (typeof server !== 'string') throw realm.error('Error', 'Server is not a string')
    },
    save() {},
    restore() {},
  })

  return {
    module,
    get hostname() {
      return announced
    },
    get address() {
      return addresses().ip
    },
    get openAccessPoint() {
      return started && isOpen && (mode & ACCESS_POINT) !== 0
    },
    restore() {
      if (release === '2v29') started = true
    },
    lost() {
      attempt?.cancel()
      onDisconnected(200)
    },
    stop() {
      stopped = true
    },
  }
}
