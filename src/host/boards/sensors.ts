/** The rules for sensors and their wires, and what a valid entry stands for. */
import type { Runtime, Sensor, SensorType, Thermistor } from './board'
import { type Draft, number, report, shown, text } from './draft'
import { isPossible, keyOf, type Part, type Pins, parts, pins } from './parts'
import { valueAt } from './path'

/** An element of `sensors` as the file has it, defaults of the schema filled in. */
export interface SensorEntry {
  key: string
  type: SensorType
  offsetC: number
  samples: number
  decimals?: number
  minC?: number
  maxC?: number
  pin?: string | number
  sda?: string | number
  scl?: string | number
  i2c?: number
  address?: string | number
  resolutionBits?: number
  ntc?: Thermistor
}

type Field = 'pin' | 'sda' | 'scl' | 'i2c' | 'address' | 'resolutionBits' | 'ntc'

/** Which fields say how a part is wired. */
const FIELDS: Record<Part['bus'], Field[]> = {
  none: [],
  i2c: ['sda', 'scl', 'i2c', 'address'],
  oneWire: ['pin', 'address', 'resolutionBits'],
  analog: ['pin'],
  pulses: ['pin'],
}

function fieldsOf(type: SensorType): Field[] {
  return type === 'ntc' ? ['pin', 'ntc'] : FIELDS[parts[type].bus]
}

/** 118 or "0x76" as a number. */
function i2cAddress(address: unknown): number | undefined {
  if (typeof address === 'number') return address
  return typeof address === 'string' && /^0x[\da-f]{2}$/i.test(address) ? Number(address) : undefined
}

/** Dallas CRC-8 of hexadecimal digits; 0 where the last two are the checksum. */
function romCrc(rom: string): number {
  let crc = 0
  for (const byte of Buffer.from(rom, 'hex')) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8c : crc >> 1
  }
  return crc
}

/** The I2C bus of an entry: what it says, what its SDA pin belongs to, or the first one. */
function busNumber({ i2c, sda }: Pick<SensorEntry, 'i2c' | 'sda'>, runtime: Runtime): number {
  if (i2c !== undefined) return i2c
  if (runtime === 'espruino') return 1
  return typeof sda === 'number' && sda % 4 === 2 ? 1 : 0
}

/** A valid entry with everything that it leaves out. */
export function completeSensor(entry: SensorEntry, runtime: Runtime): Sensor {
  const { key, type, offsetC, samples } = entry
  const part = parts[type]
  const board = pins[runtime]
  const sensor: Sensor = {
    key,
    type,
    offsetC,
    samples,
    decimals: entry.decimals ?? part.decimals,
    minC: entry.minC ?? part.minC,
    maxC: entry.maxC ?? part.maxC,
  }
  if (part.bus === 'i2c') {
    const bus = busNumber(entry, runtime)
    const sda = board.number(entry.sda) ?? board.buses[bus].sda
    const scl = board.number(entry.scl) ?? board.buses[bus].scl
    const address = i2cAddress(entry.address) ?? (part.addresses as number[])[0]
    sensor.i2c = { bus, sda, scl, address }
  } else if (part.bus !== 'none') {
    sensor.pin = board.number(entry.pin)
  }
  if (part.bus === 'oneWire') {
    const rom = entry.address ?? 'first'
    sensor.rom = rom === 'first' ? '' : String(rom).toUpperCase()
    sensor.resolutionBits = entry.resolutionBits ?? 12
  }
  if (type === 'ntc') {
    sensor.ntc = { r25Ohm: 10000, beta: 3950, seriesOhm: 10000, wiring: 'pullup', ...entry.ntc }
  }
  return sensor
}

/** What stands against a pin for this use, as rule and fix. */
function pinFault(board: Pins, value: unknown, isAnalog: boolean): [string, string] | undefined {
  const number = board.number(value)
  const example = board.name(isAnalog ? (board.number('D36') ?? 26) : 4)
  const write = `Write for example ${JSON.stringify(board.number(example) === undefined ? Number(example) : example)}.`
  if (number === undefined) return ['is no pin of this board.', write]
  const name = board.name(number)
  const taken = board.taken(number)
  if (taken) return [`${name} ${taken}`, 'Take another pin.']
  if (isAnalog && !board.analog(number)) return [`${name} cannot measure a voltage.`, `Possible: ${board.analogNames}.`]
  const driven = isAnalog ? undefined : board.driven(number)
  return driven ? [`${name} ${driven}`, 'Take another pin.'] : undefined
}

/** Levels below the base that are not for readings. */
const TAKEN = ['status', 'diag', 'cmd', 'log']

/** Everything about one draft that the checks of a sensor need. */
interface Check {
  draft: Draft
  runtime: Runtime
  board: Pins
  /** `sensors[0]` */
  path: string
  index: number
  entry: Partial<SensorEntry>
  type: SensorType
  part: Part
}

function checkKey({ draft, path }: Pick<Check, 'draft' | 'path'>, topics: string[], used: Map<string, number>): void {
  const place = `${path}.key`
  const key = text(draft, place)
  if (key === undefined) return
  const same = topics.find(topic => used.has(topic))
  if (!/^[a-z][a-z0-9_]*$/.test(key)) {
    const fix = 'Use lower-case letters, digits and "_", a letter first.'
    report(draft, place, `${shown(draft, place)} is no key.`, fix)
  } else if (key.length > 32) {
    report(draft, place, `has ${key.length} characters.`, 'Use at most 32.')
  } else if (TAKEN.includes(key)) {
    report(draft, place, `${shown(draft, place)} is a topic of the board itself.`, 'Take another name.')
  } else if (same !== undefined) {
    report(draft, place, `"${same}" is already used by sensors[${used.get(same)}];`, 'name it e.g. "outside".')
  }
}

function checkFields({ draft, path, type, part, entry }: Check): void {
  const used = fieldsOf(type)
  for (const field of FIELDS_OF_ALL) {
    if (entry[field] === undefined || used.includes(field)) continue
    report(draft, `${path}.${field}`, `is not for ${type}.`, used.length > 0 ? `(${used.join(', ')})` : 'Take it out.')
  }
  const takesPin = part.bus !== 'none' && part.bus !== 'i2c'
  if (takesPin && entry.pin === undefined) {
    const example =
      text(draft, 'runtime') === 'kaluma' ? (part.bus === 'analog' ? 26 : 15) : part.bus === 'analog' ? '"D36"' : '"D4"'
    report(draft, `${path}.pin`, 'is missing.', `Add "pin": ${example}.`)
  }
}

const FIELDS_OF_ALL: Field[] = ['pin', 'sda', 'scl', 'i2c', 'address', 'resolutionBits', 'ntc']

function checkPins({ draft, path, board, entry, part, type }: Check): void {
  for (const field of ['pin', 'sda', 'scl'] as const) {
    const value = entry[field]
    if (value === undefined || !fieldsOf(type).includes(field)) continue
    const fault = pinFault(board, value, part.bus === 'analog')
    if (fault) report(draft, `${path}.${field}`, fault[0], fault[1])
  }
}

function checkI2c({ draft, path, board, entry, part, runtime, type }: Check): void {
  if (part.bus !== 'i2c') return
  const { sda, scl } = entry
  if ((sda === undefined) !== (scl === undefined)) {
    const missing = sda === undefined ? 'sda' : 'scl'
    report(draft, `${path}.${missing}`, 'is missing;', 'write both of sda and scl, or none for the usual pins.')
  }
  const bus = busNumber(entry, runtime)
  const possible = Object.keys(board.buses)
  if (board.buses[bus] === undefined) {
    report(draft, `${path}.i2c`, `${shown(draft, `${path}.i2c`)} is no bus of this board.`, `(${possible.join(', ')})`)
  } else if (sda !== undefined && sda === scl) {
    report(draft, `${path}.scl`, 'is the same pin as sda.', 'Take another pin.')
  } else if (runtime === 'kaluma' && typeof sda === 'number' && typeof scl === 'number') {
    // RP2040 data sheet, section 1.4.3: which pins reach which bus. Kaluma leaves 22 to 25 out.
    const fits = sda % 4 === 2 * bus && scl % 4 === 2 * bus + 1 && [sda, scl].every(pin => pin <= 21 || pin >= 26)
    const pairs =
      bus === 0
        ? '0 and 1, 4 and 5, 8 and 9, 12 and 13, 16 and 17, 20 and 21'
        : '2 and 3, 6 and 7, 10 and 11, 14 and 15, 18 and 19, 26 and 27'
    if (!fits)
      report(draft, `${path}.sda`, `${sda} and ${scl} are not SDA and SCL of bus ${bus}.`, `Possible: ${pairs}.`)
  }
  const { address } = entry
  const addresses = part.addresses as number[]
  if (address === undefined || addresses.includes(i2cAddress(address) ?? -1)) return
  const list = addresses.map(one => `0x${one.toString(16)}`).join(', ')
  const written = typeof address === 'number' ? `0x${address.toString(16)}` : address
  const rule = `address ${written} is not possible for ${type} (${list}).`
  report(draft, `${path}.address`, rule, `Write "0x${addresses[0].toString(16)}".`, { value: undefined })
}

function checkRom({ draft, path, entry, part }: Check): void {
  const { address } = entry
  if (part.bus !== 'oneWire' || address === undefined || address === 'first') return
  const place = `${path}.address`
  const rom = String(address)
  if (!/^[\da-f]{16}$/i.test(rom)) {
    report(draft, place, 'is no ROM code.', 'Write its 16 hexadecimal digits, or "first" for the only one on the wire.')
  } else if (!rom.startsWith('28')) {
    report(
      draft,
      place,
      'is no ROM code of a DS18B20, which begins with 28.',
      'Write the digits in the order of the wire.',
    )
  } else if (romCrc(rom) !== 0) {
    report(draft, place, 'has a wrong checksum in its last two digits.', 'Copy it once more.')
  }
}

/** Two sensors that would get into each other's way. */
function checkTogether(
  { draft, path, index, part, type, entry, runtime, board }: Check,
  wires: Map<string, Wire>,
): void {
  const claim = (place: string, name: string, use: string, words: string, fix: string) => {
    const wire = wires.get(name)
    if (wire === undefined) wires.set(name, { index, use })
    else if (wire.use !== use || use === '') report(draft, place, `${words} sensors[${wire.index}].`, fix)
  }
  const pin = (field: 'pin' | 'sda' | 'scl', number: number | undefined, use: string) => {
    if (number === undefined) return
    const place = `${path}.${entry[field] === undefined ? 'type' : field}`
    claim(place, `pin ${number}`, use, `${board.name(number)} is already used by`, 'Take another pin.')
  }
  if (part.bus === 'i2c') {
    const bus = busNumber(entry, runtime)
    const usual = board.buses[bus]
    if (!usual || (entry.sda !== undefined && entry.sda === entry.scl)) return
    const sda = entry.sda === undefined ? usual.sda : board.number(entry.sda)
    const scl = entry.scl === undefined ? usual.scl : board.number(entry.scl)
    const other = Object.keys(board.buses).find(one => Number(one) !== bus)
    const fix = `Write the same pins, or "i2c": ${other}.`
    claim(`${path}.sda`, `bus ${bus}`, `${sda} ${scl}`, `I2C bus ${bus} has other pins at`, fix)
    pin('sda', sda, `sda of ${bus}`)
    pin('scl', scl, `scl of ${bus}`)
    const address = i2cAddress(entry.address) ?? (part.addresses as number[])[0]
    const hex = `0x${address.toString(16)}`
    const place = `${path}.${entry.address === undefined ? 'type' : 'address'}`
    claim(
      place,
      `${bus} ${address}`,
      '',
      `${hex} on I2C bus ${bus} is already the address of`,
      'Give each one its own.',
    )
  } else if (part.bus === 'oneWire') {
    pin('pin', board.number(entry.pin), 'oneWire')
    const rom = String(entry.address ?? 'first').toUpperCase()
    const isShared = [...wires].some(
      ([name, { use }]) => name.startsWith(`rom ${entry.pin} `) && (use === 'FIRST') !== (rom === 'FIRST'),
    )
    if (isShared)
      report(draft, `${path}.address`, 'is needed where several sensors share a wire.', 'Write the ROM code of each.')
    wires.set(`rom ${entry.pin} ${index}`, { index, use: rom })
    claim(
      `${path}.${entry.address === undefined ? 'type' : 'address'}`,
      `${entry.pin} ${rom}`,
      '',
      `${type} at this address is already`,
      'Write the ROM code of each.',
    )
  } else if (part.bus !== 'none') {
    pin('pin', board.number(entry.pin), '')
  }
}

interface Wire {
  index: number
  /** Sensors may share a wire for the same use; '' for none that can be shared. */
  use: string
}

/** Seconds that a sensor takes for one reading, which may be the median of several. */
function secondsFor(type: SensorType, samples: number): number {
  const { takesS, everyS = 0 } = parts[type]
  return samples * takesS + (samples - 1) * everyS
}

function checkInterval(draft: Draft, types: SensorType[], taken: number[]): void {
  const path = 'publish.intervalS'
  const interval = number(draft, path)
  if (interval === undefined) return
  const slow = types.find(type => interval < (parts[type].everyS ?? parts[type].takesS))
  const sum = taken.reduce((seconds, one) => seconds + one, 0)
  const need = Math.ceil(Math.max(sum, ...types.map(type => parts[type].everyS ?? 0)))
  if (slow !== undefined) {
    const { everyS, takesS } = parts[slow]
    report(
      draft,
      path,
      `${interval} is faster than ${slow} can measure (${everyS ?? takesS} s).`,
      `Write ${need} or more.`,
    )
  } else if (interval < sum) {
    const words = `${interval} is faster than these sensors can measure one after the other (${sum.toFixed(1)} s).`
    report(draft, path, words, `Write ${need} or more.`)
  }
}

/** All rules about sensors that the schema cannot say. */
export function checkSensors(draft: Draft): void {
  const entries = valueAt(draft.data, 'sensors')
  if (!Array.isArray(entries)) return
  const used = new Map<string, number>()
  const wires = new Map<string, Wire>()
  const types: SensorType[] = []
  const taken: number[] = []
  const runtime = text(draft, 'runtime')
  entries.forEach((entry: Partial<SensorEntry>, index) => {
    const path = `sensors[${index}]`
    const type = text(draft, `${path}.type`) as SensorType
    const part: Part | undefined = Object.hasOwn(parts, type ?? '') ? parts[type] : undefined
    const key = text(draft, `${path}.key`) ?? ''
    const topics = [key, ...(part?.also ?? []).map(quantity => keyOf(key, quantity))]
    checkKey({ draft, path }, topics, used)
    for (const topic of topics) if (!used.has(topic)) used.set(topic, index)
    const least = number(draft, `${path}.minC`) ?? part?.minC ?? -Infinity
    const most = number(draft, `${path}.maxC`) ?? part?.maxC ?? Infinity
    if (least >= most)
      report(draft, `${path}.minC`, `${least} is not below maxC, ${most}.`, 'No reading could pass; change one.')
    if (part === undefined || (runtime !== 'espruino' && runtime !== 'kaluma')) return
    types.push(type)
    taken.push(secondsFor(type, number(draft, `${path}.samples`) ?? 1))
    if (!isPossible(type, runtime)) {
      const possible = (Object.keys(parts) as SensorType[]).filter(one => isPossible(one, runtime))
      const rule = `${type} is not possible on ${runtime} yet (no OneWire).`
      report(draft, `${path}.type`, rule, `Possible: ${possible.join(', ')}.`)
      return
    }
    const check: Check = { draft, runtime, board: pins[runtime], path, index, entry, type, part }
    checkFields(check)
    checkPins(check)
    checkI2c(check)
    checkRom(check)
    checkTogether(check, wires)
  })
  checkInterval(draft, types, taken)
}
