/** A supervisor of one service directory in a process of its own, for tests that kill it. SIGTERM stops the service. */
import { SupervisedService } from '../tree/supervised-service.ts'

const [folder = ''] = process.argv.slice(2)
const service = await SupervisedService.open({
  folder,
  env: process.env,
  writer: [process.execPath, `${import.meta.dirname}/../log/main.ts`, 'main'],
  onChange: ({ what, pid }) => process.stdout.write(`${what} ${pid}\n`),
})
process.once('SIGTERM', () => {
  void service.stop().then(() => process.exit(0))
})
process.stdout.write('open\n')
setInterval(() => undefined, 60_000)
