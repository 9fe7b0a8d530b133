import { archSpellings, osNamed, type PlatformId } from '../domain/platform.ts';

/** Other places of a file that name a platform. */
export interface Elsewhere {
  /** The first of them; lines count from 1. */
  readonly lines: readonly { readonly line: number; readonly text: string }[];
  /** How many there are in all. */
  readonly total: number;
}

/** A pull request's text has room for so many of one file, and of each for so much. */
const MOST_LINES = 20;
const MOST_TEXT = 120;
/** Lines longer than this are generated, not written. */
const LONGEST = 2_000;

/**
 * Every other line of a file that names the platform, in any of its spellings: manifest lists, release tooling, images.
 * `except`: lines known already. A system named right beside the architecture has to be the platform's; where none is, the
 * architecture alone counts only for Linux.
 */
export function elsewhere(source: string, platform: PlatformId, except: ReadonlySet<number> = new Set()): Elsewhere {
  const [system = '', ...arch] = platform.split('/');
  const words = archSpellings(arch.join('/')).map((word) => word.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&').replace(/[/_]/g, '[-_/.]?'));
  if (words.length === 0) return { lines: [], total: 0 };
  // `arm` is not `arm/v7`, `arm64` or `arm-v6`; `x86_64` is not a part of `x86_64h`.
  const variant = arch.length === 1 && arch[0] === 'arm' ? String.raw`(?![-_/ ]?v?[5-8](?![\w]))` : '';
  const named = new RegExp(String.raw`(?<![A-Za-z0-9])(?:${words.toSorted((a, b) => b.length - a.length).join('|')})${variant}(?![A-Za-z0-9])`, 'gi');
  const lines = source.split('\n').flatMap((text, i) => {
    if (except.has(i + 1) || text.length > LONGEST) return [];
    const hit = [...text.matchAll(named)].some((match) => fits(text, match.index, match.index + match[0].length, system));
    return hit ? [{ line: i + 1, text: short(text) }] : [];
  });
  return { lines: lines.slice(0, MOST_LINES), total: lines.length };
}

/** Whether the systems named around an architecture, if any, are the platform's: `darwin/arm64` is no `linux/arm64`. */
function fits(text: string, from: number, to: number, system: string): boolean {
  const around = `${/[\w./:+-]*$/.exec(text.slice(Math.max(0, from - 100), from))?.[0] ?? ''} ${/^[\w./:+-]*/.exec(text.slice(to, to + 100))?.[0] ?? ''}`;
  const parts = around.toLowerCase().split(/[^a-z0-9]+/);
  const systems = parts.flatMap((part) => osNamed(part === 'apple' ? 'darwin' : part) ?? []);
  return systems.length === 0 ? system === 'linux' : systems.includes(system);
}

const short = (text: string): string => {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT - 1)}…` : line;
};
