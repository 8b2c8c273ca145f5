/** Preloaded into a process of a test, whose time of day jumps by CLOCK_JUMP milliseconds at SIGUSR2. */
const { now } = Date

process.on('SIGUSR2', () => {
  Date.now = () => now() + Number(process.env['CLOCK_JUMP'])
  process.stdout.write('the clock has jumped\n')
})
