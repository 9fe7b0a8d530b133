import { formatFinding } from '../config/finding.ts';
import { jsonSchemaText } from '../config/json-schema.ts';
import { loadFile } from '../config/load-files.ts';
import type { Io } from './io.ts';

/** Validates files: one line per mistake on standard output, exit code 1 if there is any. */
export async function check(io: Io, files: readonly string[]): Promise<void> {
  let bad = 0;
  for (const file of files) {
    const result = await loadFile(file);
    if (!result.ok) {
      bad += result.errors.length;
      for (const e of result.errors) io.out(formatFinding(e));
      continue;
    }
    for (const w of result.warnings) io.out(`${formatFinding(w)} (warning)`);
    const jobs = result.project.platforms.flatMap((p) => p.jobs).length;
    io.out(`${file}: valid: ${result.project.name}, ${result.project.platforms.length} platforms, ${jobs} jobs.`);
  }
  if (bad > 0) process.exitCode = 1;
}

/** Prints the JSON Schema of the configuration file, for editors. */
export function schema(io: Io): void { io.out(jsonSchemaText()); }
