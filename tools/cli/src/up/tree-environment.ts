type Environment = Readonly<Record<string, string | undefined>>

/** What programs need of where they run: the system's, Node's and the toolchain's own, and how the network is reached. */
const PASSED = new RegExp(
  `^(?:${[
    'PATH|HOME|LANG|LANGUAGE|LC_.+|TZ|TMPDIR|USER|LOGNAME|SHELL',
    'NODE_.+|MOCHI_(?!(?:ENDS_WITH_LAUNCHER|UPSTREAM_REGISTRY)$).+',
    'SSL_CERT_FILE|SSL_CERT_DIR|(?:http|https|no|all)_proxy|(?:HTTP|HTTPS|NO|ALL)_PROXY',
  ].join('|')})$`,
)

/**
 * What the process that runs the services gets of the environment of the `up` that happens to start it. It gives that to the
 * services of every checkout: tokens of a shell are none of their business, and what a service is told stands in its
 * directory. That the terminal may stand below a `mochi serve`, or which registry its shell
 * had before ours, is none of theirs either: they outlive who started them.
 */
export function treeEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name)))
}
