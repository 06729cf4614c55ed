import type { Callable, Realm } from './espruino-realm'

/** A string is code to evaluate; undefined is what cannot be called and cuts the rest off. */
export type Listener = Callable | string | undefined

/** Who listens to what: every object of a realm has on(), emit() and the rest. */
export interface Emitters {
  /** What listens now, in order. Every change makes a new list, so a list that runs stays as it is. */
  listeners(object: object, event: string): readonly Listener[]
  /** Puts net.connect()'s callback where the listeners of 'connect' are. */
  setConnectCallback(socket: object, callback: Callable): void
  remove(object: object, event: string): void
  count(object: object): number
  /** Keeps what arrived on a stream to which nobody listens; the first listener of 'data' gets it queued. */
  setUnread(stream: object, data: string): void
  unread(stream: object): string | undefined
  /** Takes it. */
  read(stream: object): string
}

export interface EmittersOptions {
  realm: Realm
  expose(target: object, functions: Record<string, Callable>): void
  queue(listeners: readonly Listener[], object: object, values: unknown[]): void
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' ? value !== null : typeof value === 'function'
}

/** The text between the braces of a function. */
function bodyOf(callback: Callable): string {
  const text = String(callback)
  return text.slice(text.indexOf('{') + 1, text.lastIndexOf('}'))
}

export function makeEmitters({ realm, expose, queue }: EmittersOptions): Emitters {
  const lists = new WeakMap<object, Map<string, Listener[]>>()
  /** Sockets whose listener of 'connect' is still the bare callback. */
  const bare = new WeakMap<object, Callable>()
  const streams = new WeakMap<object, string>()

  function eventsOf(object: object): Map<string, Listener[]> {
    const events = lists.get(object) ?? new Map<string, Listener[]>()
    lists.set(object, events)
    return events
  }

  function check(object: unknown, event: unknown): void {
    if (!isObject(object)) throw realm.error('TypeError', 'Parent must be an object - not a String, Integer, etc')
    if (typeof event !== 'string') throw realm.error('TypeError', 'First argument must be String')
  }

  function add(object: object, event: string, listener: Listener, first: boolean): void {
    check(object, event)
    if (typeof listener !== 'function' && typeof listener !== 'string') {
      throw realm.error('TypeError', 'Second argument must be a function or a String')
    }
    let before = eventsOf(object).get(event) ?? []
    const callback = bare.get(object)
    if (event === 'connect' && callback) {
      // Espruino takes the bare function for a list and copies what it is made of: its parameters, or else its text.
      before = [callback.length > 0 ? undefined : bodyOf(callback)]
      bare.delete(object)
    }
    eventsOf(object).set(event, first ? [listener, ...before] : [...before, listener])
    if (event === 'data' && streams.has(object))
      queue(eventsOf(object).get(event) ?? [], object, [emitters.read(object)])
  }

  const emitters: Emitters = {
    listeners: (object, event) => lists.get(object)?.get(event) ?? [],
    setConnectCallback(socket, callback) {
      bare.set(socket, callback)
      eventsOf(socket).set('connect', [callback])
    },
    remove: (object, event) => void lists.get(object)?.delete(event),
    count: object => [...(lists.get(object)?.values() ?? [])].reduce((sum, list) => sum + list.length, 0),
    setUnread: (stream, data) => void streams.set(stream, data),
    unread: stream => streams.get(stream),
    read(stream) {
      const data = streams.get(stream) ?? ''
      streams.delete(stream)
      return data
    },
  }

  function on(this: object, event: string, listener: Listener): void {
    add(this, event, listener, false)
  }
  const prototype = (realm.global.Object as ObjectConstructor).prototype
  const methods = {
    on,
    addListener: on,
    prependListener(this: object, event: string, listener: Listener): void {
      add(this, event, listener, true)
    },
    emit(this: object, event: string, ...values: unknown[]): void {
      check(this, event)
      if (values.length > 4) throw realm.error('TypeError', 'Too many arguments (>4)')
      const found = emitters.listeners(this, event)
      if (found.length > 0) queue(found, this, values)
    },
    removeListener(this: object, event: string, listener: Listener): void {
      check(this, event)
      const list = emitters.listeners(this, event)
      const index = list.indexOf(listener)
      if (index >= 0) eventsOf(this).set(event, list.toSpliced(index, 1))
    },
    removeAllListeners(this: object, event?: string): void {
      if (event === undefined) lists.delete(this)
      else emitters.remove(this, event)
    },
  }
  expose(prototype, methods)
  return emitters
}
