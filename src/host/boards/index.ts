export type { Board, LogLevel, Runtime, Sensor, SensorType } from './board'
export { type Finding, formatFindings } from './findings'
export { boardNames, type Loaded, type LoadedBoards, type LoadOptions, loadBoard, loadBoards } from './load'
