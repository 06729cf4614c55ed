import type { AccessPoint } from './contract'
import type { Chip } from './kaluma-chip'
import { check, type Realm } from './kaluma-realm'
import type { Station } from './station'

/** What the SDK waits for a network that it does not hear. */
const JOIN_TIMEOUT = 30_000
/** Until the chip reports that the password does not fit. */
const JOIN_REFUSAL = 4_000
const SCAN = 2_000

type Callback = (...values: unknown[]) => void

interface ConnectInfo {
  ssid?: unknown
  password?: unknown
  enforce?: unknown
}

/** `__ieee80211dev`. The WiFi object hangs its callbacks on it. */
export interface WifiDevice {
  errno: number
  assoc_cb?: Callback
  connect_cb?: Callback
  disconnect_cb?: Callback
  scan(callback?: Callback): void
  connect(info: ConnectInfo, callback?: Callback): void
  disconnect(callback?: Callback): void
  get_connection(callback?: Callback): void
}

/**
 * Kaluma's Wi-Fi driver. Everything blocks, and every callback comes before the call returns. Its error number is
 * always 0 (see the network driver's): `errno` alone tells. Without reset() and the access point mode.
 */
export function wifiDevice(
  chip: Chip,
  realm: Realm,
  radio: Station,
  accessPoint: AccessPoint,
  joinTime: number,
): WifiDevice {
  function join(ssid: string, password: string): boolean {
    radio.leave()
    const outcome = radio.survey(ssid, password)
    chip.block({ joined: joinTime, noAccessPoint: JOIN_TIMEOUT, wrongPassword: JOIN_REFUSAL }[outcome])
    return radio.join(ssid, password) === 'joined'
  }

  const device: WifiDevice = {
    errno: 0,
    scan(...values) {
      check(realm, values, 0, 'callback', 'function', true)
      if (values.length === 0) return
      chip.block(SCAN)
      device.errno = 0
      const found = new realm.Array()
      if (radio.survey(accessPoint.ssid, accessPoint.password) === 'joined') {
        const { ssid, password } = accessPoint
        const security = password === '' ? 'OPEN' : 'WPA2_PSK'
        const seen = { ssid, bssid: '02:00:00:00:00:01', security, rssi: -50, channel: 6 }
        found.push(Object.assign(new realm.Object(), seen))
      }
      chip.call(values[0], 0, found)
    },
    connect(...values) {
      check(realm, values, 1, 'callback', 'function', true)
      const { ssid, password } = values[0]
      if (typeof ssid !== 'string') throw new realm.TypeError('SSID error')
      const isJoined = join(ssid, typeof password === 'string' ? password : '')
      device.errno = isJoined ? 0 : -1
      if (isJoined) {
        chip.call(device.assoc_cb)
        chip.call(device.connect_cb)
      }
      chip.call(values[1], 0)
    },
    disconnect(...values) {
      check(realm, values, 0, 'callback', 'function', true)
      radio.leave()
      device.errno = 0
      chip.call(device.disconnect_cb)
      chip.call(values[0], 0)
    },
    get_connection(...values) {
      check(realm, values, 0, 'callback', 'function', true)
      device.errno = radio.isUp ? 0 : -1
      const info = { ssid: accessPoint.ssid, bssid: '' }
      if (radio.isUp) chip.call(values[0], 0, Object.assign(new realm.Object(), info))
      else chip.call(values[0], 0)
    },
  }
  return chip.guard(device)
}

/** The radio's own pins: 0 is the board's LED. */
export function radioPins(chip: Chip, realm: Realm) {
  const levels = [false, false, false]

  function pinOf(values: unknown[]): number {
    check(realm, values, 0, 'gpio', 'number')
    const pin = Math.trunc(values[0] as number)
    if (!(pin in levels)) throw new realm.TypeError('GPIO pin is not exist')
    return pin
  }

  class PicoCYW43 {
    getGpio(...values: unknown[]): boolean {
      return levels[pinOf(values)]
    }
    putGpio(...values: unknown[]): void {
      check(realm, values, 1, 'value', 'boolean')
      levels[pinOf(values)] = values[1] as boolean
    }
  }
  chip.guard(PicoCYW43.prototype)
  return PicoCYW43
}

/** `require('events')` and `require('wifi')`. `listeners` counts over all emitters. */
export function wifiModules(chip: Chip, realm: Realm, device: WifiDevice) {
  let listeners = 0

  class EventEmitter {
    private readonly _events = new Map<unknown, Callback[]>()

    on(type: unknown, listener: unknown): this {
      if (typeof listener !== 'function') throw new realm.TypeError('listener must be a function')
      this._events.set(type, [...this.listeners(type), listener as Callback])
      listeners++
      return this
    }

    addListener(type: unknown, listener: unknown): this {
      return this.on(type, listener)
    }

    once(type: unknown, listener: unknown): this {
      const first = (...values: unknown[]) => {
        this.off(type, first)
        ;(listener as Callback).apply(this, values)
      }
      return this.on(type, typeof listener === 'function' ? first : listener)
    }

    off(type: unknown, listener: unknown): this {
      const left = this.listeners(type)
      const index = left.lastIndexOf(listener as Callback)
      if (index < 0) return this
      left.splice(index, 1)
      this._events.set(type, left)
      listeners--
      return this
    }

    removeListener(type: unknown, listener: unknown): this {
      return this.off(type, listener)
    }

    removeAllListeners(...types: unknown[]): this {
      for (const type of types.length > 0 ? types : [...this._events.keys()]) {
        listeners -= this.listenerCount(type)
        this._events.delete(type)
      }
      return this
    }

    listeners(type: unknown): Callback[] {
      return [...(this._events.get(type) ?? [])]
    }

    listenerCount(type: unknown): number {
      return this.listeners(type).length
    }

    emit(type: unknown, ...values: unknown[]): boolean {
      const called = this.listeners(type)
      for (const listener of called) listener.apply(this, values)
      return called.length > 0
    }
  }
  chip.guard(EventEmitter.prototype)

  class WiFi extends EventEmitter {
    constructor() {
      super()
      device.assoc_cb = () => this.emit('associated')
      device.connect_cb = () => this.emit('connected')
      device.disconnect_cb = () => this.emit('disconnected')
    }

    scan(callback?: Callback): void {
      device.scan((_error, found) => callback?.(null, found))
    }

    /** Answers the connection that there is, or joins. Success in the callback says nothing. */
    connect(info: ConnectInfo, callback?: Callback): void {
      if (!info?.ssid) {
        callback?.(new realm.Error('WIFI SSID is required'))
        return
      }
      device.get_connection((_error, present) => {
        if (present && !info.enforce) callback?.(null, present)
        else device.connect(info, () => callback?.(null, info))
      })
    }

    disconnect(callback?: Callback): void {
      device.disconnect(() => callback?.())
    }

    getConnection(callback?: Callback): void {
      device.get_connection((_error, info) => callback?.(null, info))
    }
  }
  chip.guard(WiFi.prototype)

  return {
    events: { EventEmitter },
    wifi: { WiFi },
    listeners: () => listeners,
  }
}
