/** What `mqtt-mote/kaluma` offers: the board, for a program of one's own. */
export type { Board, Link, LinkEvents } from '../contract'
export { picoW } from './board'
