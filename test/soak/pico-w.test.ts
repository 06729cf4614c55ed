import { describe } from 'vitest'
import { soak } from './images'

describe('thirty days of pico-w', () => soak('pico-w'))
