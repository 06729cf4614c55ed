import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { build, check } from './build'
import { sizes } from './sizes'
import { start } from './start'

/** A number above zero, fractions allowed. */
function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('Give a number of seconds above 0.')
  return value
}

function collect(text: string, before: string[]): string[] {
  return [...before, text]
}

function engine(text: string): 'double' | 'real' {
  if (text === 'double' || text === 'real') return text
  throw new InvalidArgumentError('Give "double" (virtual boards in this process) or "real" (ESPRUINO and KALUMA).')
}

function brokerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'mqtt:' && url.hostname) return url
  throw new InvalidArgumentError('Give mqtt://host:port, for example mqtt://127.0.0.1:1883.')
}

const program = new Command('mqtt-mote').description('MQTT for microcontrollers that run JavaScript').exitOverride()

program
  .command('start')
  .description('build every image, run each on its virtual board and print what a subscriber receives')
  .option('--board <name>', 'only this board (repeatable)', collect, [])
  .option('--for <seconds>', 'end after so long; exit 0 if every board reported, else 1', seconds)
  .option('--interval <seconds>', 'seconds between two readings', seconds, 2)
  .option('--broker <url>', 'a broker of your own, mqtt://host:port, instead of the one inside', brokerUrl)
  .option('--trace', 'print every MQTT packet of the virtual boards')
  .option('--json', 'one JSON object a line for each message, and nothing else, on standard output')
  .option(
    '--engine <kind>',
    'double: virtual boards in this process; real: the interpreters ESPRUINO and KALUMA name',
    engine,
    'double',
  )
  .action(async options => {
    process.exitCode = await start(options)
  })

program
  .command('build')
  .description('write the images to dist/')
  .argument('[boards...]', 'names of boards; all of them when none is given')
  .option('--set <path=value>', 'override a field of the board file (repeatable)', collect, [])
  .option('--out <folder>', 'where the images go', 'dist')
  .option('--local', 'images for an interpreter on this machine: a loopback broker is allowed')
  .action(async (boards, options) => {
    process.exitCode = await build(boards, options)
  })

program
  .command('check')
  .description('validate board files: every fault at once')
  .argument('[boards...]', 'names of boards; all of them when none is given')
  .option('--set <path=value>', 'override a field of the board file (repeatable)', collect, [])
  .option('--local', 'a loopback broker is allowed')
  .action((boards, options) => {
    process.exitCode = check(boards, options)
  })

program
  .command('sizes')
  .description('measure images against their budgets and write the tables of README.md and docs/sizes.md')
  .action(async () => {
    process.exitCode = await sizes()
  })

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
