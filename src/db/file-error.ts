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

/** The same failure as one line about the file at `path`. Failures that say nothing of the file stay as they are. */
export function asFileError (path: string, error: unknown): unknown {
  if (error instanceof FileError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  const [, fault] = advice.find(([pattern]) => pattern.test(code)) ?? []
  return fault === undefined ? error : new FileError(`${path} ${fault} (${error.message})`, { cause: error })
}
