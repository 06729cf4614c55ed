/** Models of the parts, from their data sheets and from nothing that the drivers are made of. */
export { type BoschPart, boschPart } from './bosch'
export { ahtPart, type Hygrometer, shtPart } from './commands'
export { type Dht, dhtPart } from './dht'
export { type Ds18b20, ds18b20Part } from './ds18b20'
export { registerPart, type Thermometer } from './registers'
