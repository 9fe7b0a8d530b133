import { statSync } from 'node:fs';
import { StoreError } from './errors.ts';

/** Which file has this name now; null: none. Throws where that cannot be told. */
function fileAt(name: string): string | null {
  const found = statSync(name, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/**
 * Remembers which file has this name, and answers from then on whether it is still the same: null, or what an operator is to do.
 * One that was deleted or replaced takes everything that is written to it, and is gone with the process.
 */
export function stayOf(file: string): () => StoreError | null {
  const opened = fileAt(file);
  const gone = new StoreError('missing', `The store in ${file} was deleted, moved or replaced while it was open: nothing more is read from it or written to it, because that would be lost with the process. Put that file back, and the server goes on; where there is none, stop the server, restore the last backup (docs/operating.md, "Backup and restore"), and start it.`);
  return () => {
    try {
      return fileAt(file) === opened ? null : gone;
    } catch {
      // Who may not look into the folder any more cannot tell.
      return null;
    }
  };
}
