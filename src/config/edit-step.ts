import { isDeepStrictEqual } from 'node:util';
import { isAlias, isScalar } from 'yaml';
import type { ParsedNode } from 'yaml';
import type { PlatformId } from '../domain/platform.ts';
import { BOM, failed, pairIn, read, refuse, sectionOf, spliced, type Found, type TextEdit } from './edit-place.ts';
import type { Splice } from './splice-list.ts';
import { get } from './raw.ts';

/**
 * Sets a platform's `step:` in a configuration's text, and leaves every other byte as it stands: the text is parsed to find
 * the place, spliced, and parsed again to prove that only this number has changed. Refused where it is not `from` any more:
 * what was decided was about that. Never throws.
 */
export function editStep(source: string, platform: PlatformId, from: number, to: number): TextEdit {
  if (!Number.isSafeInteger(to) || to < 0) return refuse(`${to} is no step.`);
  const bom = source.startsWith(BOM) ? BOM : '';
  const text = source.slice(bom.length);
  const before = read(text);
  if (!before.ok) return refuse(before.reason);
  const found = locate(text, platform);
  if (!found.ok) return refuse(found.reason);
  const { name, splice } = found.place;
  const step = get(get(get(before.value, 'platforms'), name), 'step');
  if (step === to) return { kind: 'same' };
  if (step !== from) return refuse(`${name} stands on step ${JSON.stringify(step)} there, and not on ${from} any more, so the decision was about something else.`);
  const edited = spliced(text, [{ ...splice, by: String(to) }]);
  const after = read(edited);
  if (after.ok && isDeepStrictEqual(after.value, withStep(before.value, name, to))) return { kind: 'edited', text: bom + edited };
  return refuse(`the step of ${name} is written in a way that cannot be edited without touching more than this one number; change it by hand.`);
}

/** Where the number stands. */
function locate(text: string, platform: PlatformId): Found<{ readonly name: string; readonly splice: Omit<Splice, 'by'> }> {
  const found = sectionOf(text, platform);
  if (!found.ok) return found;
  const { name, section, doc } = found.place;
  const value = pairIn(section, (key) => key === 'step')?.value;
  if (value === undefined) return failed(`${name} has no step there; write one by hand.`);
  if (isAlias(value)) return failed(`the step of ${name} repeats another place of the file (*${value.source}); write it out, or change it by hand.`);
  if (!isScalar(value) || typeof value.value !== 'number' || doc.errors.length > 0) return failed(`the step of ${name} is no number; change it by hand.`);
  if (value.anchor !== undefined) return failed(`the step of ${name} is named &${value.anchor}, and other places of the file may repeat it; change it by hand.`);
  const [start, end] = (value as ParsedNode).range;
  return { ok: true, place: { name, splice: { from: start, to: end } } };
}

/** The plain values with another step for the platform. */
function withStep(value: unknown, name: string, step: number): unknown {
  const copy = structuredClone(value) as { platforms: Record<string, { step: number }> };
  const platform = copy.platforms[name];
  if (platform) platform.step = step;
  return copy;
}
