import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where programs are looked for. Debian has servers in a folder that is not in the PATH of users. */
export const PATH = [process.env.PATH, '/usr/sbin'].join(delimiter)

/** Whether a program can be run. */
export function isInstalled (program: string): boolean {
  return PATH.split(delimiter).some((folder) => existsSync(join(folder, program)))
}
