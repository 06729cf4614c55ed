import { describe } from 'vitest'
import { soak } from './images'

describe('thirty days of esp32', () => soak('esp32'))
