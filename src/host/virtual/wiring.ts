/** What is wired to a virtual board, and can be plugged and unplugged while it runs. */

/** A part on an I2C bus. */
export interface I2cPart {
  /** It gets power, and remembers nothing. */
  powerUp(): void
  /** Bytes of one transfer, the address apart. False: it does not acknowledge. */
  write(bytes: readonly number[]): boolean
  /** As many bytes as the master clocks out; undefined: it does not acknowledge. */
  read(count: number): number[] | undefined
}

export interface OneWirePart {
  powerUp(): void
  /** Sixteen hexadecimal digits, family first, checksum last. */
  readonly rom: string
  /** A function command and what follows it, byte by byte, after the part was addressed. */
  write(byte: number): void
  /** 0xFF where it has nothing to say. */
  read(): number
  /** A reset pulse ends what was going on. */
  reset(): void
}

/** A part on a line of its own that answers a low of the board in pulses. */
export interface PulsePart {
  powerUp(): void
  /** Microseconds of each high of its answer, what announces it first; none where the low was too short for it. */
  answer(lowMs: number): number[]
}

/** Sockets by number: an address, or a pin. */
export interface Sockets<Part> {
  /** Plugs a part in, which gets its power by that. */
  attach(at: number, part: Part): void
  detach(at: number): void
  at(at: number): Part | undefined
}

export interface Wiring {
  /** By the number of the bus; sockets are addresses. */
  i2c: Sockets<I2cPart>[]
  /** Several parts may share a pin: the socket is the pin, times 256, plus any number. */
  oneWire: Sockets<OneWirePart>
  pulses: Sockets<PulsePart>
  /** Volts by pin. A pin without is open. */
  volts: Map<number, number>
  /** Somebody holds the clock line of all I2C buses. */
  isStuck: boolean
  /** Asked for each byte read from a one-wire bus: true where the radio spoils it. */
  isSpoiled: () => boolean
}

/** Nothing is plugged in. */
export function bareWiring(): Wiring {
  return {
    i2c: [sockets(), sockets(), sockets()],
    oneWire: sockets(),
    pulses: sockets(),
    volts: new Map(),
    isStuck: false,
    isSpoiled: () => false,
  }
}

/** The parts on one pin of a one-wire bus. */
export function partsOn(wiring: Wiring, pin: number): OneWirePart[] {
  const places = Array.from({ length: 8 }, (_, i) => wiring.oneWire.at(pin * 256 + i))
  return places.filter(part => part !== undefined)
}

function sockets<Part extends { powerUp(): void }>(): Sockets<Part> {
  const parts = new Map<number, Part>()
  return {
    attach(at, part) {
      parts.set(at, part)
      part.powerUp()
    },
    detach: at => void parts.delete(at),
    at: at => parts.get(at),
  }
}
