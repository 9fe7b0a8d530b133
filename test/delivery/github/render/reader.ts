/**
 * Reads Markdown the way GitHub does, as far as these tests need it, written apart from what it judges: fenced blocks
 * and code spans by CommonMark's rules, backslash escapes, entities, links, raw HTML, table cells. There is no Markdown
 * parser among the project's packages.
 */
export interface Reading {
  /** Text that GitHub looks for mentions, references and addresses in: everything but code and link destinations. */
  readonly prose: string;
  /** Raw HTML tags and comments outside of code. */
  readonly html: readonly string[];
  /** What fenced blocks and code spans hold. */
  readonly code: readonly string[];
  /** Link destinations. */
  readonly links: readonly string[];
  /** Cells of each table row. */
  readonly cells: readonly number[];
  /** A fence was opened and never closed. */
  readonly openFence: boolean;
}

export function read(markdown: string): Reading {
  const code: string[] = [];
  const links: string[] = [];
  const html: string[] = [];
  const cells: number[] = [];
  const { blocks, openFence } = withoutFences(markdown, code);
  const prose = blocks.map((text) => inline(text, { code, links, html, cells })).join('\n');
  return { prose, html, code, links, cells, openFence };
}

/** Paragraphs, lists and tables without their fenced blocks; a fence closes with at least as many of its own characters. */
function withoutFences(markdown: string, code: string[]): { blocks: string[]; openFence: boolean } {
  const blocks: string[] = [];
  let current: string[] = [];
  let fence: { char: string; length: number; lines: string[] } | null = null;
  const flush = (): void => { if (current.length > 0) blocks.push(current.join('\n')); current = []; };
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const text = line.replace(/^ {0,3}/, '');
    if (fence) {
      const close = /^(`+|~+)\s*$/.exec(text)?.[1];
      if (close && close[0] === fence.char && close.length >= fence.length) {
        code.push(fence.lines.join('\n'));
        fence = null;
      } else fence.lines.push(line);
      continue;
    }
    const open = /^(`{3,})([^`]*)$|^(~{3,})(.*)$/.exec(text);
    const mark = open?.[1] ?? open?.[3];
    if (mark) {
      flush();
      fence = { char: mark[0] ?? '', length: mark.length, lines: [] };
    } else if (line.trim() === '') flush();
    else current.push(line);
  }
  flush();
  return { blocks, openFence: fence !== null };
}

interface Sinks { code: string[]; links: string[]; html: string[]; cells: number[] }

/** One block's prose: tables are cut into cells before anything else is read, as GitHub does. */
function inline(block: string, sinks: Sinks): string {
  const lines = block.split('\n');
  if (!lines.some((l) => /^\|( --- \|)+$/.test(l))) return spans(block, sinks);
  return lines.map((line) => {
    const row = line.replace(/^\|/, '').replace(/\|$/, '').split(/(?<!\\)\|/);
    sinks.cells.push(row.length);
    return row.map((cell) => spans(cell.trim(), sinks)).join('\u0000');
  }).join('\n');
}

function spans(text: string, { code, links, html }: Sinks): string {
  let out = '';
  for (let i = 0; i < text.length;) {
    const rest = text.slice(i);
    const ticks = /^`+/.exec(rest)?.[0];
    if (ticks) {
      const end = closing(text, i + ticks.length, ticks.length);
      if (end >= 0) {
        code.push(text.slice(i + ticks.length, end));
        out += '\u0001';
        i = end + ticks.length;
      } else { out += ticks; i += ticks.length; }
      continue;
    }
    const escaped = /^\\([!-/:-@[-`{-~])/.exec(rest);
    if (escaped) { out += escaped[1]; i += 2; continue; }
    const tag = /^<!--[\s\S]*?-->|^<[/!?]?[A-Za-z][^>]*>/.exec(rest)?.[0];
    if (tag) { html.push(tag); out += '\u0002'; i += tag.length; continue; }
    const target = /^\]\(([^()\s]*)\)/.exec(rest);
    if (target) { links.push(target[1] ?? ''); out += ']'; i += target[0].length; continue; }
    const entity = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|commat|num));/i.exec(rest);
    if (entity) { out += decoded(entity); i += entity[0].length; continue; }
    out += rest[0];
    i++;
  }
  return out;
}

function closing(text: string, from: number, length: number): number {
  for (const match of text.slice(from).matchAll(/`+/g)) if (match[0].length === length) return from + match.index;
  return -1;
}

function decoded([, dec, hex, name]: RegExpExecArray): string {
  if (dec) return String.fromCodePoint(Number(dec) % 0x10FFFF);
  if (hex) return String.fromCodePoint(Number.parseInt(hex, 16) % 0x10FFFF);
  return { amp: '&', lt: '<', gt: '>', quot: '"', commat: '@', num: '#' }[name?.toLowerCase() ?? ''] ?? '';
}

/** What GitHub would act on in prose: people called, issues referred to, addresses made links. */
export function effects(prose: string): { mentions: string[]; references: string[]; addresses: string[] } {
  return {
    mentions: [...prose.matchAll(/(?:^|[^A-Za-z0-9_`])@([a-z0-9][a-z0-9-]*(?:\/[a-z0-9._-]+)?)/gim)].map((m) => m[1] ?? ''),
    references: [...prose.matchAll(/(?:^|[^A-Za-z0-9&])(?:[\w.-]+\/[\w.-]+)?(#\d+|gh-\d+)/gim)].map((m) => m[1] ?? ''),
    addresses: [...prose.matchAll(/https?:\/\/[^\s]+|\bwww\.[^\s]+/gi)].map((m) => m[0]),
  };
}
