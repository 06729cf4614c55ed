import { describe } from 'vitest'
import { soak } from './images'

describe('thirty days of pico-w in MQTT 3.1.1', () => soak('pico-w', '3.1.1'))
