/**
 * A database file that cannot be used. The message is one line that names the file, the fault and what to do. It is all a
 * user needs to see.
 */
export class FileError extends Error {
  override name = 'FileError'
}

/** What each fault of opening a file means for its owner, by the code of SQLite or of the operating system. */
const advice: Array<[code: RegExp, fault: string]> = [
  [/^SQLITE_NOTADB/, 'is not a SQLite database; set DATABASE_PATH to another file, or restore a backup with: parley restore BACKUP'],
  [/^SQLITE_CORRUPT/, 'is damaged; see what is wrong with: parley doctor, or restore a backup with: parley restore BACKUP'],
  [/^SQLITE_FULL|^ENOSPC|^EDQUOT/, 'cannot be written because the disk is full; make room and start again'],
  [/^SQLITE_(READONLY|PERM|CANTOPEN)|^EACCES|^EPERM|^EROFS/, 'cannot be opened for writing; give this user the right to write the file and its folder'],
  [/^EISDIR/, 'is a folder; set DATABASE_PATH to a file'],
  [/^ENOTDIR|^EEXIST/, 'cannot be there, because a part of its path is a file; set DATABASE_PATH to another place'],
  [/^SQLITE_BUSY/, 'is locked by another program; stop that program first'],
  [/^SQLITE_IOERR|^EIO/, 'cannot be read or written because the disk fails; check the disk, then restore a backup with: parley restore BACKUP']
]

/** What the faults mean for any other file or folder that a setting or a command names. */
const faults: Array<[code: RegExp, fault: string]> = [
  [/^ENOENT/, 'cannot be there, because its folder is not there'],
  [/^ENOTDIR|^EEXIST/, 'cannot be used, because it or a part of its path is a file'],
  [/^EISDIR/, 'is a folder'],
  [/^ENOSPC|^EDQUOT/, 'cannot be written, because the disk is full'],
  [/^EACCES|^EPERM|^EROFS/, 'cannot be used; give this user the right to read and write there']
]

/** The same failure as one line about the database file at `path`. Failures that say nothing of the file stay as they are. */
export function asFileError (path: string, error: unknown): unknown {
  return describe(advice, path, error)
}

/** The same for a file or folder that is not the database, such as the folder of backups. */
export function asPathError (path: string, error: unknown): unknown {
  return describe(faults, path, error)
}

function describe (meanings: Array<[code: RegExp, fault: string]>, path: string, error: unknown): unknown {
  if (error instanceof FileError || !(error instanceof Error)) return error
  // An error of a thread has its code in the message only.
  const code = 'code' in error ? String(error.code) : error.message
  const [, fault] = meanings.find(([pattern]) => pattern.test(code)) ?? []
  return fault === undefined ? error : new FileError(`${path} ${fault} (${error.message})`, { cause: error })
}
