import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { PlatformId } from '../domain/platform.ts';
import { PLACEHOLDERS, type Signature, type Signatures } from '../domain/signature.ts';
import { didYouMean } from '../domain/suggest.ts';
import { explain } from './explain.ts';
import { fileFinding, inOrder, show, type Finding } from './finding.ts';
import { isMapping } from './raw.ts';
import { line, name, platform } from './scalars.ts';
import { notText, readYaml } from './yaml.ts';

/** The file that tells how logs name platforms; beside a project's file it adds to the one that comes with the program. */
export const SIGNATURES_FILE = 'signatures.yml';
const SHIPPED = fileURLToPath(new URL(`../../config/${SIGNATURES_FILE}`, import.meta.url));

const MOST_BYTES = 2 ** 18;
const LONGEST_TEMPLATE = 100;
const MOST_PLACEHOLDERS = 3;

const words = (description: string) => z.array(line(description, 'undefined reference to')).min(1).max(200);

/** Text with placeholders. Whatever passes can be compiled, and searched for in time that grows with the line's length. */
const template = z.string().transform((found, ctx): string => {
  const wrong = templateMistake(found);
  if (wrong !== null) ctx.addIssue({ code: 'custom', message: wrong });
  return found;
}).meta({ description: 'Text of a line, with placeholders in braces.', expected: 'text with placeholders', examples: ['GOARCH={arch}'] });

function templateMistake(found: string): string | null {
  const placeholders = [...found.matchAll(/\{([^{}]*)\}/g)].map((m) => m[1] ?? '');
  const unknown = placeholders.find((p) => !(PLACEHOLDERS as readonly string[]).includes(p));
  if (unknown !== undefined) return `no placeholder is called {${unknown}}${didYouMean(unknown, PLACEHOLDERS) || `; there are ${PLACEHOLDERS.map((p) => `{${p}}`).join(', ')}`}`;
  if (found.length > LONGEST_TEMPLATE) return `expected at most ${LONGEST_TEMPLATE} characters; found ${found.length}`;
  if (placeholders.length > MOST_PLACEHOLDERS) return `expected at most ${MOST_PLACEHOLDERS} placeholders; found ${placeholders.length}`;
  if (new Set(placeholders).size < placeholders.length) return 'a placeholder stands twice in this text; name the one that says whose build it is';
  if (/\}\{/.test(found)) return 'two placeholders stand side by side, so that nobody knows where the first ends; put text between them';
  const literal = found.replaceAll(/\{[^{}]*\}/g, '');
  return literal.length < 2 || literal.trim() === '' ? 'expected at least two characters beside the placeholders, so that it is not found everywhere' : null;
}

const templates = (description: string) => z.array(template).max(50).meta({ description, expected: 'a list of texts with placeholders', examples: ['["GOARCH={arch}"]'] });

/** A real line of a log; longer than a line of a configuration may be. */
const logLine = z.string().min(1).max(2_000).meta({ description: 'A line of a log.', expected: 'a line of a log', examples: ['GOARCH=arm go build'] });

const at = platform('The platform that the line points at.');
const signature = z.strictObject({
  name: name('What it is called.', 'cross-compiler'),
  says: line('What such a line shows, as people are told.', 'a cross-compiler'),
  match: templates('A line with any of these names a platform.').min(1),
  completed: templates('What `match` leaves out of the name, anywhere on the same line.').default([]),
  platforms: z.array(at).max(20).default([]).meta({ description: 'The platforms that it may be, where `match` names none.', expected: 'a list of platforms', examples: ['[linux/ppc64le]'] }),
  may_be_host: z.boolean().default(false).meta({ description: 'It may as well name the machine that builds.', expected: 'true or false' }),
  points: z.array(z.strictObject({ line: logLine, at: z.union([at, z.array(at).min(1)]) })).min(1).meta({ description: 'Lines that it is held to: each points at a platform.', expected: 'a list of lines', examples: ['[{ line: "GOARCH=arm go build", at: linux/arm }]'] }),
  silent: z.array(logLine).min(1).meta({ description: 'Lines that it is held to: it says nothing of them.', expected: 'a list of lines', examples: ['["GOHOSTARCH=amd64"]'] }),
}).refine((s) => s.platforms.length > 0 || s.match.every((t) => /\{(platforms?|triplet|arch)\}/.test(t)), {
  error: 'a text of `match` names no platform: give it {platform}, {platforms}, {triplet} or {arch}, or list `platforms`', when: ({ issues }) => issues.length === 0,
}).meta({ description: 'How lines of a log name a platform.', expected: 'a signature' });

const signaturesSchema = z.strictObject({
  version: z.literal(1).meta({ description: 'The version of this format.', expected: 'version 1 of the format', examples: [1] }),
  errors: z.strictObject({
    match: words('A line with any of these says that something failed; letter case does not matter.').meta({ expected: 'a list of texts', examples: ['["error:"]'] }),
    points: z.array(logLine).min(1).meta({ description: 'Lines that fail.', expected: 'a list of lines' }),
    silent: z.array(logLine).min(1).meta({ description: 'Lines that do not.', expected: 'a list of lines' }),
  }).optional().meta({ description: 'How a failing line is known.', expected: 'texts and lines' }),
  signatures: z.array(signature).max(200).meta({ description: 'How lines name a platform.', expected: 'a list of signatures' }),
}).refine((s) => new Set(s.signatures.map((one) => one.name)).size === s.signatures.length, { error: 'two signatures have the same name', path: ['signatures'], when: ({ issues }) => issues.length === 0 });

export type SignaturesReading = { readonly ok: true; readonly signatures: Signatures } | { readonly ok: false; readonly errors: readonly Finding[] };

/** Reads a file of signatures, to add to `base`: one of the same name is replaced, and so are `errors` where it has some. Never throws. */
export function readSignatures(text: string, file: string, base: Signatures | null): SignaturesReading {
  const refused = (...errors: Finding[]): SignaturesReading => ({ ok: false, errors: inOrder(errors) });
  const not = notText(text, file, MOST_BYTES);
  if (not !== null) return refused(not);
  const reading = readYaml(text, file);
  if (!reading.ok) return reading;
  const { value, place } = reading.yaml;
  if (!isMapping(value)) return refused(fileFinding(file, `expected signatures, a mapping with \`signatures\`; found ${show(value)}`));
  const parsed = signaturesSchema.safeParse(value, { reportInput: true });
  const errors = [...reading.errors, ...parsed.success ? [] : explain(parsed.error.issues, signaturesSchema).map(place)];
  if (!parsed.success || errors.length > 0) return refused(...errors);
  const own = parsed.data.signatures.map(toSignature);
  const failing = parsed.data.errors ?? base?.errors;
  if (failing === undefined) return refused(place({ path: ['errors'], at: 'parent', message: 'missing; expected `errors`, which tells how a failing line is known' }));
  const kept = base?.signatures.filter((s) => !own.some((o) => o.name === s.name)) ?? [];
  return { ok: true, signatures: { errors: failing, signatures: [...kept, ...own] } };
}

const toSignature = ({ may_be_host: mayBeHost, points, silent, ...rest }: z.output<typeof signature>): Signature => ({
  ...rest, mayBeHost, examples: { points: points.map((p) => ({ line: p.line, at: listOf(p.at) })), silent },
});
const listOf = (found: PlatformId | readonly PlatformId[]): readonly PlatformId[] => typeof found === 'string' ? [found] : found;

/**
 * The signatures for the projects of a configuration: those of the program, with what `signatures.yml` beside the file (or in
 * the folder) changes. Without a configuration, those of the program.
 */
export async function loadSignatures(configuration: string | null = null): Promise<SignaturesReading> {
  const shipped = readSignatures(await readFile(SHIPPED, 'utf8'), `config/${SIGNATURES_FILE}`, null);
  if (!shipped.ok || configuration === null) return shipped;
  const own = join(/\.ya?ml$/.test(configuration) ? dirname(configuration) : configuration, SIGNATURES_FILE);
  const text = await readFile(own, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text === 'string') return readSignatures(text, own, shipped.signatures);
  return text.code === 'ENOENT' || text.code === 'ENOTDIR' ? shipped : { ok: false, errors: [fileFinding(own, `the file cannot be read: ${text.message}`)] };
}

/** Whether a file in a folder of configurations holds signatures, and no project. */
export const isSignaturesFile = (file: string): boolean => basename(file) === SIGNATURES_FILE;
