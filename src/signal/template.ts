import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import { PLACEHOLDERS, type Placeholder } from '../domain/signature.ts';

/** Templates of log lines, compiled. Counts are bounded and never nested, so a line is searched in time that grows with its length. */

/** What a placeholder takes, and how much of it. */
const TAKES: Readonly<Record<Placeholder, { readonly chars: string; readonly most: number }>> = {
  platform: { chars: 'A-Za-z0-9_./-', most: 40 },
  platforms: { chars: 'A-Za-z0-9_./,-', most: 200 },
  triplet: { chars: 'A-Za-z0-9_-', most: 40 },
  os: { chars: 'A-Za-z0-9', most: 12 },
  arch: { chars: 'A-Za-z0-9', most: 12 },
  arm: { chars: '5-8', most: 1 },
};

const isPlaceholder = (word: string): word is Placeholder => (PLACEHOLDERS as readonly string[]).includes(word);

/** The parts of a template: literal text and, at odd places, words in braces. */
export const partsOf = (template: string): readonly string[] => template.split(/\{([a-z]+)\}/);

const escaped = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const WORD = 'A-Za-z0-9_';

/** The template as a pattern with a group for each placeholder, numbered `os0`, `arch1` … by its place. */
export function patternOf(template: string): string {
  const parts = partsOf(template);
  const body = parts.map((part, i) => {
    if (i % 2 === 0 || !isPlaceholder(part)) return escaped(part);
    const { chars, most } = TAKES[part];
    const last = i === parts.length - 2 && parts.at(-1) === '';
    return `(?<${part}${i}>[${chars}]{1,${most}})${last ? `(?![${chars}])` : ''}`;
  }).join('');
  return `${edge(parts[0] === '' ? parts[1] : undefined, template.at(0), '<!')}${body}${parts.at(-1) === '' ? '' : edge(undefined, template.at(-1), '!')}`;
}

/** A word is not found within a longer one. */
function edge(placeholder: string | undefined, char: string | undefined, look: '<!' | '!'): string {
  if (placeholder !== undefined && isPlaceholder(placeholder)) return `(?${look}[${TAKES[placeholder].chars}])`;
  return char !== undefined && /[A-Za-z0-9_]/.test(char) && char !== '_' ? `(?${look}[${WORD}])` : '';
}

/** What a match names, by placeholder; `platforms` as it stands. */
export type Named = Readonly<Partial<Record<Placeholder, string>>>;

export function namedBy(match: RegExpMatchArray): Named {
  return Object.fromEntries(Object.entries(match.groups ?? {}).map(([group, value]) => [group.replace(/\d+$/, ''), value]));
}

/** The platforms of what was named; none where the words are of something else. */
export function platformsOf(named: Named): PlatformId[] {
  const { platform, platforms, triplet, os, arch, arm } = named;
  const texts = platforms?.split(',').slice(0, 40) ?? (platform !== undefined ? [platform] : triplet !== undefined ? [triplet] : []);
  if (arch !== undefined) texts.push([...os === undefined ? [] : [os], arch, ...arm === undefined || arch.toLowerCase() !== 'arm' ? [] : [`v${arm}`]].join('/'));
  // A sentence's end is no part of a name.
  return [...new Set(texts.map((t) => parsePlatform(t.replace(/[.,/-]+$/, ''))).filter((p): p is PlatformId => p !== null))];
}
