import { readFile } from 'node:fs/promises'
import { runProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'

/** A certificate authority of a test's own, and a server's certificate for `localhost`, `registry.example` and 127.0.0.1 from it. */
export type Authority = { certificateFile: string; key: string; cert: string }

export async function createAuthority(folder: Folder): Promise<Authority> {
  await folder.write({
    'ca/extensions': 'subjectAltName=DNS:localhost,DNS:registry.example,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n',
  })
  const openssl = async (...args: string[]) => {
    const { code, stderr } = await runProcess('openssl', args, { cwd: folder.join('ca') })
    if (code !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`)
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const authority = [
    '-x509',
    '-days',
    '2',
    '-subj',
    '/CN=Test authority',
    '-addext',
    'basicConstraints=critical,CA:TRUE',
  ]
  await openssl('req', ...authority, ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem')
  await openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr')
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions']
  await openssl('x509', '-req', '-in', 'server.csr', ...signer, '-out', 'server.pem')
  const [key, cert] = await Promise.all(
    ['server.key', 'server.pem'].map((name) => readFile(folder.join('ca', name), 'utf8')),
  )
  return { certificateFile: folder.join('ca/ca.pem'), key: key ?? '', cert: cert ?? '' }
}
