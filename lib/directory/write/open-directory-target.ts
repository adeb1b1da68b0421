import type { DirectoryTarget, DirectoryTargetOptions } from './directory-target.js'
import { DraftTarget } from './draft-target.js'
import { DumpDraft } from './dump-draft.js'
import { PartialRoot } from './partial-root.js'
import { toWrittenForm } from './written-form.js'

/**
 * Opens a directory for a dump of one database that arangorestore reads. What is in it stays as it is
 * until the copy is finished; then all files are given their names at once.
 *
 * Files are made in a directory `.tidemark-partial` inside. When the copy is cut off, what is complete
 * of it stays there, to be gone on with by `continues`; another dump is not complete without it.
 *
 * @param path - of the directory; it is made if it is missing
 * @throws DirectoryTargetError when something in it is not to be replaced, another process writes into
 *   it, or an unfinished dump in it is of other options; OutputFileError when nothing can be written
 * @throws RangeError when options do not go together
 */
export async function openDirectoryTarget(
  path: string,
  options: DirectoryTargetOptions = {},
): Promise<DirectoryTarget> {
  const form = toWrittenForm(options)
  const { overwrite = false, continues = false, database, createdAt, signal } = options
  const root = await PartialRoot.open(path, { overwrite, continues })
  try {
    const place = { address: path, path: root.partial }
    const draft = await DumpDraft.open({ ...place, form, database, createdAt, signal })
    return new DraftTarget({
      path,
      draft,
      onSealed: (names) => root.publish([...root.emptied, { from: '', to: '', names }]),
      onClose: async () => {
        await draft.abandon()
        await root.close(draft.completed().length === 0)
      },
    })
  } catch (error) {
    await root.close(!root.isContinued)
    throw error
  }
}
