/** D0 to D39: globals of the runtime. */
export type Pin = object
