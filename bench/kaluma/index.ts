/** The JS heap that the pico-w image holds after connect, on a real Kaluma. */

import { loadBoards } from '../../src/host/boards'
import { boardsFolder } from '../../src/host/cli/folders'
import { buildImage } from '../../src/host/image'
import { broker } from '../broker'
import { newFolder, output, script } from '../process'
import type { Budget, Section } from '../report'

/** Of design, in bytes. */
const HELD_B = 20_000

/**
 * Says how much is in use once garbage is gone, which the engine collects when much is asked for and many objects are
 * new. Every 500 ms, so that what is alive at one moment only does not count.
 */
const PROBE = `
;(function () {
  var left = 10
  function look() {
    var junk = []
    for (var i = 0; i < 40; i++) junk = [junk]
    junk = new Uint8Array(5800)
    junk = null
    console.log('@' + '@' + process.memoryUsage().heapUsed + ';')
    if (--left) setTimeout(look, 500)
  }
  setTimeout(look, 3000)
})()
`

/** The least that is in use while a program runs. */
async function heapUsed(engine: string, program: string): Promise<number> {
  const folder = newFolder()
  try {
    const reported = /@@(\d+);/g
    const isDone = (text: string) => (text.match(reported) ?? []).length >= 10
    const text = await output([engine, script(folder, program)], folder.path, 30, isDone)
    return Math.min(...[...text.matchAll(reported)].map(([, number]) => +number))
  } finally {
    folder.remove()
  }
}

export async function measureKaluma(engine: string): Promise<Section> {
  const server = await broker()
  try {
    const set = ['mqtt.host=127.0.0.1', `mqtt.port=${server.port}`, 'publish.intervalS=1']
    const { boards } = loadBoards(boardsFolder, ['pico-w'], { standIns: true, local: true, set })
    const image = await buildImage(boards[0])
    const boot = await heapUsed(engine, PROBE)
    const running = await heapUsed(engine, image.code + PROBE)
    if (server.received() === 0) throw new Error('the image did not connect')
    const budget: Budget = {
      name: 'Kaluma: bytes of JS heap held after connect, over boot',
      figure: running - boot,
      limit: HELD_B,
    }
    return {
      tables: [
        {
          title: 'JS heap in use, bytes of 184,312',
          columns: ['what', 'bytes'],
          rows: [
            ['the probe alone', boot],
            ['the probe and the pico-w image, connected, publishing every second', running],
            ['held by the image', running - boot],
          ],
          notes: [
            'The least of ten looks half a second apart, each behind a collection. The probe needs 8 kB to cause one.',
          ],
        },
      ],
      budgets: [budget],
    }
  } finally {
    await server.close()
  }
}
