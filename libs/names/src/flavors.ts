/** Where a service runs: on a laptop, on the company's test machines, before its customers. There is no fourth. */
export const flavors = ['localdev', 'dev', 'prod'] as const

export type Flavor = (typeof flavors)[number]

/** True for exactly `localdev`, `dev` and `prod`. */
export function isFlavor(value: unknown): value is Flavor {
  return flavors.some((flavor) => flavor === value)
}
