import { describe } from 'vitest'
import { soak } from './images'

describe('thirty days of esp32 in MQTT 3.1.1', () => soak('esp32', '3.1.1'))
