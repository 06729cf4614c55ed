import { describe } from 'vitest'
import { soak } from './images'

describe('thirty days of pico-w in MQTT 5.0', () => soak('pico-w', '5.0'))
