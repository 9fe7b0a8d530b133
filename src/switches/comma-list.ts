import { isAlias, isMap, isScalar, isSeq, visit } from 'yaml';
import type { Pair, ParsedNode, Scalar } from 'yaml';
import { findInHcl, hclMeaning } from './hcl-list.ts';
import { literal } from './hcl-scan.ts';
import { notJson } from './json-list.ts';
import { failed, lineOf, lineStart, located, MOST_PLACES, nextLine, setTooOften, shown, type Format, type Listing, type Located } from './listing.ts';
import { markersOf } from './marker.ts';
import { assignmentsIn, flagsIn, hostOf, textMeaning, type Host } from './text-host.ts';
import { findInToml, tomlMeaning } from './toml-list.ts';
import { readWord, said, wordsIn, type Words } from './word-list.ts';
import { OPEN } from './yaml-list.ts';
import { findInYaml, meaningOf, readYaml, type YamlFile } from './yaml-file.ts';

/** A list that is one text: where it stands, and what its file means with something else in its place. */
interface Text {
  readonly from: number;
  readonly to: number;
  readonly head: number | null;
  readonly leader?: '#' | '//';
  readonly mayBeEmpty?: boolean;
  readonly elsewhere?: boolean;
  readonly meaning: (by: string) => string;
}

/**
 * Platforms in one text, parted by commas or blanks: a scalar at a path of a YAML, JSON, TOML or HCL file, a variable of a
 * script, Makefile or Dockerfile (`PLATFORMS`), or what stands behind a flag (`--platform`) or a word (`platforms=`).
 */
export const commaList: Format = (text, at, file) => {
  const host = hostOf(file, text);
  if (/^--?[\w-]+=?$|=$/.test(at)) return behindWord(text, at, host);
  switch (host.kind) {
    case 'yaml': return inYaml(text, at, true);
    case 'json': { const mistake = notJson(text); return mistake === null ? inYaml(text, at, false) : failed(mistake); }
    case 'toml': return inToml(text, at);
    case 'hcl': return inHcl(text, at);
    case 'text': return inText(text, at, host);
    default: return host.kind satisfies never;
  }
};

function listing(text: string, name: string, { from, to, head, leader = '#', mayBeEmpty = false, elsewhere = false, meaning }: Text): Located {
  const words: Words = wordsIn(text, from, to);
  const found: Listing = {
    text, name: shown(name), entries: words.entries, from, to, leader, among: false, head, separator: words.separator, mayBeEmpty, elsewhere, read: readWord,
    meaning: (without) => meaning(said(words, without)),
  };
  const [only, ...more] = words.entries;
  // What is left of `$(LINUX) windows/amd64` without its last word has a marker, and is a list still.
  if (only?.open === true && more.length === 0 && markersOf(found).length === 0) return failed(`${shown(name)} is worked out when it runs (${shown(only.spelling)}); switch it where the list is written.`);
  return located(found);
}

function inYaml(text: string, at: string, comments: boolean): Located {
  const file = readYaml(text);
  if (!file.ok) return file;
  const found = findInYaml(text, file.documents, at);
  if (!found.ok) return found;
  const { node, key } = found.place;
  if (isSeq(node)) return failed(`${shown(at)} is a list and no text; its format is ${comments ? 'yaml-list' : 'json-list'}.`);
  if (isMap(node) || isAlias(node) || !isScalar(node)) return failed(`${shown(at)} is no text.`);
  const inner = insideScalar(text, node);
  if (inner === null) return failed(`${shown(at)} is written with escapes (${shown(text.slice(node.range[0], node.range[1]))}); change it by hand.`);
  const head = comments ? lineStart(text, (key as ParsedNode | null)?.range[0] ?? node.range[0]) : null;
  return listing(text, at, { ...inner, head, meaning: (by) => meaningOf(file.documents, { node, by: JSON.stringify([node.type, by]) }) });
}

/** Where a scalar's own text stands; null: it is not written as it reads. */
function insideScalar(text: string, node: Scalar.Parsed): { readonly from: number; readonly to: number } | null {
  const [start, end] = node.range;
  const raw = text.slice(start, end);
  if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
    const from = nextLine(text, start);
    return { from, to: from + text.slice(from, Math.max(from, end)).trimEnd().length };
  }
  if (node.type === 'QUOTE_DOUBLE') return raw.includes('\\') ? null : { from: start + 1, to: end - 1 };
  if (node.type === 'QUOTE_SINGLE') return raw.slice(1, -1).includes("'") ? null : { from: start + 1, to: end - 1 };
  return { from: start, to: end };
}

function inToml(text: string, at: string): Located {
  const place = findInToml(text, at);
  if (!place.ok) return place;
  const { value, key } = place.found;
  if (value.type !== 'TOMLValue' || value.kind !== 'string') return failed(`${shown(at)} is no text${value.type === 'TOMLArray' ? '; its format is toml-list' : ''}.`);
  const [start, end] = value.range;
  if (value.style === 'basic' && text.slice(start, end).includes('\\')) return failed(`${shown(at)} is written with escapes; change it by hand.`);
  const quotes = value.multiline ? 3 : 1;
  return listing(text, at, { from: start + quotes, to: end - quotes, head: lineStart(text, key), meaning: (by) => tomlMeaning(text, place.program, value, { by }) });
}

function inHcl(text: string, at: string): Located {
  const found = findInHcl(text, at);
  if (!found.ok) return found;
  const { value, tokens } = found;
  const [token, more] = value.tokens.filter((t) => t.kind !== 'line');
  if (token?.text === '[') return failed(`${shown(at)} is a list and no text; its format is hcl-list.`);
  if (token === undefined || more || literal(token) === null) return failed(`${shown(at)} is worked out (${shown(value.tokens.slice(0, 8).map((t) => t.text).join(''))}); switch it where the list is written.`);
  return listing(text, at, { from: token.start + 1, to: token.end - 1, head: lineStart(text, value.key), meaning: (by) => hclMeaning(tokens, value, by) });
}

function inText(text: string, at: string, host: Host): Located {
  if (!/^[A-Za-z_][\w.-]*$/.test(at)) return failed(`${shown(at)} is no name of a variable, such as \`PLATFORMS\`, and no flag, such as \`--platform\`.`);
  const found = assignmentsIn(text, at, host);
  const candidates = found.filter(({ from }) => text[from] !== '(');
  if (found.length === 0) return failed(`it sets no variable called ${shown(at)}.`);
  if (candidates.length === 0) return failed(`${shown(at)} is an array and no text; its format is shell-array.`);
  if (candidates.length > MOST_PLACES) return setTooOften(at, candidates.length);
  if (!host.shell && candidates.every(({ from }) => /^(?:\[|\{|new\b)/.test(text.slice(from, from + 4)))) return failed(`${shown(at)} is a list in the file's own language, which no format reads; change it by hand.`);
  const each = candidates.map((spot) => listing(text, at, { ...spot, ...(host.leader === null ? { head: null } : { leader: host.leader }), meaning: textMeaning(text, spot, host) }));
  const elsewhere = each.some((l) => !l.ok);
  const [first, ...more] = each.flatMap((l) => l.ok ? [{ ...l.listings[0], elsewhere }] : []);
  if (first === undefined) return each[0] as Located;
  const lines = candidates.slice(0, 6).map(({ from }) => lineOf(text, from)).join(', ');
  return { ok: true, listings: [first, ...more], several: `${shown(at)} is set in several places (lines ${lines}), and which of them counts is decided elsewhere; change it by hand.` };
}

/** What stands behind a flag or word: once in the file, and as a list. */
function behindWord(text: string, at: string, host: Host): Located {
  const yaml = host.kind === 'yaml' ? readYaml(text) : null;
  if (yaml && !yaml.ok) return yaml;
  const all = flagsIn(text, at.replace(/=$/, ''), at.startsWith('-')).filter((f) => yaml === null || scalarAt(yaml, f.from) !== null);
  const found = all.filter(({ from, to }) => wordsIn(text, from, to).entries.some((e) => e.builds.length > 0));
  const [one, second] = found;
  const apart = yaml !== null && new RegExp(`(?<![\\w-])${at.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')}["']?[ \\t]*(?:,|\\r?\\n|$)`).test(text);
  const open = all.some(({ from, to }) => OPEN.test(text.slice(from, to)));
  if (one === undefined) return failed(notBehind(at, all.length, open, apart));
  if (second) return failed(`${shown(at)} stands there ${found.length} times (lines ${found.slice(0, 6).map(({ from }) => lineOf(text, from)).join(', ')}); name the place in another way, or change it by hand.`);
  const elsewhere = apart || (open && all.length > 1);
  if (yaml === null) return listing(text, at, { ...one, elsewhere, ...(host.leader === null ? { head: null } : { leader: host.leader }), meaning: textMeaning(text, one, host) });
  const { node, head } = scalarAt(yaml, one.from) as Holder;
  const [start, end] = node.range;
  return listing(text, at, {
    ...one, elsewhere, head: lineStart(text, head),
    meaning: (by) => meaningOf(yaml.documents, { node, by: JSON.stringify([node.type, text.slice(start, one.from), by, text.slice(one.to, end).trimEnd()]) }),
  });
}

/** Why nothing behind a flag or word can be edited. */
function notBehind(at: string, times: number, open: boolean, apart: boolean): string {
  if (apart && times === 0) return `what belongs to ${shown(at)} stands in an entry of its own behind it; name that one by its path, such as \`steps[1].args[3]\`.`;
  if (times === 0) return `it has no ${shown(at)}.`;
  return `behind ${shown(at)} stands no list of platforms${open ? ', but something that is worked out when it runs' : ''}.`;
}

interface Holder {
  readonly node: Scalar.Parsed;
  /** Offset of its key, or of itself. */
  readonly head: number;
}

/** The scalar that holds an offset. */
function scalarAt({ documents }: YamlFile & { ok: true }, at: number): Holder | null {
  let found: Holder | null = null;
  for (const document of documents) {
    visit(document, {
      Scalar: (key, node, path) => {
        if (key === 'key' || !node.range || node.range[0] > at || node.range[1] <= at) return;
        const pair = path.at(-1) as Pair | undefined;
        const start = (pair?.key as ParsedNode | undefined)?.range?.[0];
        found = { node: node as Scalar.Parsed, head: Math.min(start ?? node.range[0], node.range[0]) };
        return visit.BREAK;
      },
    });
  }
  return found;
}
