import { readFileSync } from 'node:fs';

/** How many files and connections this process may have open, where the system says so (Linux); null: it does not. */
export function openFiles(limits = '/proc/self/limits'): number | null {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync(limits, 'utf8'))?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
