/**
 * One packet each: its bytes, what every byte is, and the fields. Names carry the statements of the standard that they
 * show, as `mqtt311_<id>` and `mqtt5_<id>`; see test/conformance/statements.json.
 */
import type { Fields, Version } from '../fields'

export interface Vector {
  name: string
  version: Version
  /** Annotated hexadecimal digits, see bytes(). */
  hex: string
  fields: Fields
}
