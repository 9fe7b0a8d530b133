import { existsSync } from 'node:fs';
import { formatFinding } from '../config/finding.ts';
import { jsonSchemaText } from '../config/json-schema.ts';
import { loadLadderFile } from '../config/ladder-files.ts';
import { loadFile } from '../config/load-files.ts';
import { isSignaturesFile, loadSignatures } from '../config/signatures.ts';
import { counted } from '../domain/time.ts';
import type { Io } from './io.ts';

/** Validates files: one line per mistake on standard output, exit code 1 if there is any. */
export async function check(io: Io, files: readonly string[]): Promise<void> {
  let bad = 0;
  for (const file of files) bad += isSignaturesFile(file) && existsSync(file) ? await checkSignatures(io, file) : await checkLadder(io, file) ?? await checkConfiguration(io, file);
  if (bad > 0) process.exitCode = 1;
}

/** Tells of a project's file; the number of mistakes. */
async function checkConfiguration(io: Io, file: string): Promise<number> {
  const result = await loadFile(file);
  if (!result.ok) {
    for (const e of result.errors) io.out(formatFinding(e));
    return result.errors.length;
  }
  for (const w of result.warnings) io.out(`${formatFinding(w)} (warning)`);
  for (const f of result.findings) io.out(`${formatFinding(f)} (finding)`);
  const jobs = result.project.platforms.flatMap((p) => p.jobs).length;
  const against = result.findings.length === 0 ? '' : ` ${counted(result.findings.length, 'finding')} against the ladder ${result.ladder?.name}.`;
  io.out(`${file}: valid: ${result.project.name}, ${counted(result.project.platforms.length, 'platform')}, ${counted(jobs, 'job')}.${against}`);
  return 0;
}

/** Tells of a ladder's file; the number of mistakes, null where the file is none. */
async function checkLadder(io: Io, file: string): Promise<number | null> {
  const result = await loadLadderFile(file);
  if (result === null) return null;
  if (!result.ok) {
    for (const e of result.errors) io.out(formatFinding(e));
    return result.errors.length;
  }
  for (const d of result.doubts) io.out(`${formatFinding(d)} (warning)`);
  io.out(`${file}: valid: a ladder, ${result.ladder.steps.map((s) => `${s.name} (${s.step})`).join(', ')}.`);
  return 0;
}

/** Tells of a file of signatures; the number of mistakes. */
async function checkSignatures(io: Io, file: string): Promise<number> {
  const result = await loadSignatures(file);
  if (!result.ok) {
    for (const e of result.errors) io.out(formatFinding(e));
    return result.errors.length;
  }
  io.out(`${file}: valid: ${counted(result.signatures.signatures.length, 'signature')} of logs, with those that come with the program.`);
  return 0;
}

/** Prints the JSON Schema of the configuration file, for editors. */
export function schema(io: Io): void { io.out(jsonSchemaText()); }
