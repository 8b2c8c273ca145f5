/** How the path of every run begins: Nx below a task tells by it that the variables are not its user's. */
export const RELAY_PATH = '/mochi-relay-'
