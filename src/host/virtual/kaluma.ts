import type { Alarm, Holdings, VirtualBoard, VirtualBoardOptions } from './contract'
import { type Chip, makeChip } from './kaluma-chip'
import { defineGlobals } from './kaluma-globals'
import { type Loop, makeLoop } from './kaluma-loop'
import { type NetworkDriver, networkDriver } from './kaluma-netdev'
import { describe, makeRealm } from './kaluma-realm'
import { SEND_BUFFER, SYN_LIFETIME } from './kaluma-tcp'
import { radioPins, wifiDevice, wifiModules } from './kaluma-wifi'
import { station } from './station'
import { bareWiring } from './wiring'

export interface KalumaOptions extends VirtualBoardOptions {
  /** The flash chip's number, 16 hex digits. */
  uid?: string
  /** Milliseconds that joining takes. Default 300. */
  joinTime?: number
  /**
   * Whether the chip joins again by itself after a loss that it noticed (EV_LINK). Default false (EV_DISASSOC): the
   * link stays down until the image calls connect().
   */
  rejoins?: boolean
}

export interface KalumaBoard extends VirtualBoard {
  /** Why the board stands still for ever: a fault of the image that the real one would not survive. */
  readonly panic: string | undefined
  /** Exceptions that vanished in driver callbacks since power-up. */
  readonly swallowed: number
  /** Bytes added to what process.memoryUsage() gives as heapUsed. */
  heapUsed: number
}

const DEFAULT_UID = 'e6614c311b7e6f35'
const HEAP_AT_BOOT = 13_800
/** A minified program takes this many bytes of heap per byte. */
const HEAP_PER_BYTE = 1.1
/** From reset to the program's first statement. */
const BOOT_TIME = 500
/** Bytes of a typed array that make the garbage collector run. */
const COLLECTION = 5_000

/** What lives from one reset to the next. */
interface Power {
  chip: Chip
  loop: Loop
  driver: NetworkDriver
  listeners(): number
}

/**
 * A Raspberry Pi Pico W with Kaluma 1.2.1: its globals and modules pico_cyw43, wifi, events, wdt and rtc, with the
 * behaviour and the faults of the firmware. What corrupts the real one (a TCP block closed twice, a live one abandoned,
 * a timer released twice, the C heap full) stops this one with a line on the console that starts with PANIC. After a
 * panic not even the watchdog brings it back, so that a test cannot miss it.
 *
 * Unlike the real one, promise jobs that the program leaves behind run before its first timer, and a rejection that
 * nobody handles is Node's affair; the garbage collector runs only when a typed array of 5,000 bytes is made, while the
 * real one also runs by itself at moments that nothing promises; require('net') and listening sockets are missing;
 * syntax that JerryScript refuses is taken (the image builder refuses it).
 */
export function kalumaBoard(options: KalumaOptions): KalumaBoard {
  const { world, accessPoint, wiring = bareWiring(), joinTime = 300, rejoins = false } = options
  const { flash = new Map<string, string>() } = options
  const { clock } = world
  const radio = station({ ...options, address: '10.0.2.15', sendBuffer: SEND_BUFFER, connectTimeout: SYN_LIFETIME })
  let power: Power | undefined
  let rebooting: Alarm | undefined
  let restarts = 0
  /** The chip keeps its join over the loss that it has noticed. */
  let isRejoining = false
  let panic: string | undefined
  let line = ''

  function print(text: string): void {
    const lines = (line + text).split('\n')
    line = lines.pop() ?? ''
    for (const each of lines) options.console?.(each)
  }

  function printError(error: unknown): void {
    print(`${describe(error).join('\n')}\n`)
  }

  function powerUp(image: string): void {
    const chip = makeChip(
      clock,
      () => {
        restarts++
        radio.reset(true)
        rebooting = clock.after(BOOT_TIME, () => powerUp(image))
      },
      reason => {
        panic = reason
        radio.reset(false)
        print(`PANIC: ${reason}\n`)
      },
    )
    let timeOffset = 0
    isRejoining = false
    const getTime = () => chip.millis() + timeOffset
    const realm = makeRealm({
      now: getTime,
      allocated: bytes => {
        if (bytes >= COLLECTION) driver.collected()
      },
    })
    const loop = makeLoop(chip, realm, printError)
    const driver = networkDriver(chip, realm, radio, loop.poll)
    const device = wifiDevice(chip, realm, radio, accessPoint, joinTime)
    const { events, wifi, listeners } = wifiModules(chip, realm, device)
    const { PicoCYW43Network } = driver
    power = { chip, loop, driver, listeners }

    defineGlobals(chip, realm, loop, {
      uid: board.id,
      celsius: () => board.celsius,
      wiring,
      flash,
      heapUsed: () =>
        Math.round(HEAP_AT_BOOT + HEAP_PER_BYTE * Buffer.byteLength(image) + driver.leaked + board.heapUsed),
      setTime: time => {
        timeOffset = time - chip.millis()
      },
      getTime,
      print,
      modules: { events, wifi, pico_cyw43: { PicoCYW43: radioPins(chip, realm), PicoCYW43Network } },
      devices: { __ieee80211dev: device, __netdev: new PicoCYW43Network() },
    })
    loop.first(() => {
      try {
        realm.evaluate(`'use strict';${image}`)
      } catch (error) {
        if (!chip.isAlive) return
        // Kaluma starts its runtime anew, without the program.
        printError(error)
        powerDown()
      }
    })
  }

  function powerDown(): void {
    power?.chip.stop()
    power = undefined
    rebooting?.cancel()
    radio.reset(false)
  }

  const board: KalumaBoard = {
    name: options.name,
    id: options.uid ?? DEFAULT_UID,
    celsius: options.celsius ?? 25,
    heapUsed: 0,
    accessPoint,
    get panic() {
      return panic
    },
    get swallowed() {
      return power?.chip.swallowed ?? 0
    },
    get restarts() {
      return restarts
    },
    boot(image) {
      powerDown()
      panic = undefined
      powerUp(image)
    },
    loseWifi({ silent = false } = {}) {
      if (radio.loseAir(silent)) isRejoining = rejoins
    },
    restoreWifi() {
      radio.regainAir()
      if (isRejoining) radio.join(accessPoint.ssid, accessPoint.password)
      isRejoining = false
    },
    holdings(): Holdings {
      return {
        sockets: power?.driver.sockets ?? 0,
        timers: power?.loop.timers ?? 0,
        listeners: power?.listeners() ?? 0,
        queuedBytes: radio.queuedBytes + (power?.driver.queuedBytes ?? 0),
      }
    },
    unplug: powerDown,
  }
  return board
}
