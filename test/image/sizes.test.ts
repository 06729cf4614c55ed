import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { project } from '../../src/host/image'
import { budgets } from '../../src/host/image/budgets'
import { withPrices } from '../../src/host/image/prices-page'
import { checkSizes, measureSizes, type Size, sizesTable, withSizes } from '../../src/host/image/sizes'

const sizes: Size[] = [
  { name: 'client alone', image: 'client', bytes: 2300, measured: 2281 },
  { name: 'esp32', image: 'esp32', bytes: 6000, measured: 6001 },
]
const readme = '# Title\n\n<!-- sizes -->\nold\n<!-- /sizes -->\n\nText\n'

describe('the sizes', () => {
  it('of the project keep their budgets and stand in the README (`npm run sizes` writes them there)', async () => {
    const measured = await measureSizes(budgets)
    expect(measured.map(({ image }) => image)).toEqual(['client', 'client 3.1.1', 'client 5.0', 'esp32', 'pico-w'])
    const [client, all3, all5, esp32, pico] = measured.map(size => size.measured)
    expect(client).toBeGreaterThan(1000)
    expect(all3).toBeGreaterThan(client + 2000)
    expect(all5).toBeGreaterThan(all3 + 2000)
    expect(esp32).toBeGreaterThan(client + 1000)
    expect(pico).toBeGreaterThan(client + 1000)
    expect(checkSizes(measured, readFileSync(join(project, 'README.md'), 'utf8'))).toEqual([])
  })

  it('of sensors and settings stand in docs/sizes.md', async () => {
    const page = readFileSync(join(project, 'docs/sizes.md'), 'utf8')
    expect(page).toContain('| `ds18b20` |')
    expect(page).toContain('"mqtt.tls": true')
    expect(await withPrices(page)).toBe(page)
  }, 240_000)

  it('are printed as a table', () => {
    expect(sizesTable(sizes).split('\n')).toEqual([
      '| image, minified | bytes | budget |',
      '|---|---:|---:|',
      '| client alone | 2,281 | 2,300 |',
      '| esp32 | 6,001 | 6,000, missed |',
    ])
  })

  it('go between the markers of the README and nowhere else', () => {
    const updated = withSizes(readme, sizes)
    expect(updated).toBe(`# Title\n\n<!-- sizes -->\n${sizesTable(sizes)}\n<!-- /sizes -->\n\nText\n`)
    expect(withSizes(updated, sizes)).toBe(updated)
    expect(() => withSizes('# Title\n', sizes)).toThrow('<!-- sizes -->')
  })

  it('are wrong when an image is over its budget, and when the README says something else', () => {
    expect(checkSizes(sizes, withSizes(readme, sizes))).toEqual(['esp32: 6001 bytes, over the budget of 6000'])
    expect(checkSizes([sizes[0]], readme)).toEqual(['README.md: the table of sizes is out of date'])
    expect(checkSizes([sizes[0]], withSizes(readme, [sizes[0]]))).toEqual([])
    // One that is known to be missed must not be missed by more.
    const known = { ...sizes[1], atMost: 6001 }
    expect(checkSizes([known], withSizes(readme, [known]))).toEqual([])
    const worse = { ...known, measured: 6002 }
    expect(checkSizes([worse], withSizes(readme, [worse]))).toEqual(['esp32: 6002 bytes, over the budget of 6001'])
  })
})
