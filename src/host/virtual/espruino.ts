import type { Alarm, Holdings, VirtualBoard, VirtualBoardOptions } from './contract'
import { installGlobals } from './espruino-globals'
import { type Interpreter, makeInterpreter } from './espruino-interpreter'
import { makeNet, type Net } from './espruino-net'
import { makeWifi, type Release, type Wifi } from './espruino-wifi'
import { station } from './station'
import { bareWiring } from './wiring'

export interface EspruinoBoardOptions extends VirtualBoardOptions {
  /** Default 2v29, which is what users flash. */
  release?: Release
  /** As getSerial() gives it: the MAC address. Default 240ac400-2f90. */
  serial?: string
  /** False: a chip whose temprature_sens_read() always says 128. Default true. */
  internalSensor?: boolean
  /** JsVars that the chip has, 10 bytes of text in each. Default 5000. */
  jsVars?: number
  /** Milliseconds from a reset until the image runs. Default 500. */
  bootTime?: number
  /** Milliseconds that a connect blocks when nobody answers. Default 75,000. */
  connectTimeout?: number
  /** Milliseconds that a handshake of TLS takes. Default 1500; Infinity for a broker that does not know TLS. */
  handshake?: number
  /** False: setIP() has no effect, and the router gives the address. Default true. */
  takesFixedAddress?: boolean
}

/** An ESP32 with Espruino, and what tests want to know of it beyond any board. */
export interface EspruinoBoard extends VirtualBoard {
  /** Sets the chip's clock as SNTP does, behind the timers' back. Milliseconds since 1970. */
  setWallClock(ms: number): void
  /** Raises error flags of the interpreter, such as MEMORY. */
  raiseErrorFlags(...flags: string[]): void
  /** Whether the chip is an access point that anybody may join. */
  readonly openAccessPoint: boolean
  /** Whether the chip offers its console, without a password, on port 23. */
  readonly telnetConsole: boolean
  /** The name that the chip gave when it asked for its address last; '' before. */
  readonly hostname: string
  /** Its address, 0.0.0.0 without a network. */
  readonly address: string
}

/** Everything that a reset ends. */
interface Life {
  interpreter: Interpreter
  wifi: Wifi
  net: Net
  telnet: boolean
}

/** What the runtime itself holds in variables, a timer, a socket: roughly as measured. */
const VARS_AT_BOOT = 250
const VARS_PER_TIMER = 8
const VARS_PER_SOCKET = 21
const BYTES_PER_VAR = 10
/** An image runs from flash; of each so many bytes of it a variable is needed. */
const IMAGE_BYTES_PER_VAR = 13

/**
 * An ESP32 with Espruino, down to its faults: globals, the libraries net, Wifi, TelnetServer and Storage, and the order in
 * which the real main loop does things. Not powered before boot().
 *
 * Unlike the real one, it takes syntax that Espruino refuses and hoists what Espruino does not (the image builder refuses
 * both); names of the language that V8 does not let go, such as Number.MAX_SAFE_INTEGER, stay; numbers become text with
 * all their digits; Promise is missing, since its jobs would run between the passes; of memory only what waits to be sent
 * runs out.
 */
export function espruinoBoard(options: EspruinoBoardOptions): EspruinoBoard {
  const { name, world, accessPoint } = options
  const { release = '2v29', serial = '240ac400-2f90', internalSensor = true, wiring = bareWiring() } = options
  const { jsVars = 5000, bootTime = 500, connectTimeout, handshake = 1500, takesFixedAddress = true } = options
  const { clock } = world
  const radio = station({ world, accessPoint, tap: options.tap, connectTimeout })
  const storage = options.flash ?? new Map<string, string>()
  const wallClock = { offset: 0 }
  let life: Life | undefined
  let booting: Alarm | undefined
  let image = ''
  let restarts = 0

  function temperature(): number {
    if (!internalSensor) return 128
    return Math.min(Math.max(Math.round(board.celsius * 1.8 + 32), 0), 255)
  }

  function usageOf({ interpreter, net }: Life): number {
    return (
      VARS_AT_BOOT +
      Math.ceil(image.length / IMAGE_BYTES_PER_VAR) +
      Math.ceil(net.queuedBytes / BYTES_PER_VAR) +
      VARS_PER_TIMER * interpreter.timers +
      VARS_PER_SOCKET * net.sockets
    )
  }

  function die(): void {
    booting?.cancel()
    booting = undefined
    life?.wifi.stop()
    life?.interpreter.stop()
    life = undefined
  }

  function restart(delay: number): void {
    die()
    radio.reset(true)
    restarts++
    booting = clock.after(delay, powerUp)
  }

  function powerUp(): void {
    booting = undefined
    const interpreter = makeInterpreter({
      clock,
      wallClock,
      print: line => options.console?.(line),
      reset: () => restart(bootTime),
    })
    const mac = board.id.replace(/..(?!$)/g, '$&:')
    const fits = (bytes: number) => usageOf(current) + bytes / BYTES_PER_VAR <= jsVars
    const wifi = makeWifi({ interpreter, clock, station: radio, release, mac, takesFixedAddress })
    const net = makeNet({ interpreter, clock, station: radio, fits, handshake })
    const current: Life = { interpreter, wifi, net, telnet: true }
    life = current
    installGlobals({
      interpreter,
      release,
      serial,
      modules: { net: net.module, tls: net.tls, Wifi: wifi.module },
      storage,
      temperature,
      clock,
      wiring,
      usage: () => usageOf(current),
      jsVars,
      reboot: () => restart(bootTime),
      deepSleep: ms => restart(ms + bootTime),
      telnet(on) {
        current.telnet = on
      },
    })
    interpreter.boot(image)
    if (life === current) wifi.restore()
  }

  function holdings(): Holdings {
    if (!life) return { sockets: 0, timers: 0, listeners: 0, queuedBytes: 0 }
    const { interpreter, net, wifi } = life
    const { E, process } = interpreter.realm.global as Record<string, object>
    const objects = [E, process, wifi.module]
    return {
      sockets: net.sockets,
      timers: interpreter.timers,
      listeners: net.listeners + objects.reduce((sum, object) => sum + interpreter.emitters.count(object), 0),
      queuedBytes: net.queuedBytes + radio.queuedBytes,
    }
  }

  const board: EspruinoBoard = {
    name,
    id: serial.replaceAll('-', ''),
    accessPoint,
    celsius: options.celsius ?? 40,
    boot(source) {
      if (life || booting) throw new Error(`${name} is powered already`)
      image = source
      // Without power the chip's clock forgets.
      wallClock.offset = -Math.round(clock.now() * 1000)
      powerUp()
    },
    loseWifi({ silent = false } = {}) {
      if (radio.loseAir(silent)) life?.wifi.lost()
    },
    restoreWifi: () => radio.regainAir(),
    holdings,
    get restarts() {
      return restarts
    },
    unplug() {
      die()
      radio.reset(false)
    },
    setWallClock: ms => life?.interpreter.setSystemTime(Math.round(ms * 1000), true),
    raiseErrorFlags: (...flags) => life?.interpreter.raise(...flags),
    get openAccessPoint() {
      return life?.wifi.openAccessPoint ?? false
    },
    get hostname() {
      return life?.wifi.hostname ?? ''
    },
    get address() {
      return life?.wifi.address ?? '0.0.0.0'
    },
    get telnetConsole() {
      return life?.telnet ?? false
    },
  }
  return board
}
