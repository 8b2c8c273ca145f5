/** The folders whose folders are projects. */
export const rooms = ['apps', 'libs', 'tools'] as const

/** The folders that are projects themselves. */
export const loneProjects = ['toolchain', 'docs'] as const

/** A glob pattern of the folder of every project, to which a path inside it can be added. */
export const projectFolders = `{${[...rooms.map((room) => `${room}/*`), ...loneProjects].join(',')}}`
