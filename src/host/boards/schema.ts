/** boards/board.schema.json: the one place of fields, limits and defaults, for editors and for the builder. */
import { Ajv, type ErrorObject } from 'ajv'
import schema from '../../../boards/board.schema.json' with { type: 'json' }
import { joinPath } from './path'

/** What this project uses of a schema of draft-07. */
export interface Field {
  title?: string
  description?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  default?: unknown
  examples?: unknown[]
  minimum?: number
  maximum?: number
  maxLength?: number
  properties?: Record<string, Field>
  items?: Field
  /** Only in fields that take a secret. */
  else?: Field
  /** Its value is never shown. */
  writeOnly?: boolean
}

function collect(path: string, field: Field, into: Map<string, Field>): Map<string, Field> {
  into.set(path, field)
  for (const [key, inner] of Object.entries(field.properties ?? {})) collect(joinPath(path, key), inner, into)
  if (field.items) collect(joinPath(path, 0), field.items, into)
  return into
}

const fields = collect('', schema as Field, new Map())

/** Every path that a board file may hold; [0] stands for any element. */
export const fieldPaths: string[] = [...fields.keys()].filter(path => path !== '')

export function fieldAt(path: string): Field | undefined {
  return fields.get(path.replace(/\[\d+\]/g, '[0]'))
}

/** Whether { "$secret": … } may stand for the text of this field. */
export function takesSecret(field: Field): boolean {
  return field.else !== undefined
}

/** Whether the field holds text. */
export function isText(field: Field): boolean {
  return field.type === 'string' || takesSecret(field)
}

/** The path of the field whose last name is `key`. */
export function pathOfName(key: string): string | undefined {
  return fieldPaths.find(path => path === key || path.endsWith(`.${key}`))
}

/** Paths of the fields that take a secret. */
export const secretPaths: string[] = fieldPaths.filter(path => takesSecret(fieldAt(path) as Field))

/** "mqtt-mote 0.1 cannot …", for what is known and refused for now. */
export function notYet(field: Field | undefined): string | undefined {
  return field?.description?.match(/^Not yet: (.+?)\.(?= |$)/)?.[1]
}

const validator = new Ajv({ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true }).compile(schema)

/** All that the schema refuses, in no order. Fills the defaults into `data`. */
export function validate(data: unknown): ErrorObject[] {
  validator(data)
  return validator.errors ?? []
}
