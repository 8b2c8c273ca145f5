const RATES = ['line-rate', 'branch-rate', 'complexity']

/** Element, what it holds, the attributes it must have: the structure of Cobertura's coverage-04.dtd. */
const ELEMENTS: readonly (readonly [name: string, content: string, required: readonly string[]])[] = [
  [
    'coverage',
    '(sources?,packages)',
    [...RATES, 'lines-covered', 'lines-valid', 'branches-covered', 'branches-valid', 'version', 'timestamp'],
  ],
  ['sources', '(source*)', []],
  ['source', '(#PCDATA)', []],
  ['packages', '(package*)', []],
  ['package', '(classes)', ['name', ...RATES]],
  ['classes', '(class*)', []],
  ['class', '(methods,lines)', ['name', 'filename', ...RATES]],
  ['methods', '(method*)', []],
  ['method', '(lines)', ['name', 'signature', ...RATES]],
  ['lines', '(line*)', []],
  ['line', 'EMPTY', ['number', 'hits']],
]

/** The declarations that a Cobertura document is validated against. */
export const COBERTURA_DTD = [
  ...ELEMENTS.flatMap(([name, content, required]) => [
    `<!ELEMENT ${name} ${content}>`,
    ...required.map((attribute) => `<!ATTLIST ${name} ${attribute} CDATA #REQUIRED>`),
  ]),
  '<!ATTLIST line branch (true|false) "false">',
  '<!ATTLIST line condition-coverage CDATA "100%">',
].join('\n')
