import { check, type Realm } from './kaluma-realm'

export interface FilesOptions {
  realm: Realm
  /** Byte strings by absolute path. */
  flash: Map<string, string>
  systemError(errno: number): Error
}

const NO_ENTRY = -2

/** The part of Kaluma's `fs` that reads and writes whole files of one folder. Power-safe, as littlefs is. */
export function filesModule({
  realm,
  flash,
  systemError,
}: FilesOptions): Record<string, (...values: unknown[]) => unknown> {
  const path = (values: unknown[]) => {
    check(realm, values, 0, 'path', 'string')
    const [name] = values as [string]
    return name.startsWith('/') ? name : `/${name}`
  }
  const found = (name: string) => {
    const bytes = flash.get(name)
    if (bytes === undefined) throw systemError(NO_ENTRY)
    return bytes
  }
  return {
    exists: (...values) => flash.has(path(values)),
    readFile: (...values) => new realm.Uint8Array(Buffer.from(found(path(values)), 'latin1')),
    writeFile(...values) {
      const name = path(values)
      if (!(values[1] instanceof realm.Uint8Array)) throw new realm.TypeError('"buffer" argument must be an TypedArray')
      flash.set(name, Buffer.from(values[1]).toString('latin1'))
    },
    unlink(...values) {
      const name = path(values)
      found(name)
      flash.delete(name)
    },
  }
}
