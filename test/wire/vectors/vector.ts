/**
 * One packet each: its bytes, what every byte is, the fields, and the statements of the standards that it shows, as
 * `mqtt311_<id>` and `mqtt5_<id>`; see test/conformance/statements.json.
 */
import type { Fields, Version } from '../fields'

export interface Vector {
  name: string
  statements?: string[]
  version: Version
  /** Annotated hexadecimal digits, see bytes(). */
  hex: string
  fields: Fields
}
