import { describe } from 'vitest'
import { soak } from './images'

describe('thirty days of esp32 in MQTT 5.0', () => soak('esp32', '5.0'))
