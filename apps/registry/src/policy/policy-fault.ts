/** One thing that is wrong with the settings of the policy. */
export type PolicyFault = { key: string; expected: string; found: string }
