import { type Draft, report } from './draft'
import { nearest } from './nearest'
import { normalPath, setAt, valueAt } from './path'
import { type Field, fieldAt, fieldPaths, isText, pathOfName, takesSecret } from './schema'

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** JSON where it is JSON, text where not; a field that holds text keeps what was typed, unless it names a secret. */
function typedValue(field: Field, typed: string): unknown {
  const value = parse(typed)
  if (!isText(field)) return value
  const namesSecret = takesSecret(field) && typeof value === 'object' && value !== null && '$secret' in value
  return namesSecret ? value : typed
}

/** Applies `key.path=value` strings in their order. Values of unknown paths are not shown: they may be secrets. */
export function applyOverrides(draft: Draft, set: string[]): void {
  for (const override of set) {
    const equals = override.indexOf('=')
    const path = normalPath(override.slice(0, Math.max(equals, 0)).trim())
    if (path === '') {
      report(draft, '--set', 'is not path=value.', 'Write for example --set mqtt.host=10.0.0.9.')
      continue
    }
    const field = fieldAt(path)
    draft.overridden.push(path)
    if (field === undefined) {
      const didYouMean = pathOfName(path) ?? nearest(path, fieldPaths)
      const fix = 'Name a field of the board file, for example mqtt.host.'
      report(draft, path, 'is not known.', fix, { didYouMean, value: undefined })
    } else if (!setAt(draft.data, path, typedValue(field, override.slice(equals + 1)))) {
      report(draft, path, 'has no place in the file.', 'Mend what it belongs to first.', { value: undefined })
    }
  }
}

/** Fills in values where the file says nothing, by path. */
export function applyDefaults(draft: Draft, defaults: Record<string, unknown>): void {
  for (const [path, value] of Object.entries(defaults)) {
    if (valueAt(draft.data, path) === undefined) setAt(draft.data, path, value)
  }
}
