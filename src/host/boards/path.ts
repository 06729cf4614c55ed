/** Places in a board file, written `mqtt.host` and `sensors[0].type`. The file as a whole is ''. */

export function joinPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (!/^[\w$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

function stepsOf(path: string): (string | number)[] {
  const steps = path.split(/[.[\]]+/).filter(step => step !== '')
  return steps.map(step => (/^\d+$/.test(step) ? Number(step) : step))
}

/** The one spelling of a path: `sensors.0.type` becomes `sensors[0].type`. */
export function normalPath(path: string): string {
  return stepsOf(path).reduce<string>(joinPath, '')
}

/** From a JSON pointer, as in ajv's errors. */
export function pathOfPointer(pointer: string): string {
  const steps = pointer.split('/').slice(1)
  return steps.reduce((path, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return joinPath(path, /^\d+$/.test(key) ? Number(key) : key)
  }, '')
}

/** The path of what holds this one; '' above the first level. */
export function parentOf(path: string): string {
  return path.replace(/(^|\.)[\w$-]+$|\[\d+\]$|\["([^"\\]|\\.)*"\]$/, '')
}

/** Whether `inner` is `outer` or lies in it. */
export function isWithin(inner: string, outer: string): boolean {
  return outer === '' || inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`)
}

type Container = Record<string | number, unknown>

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(data: unknown, path: string): unknown {
  return stepsOf(path).reduce<unknown>(
    (value, step) => (isContainer(value) && Object.hasOwn(value, step) ? value[step] : undefined),
    data,
  )
}

/** Puts a value at a path and makes what is missing above it. False where there is no place for it. */
export function setAt(data: unknown, path: string, value: unknown): boolean {
  const steps = stepsOf(path)
  let place = data
  for (const [depth, step] of steps.entries()) {
    if (!isContainer(place) || Array.isArray(place) !== (typeof step === 'number')) return false
    if (Array.isArray(place) && Number(step) > place.length) return false
    const next = steps[depth + 1]
    if (next === undefined) place[step] = value
    else if (!Object.hasOwn(place, step)) place[step] = typeof next === 'number' ? [] : {}
    place = place[step]
  }
  return true
}
