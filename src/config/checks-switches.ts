import { formatsOf, SWITCH_FORMATS, type SwitchFormat } from '../domain/build-switch.ts';
import { quote } from './finding.ts';
import type { Path, Problem } from './finding.ts';
import { get, list, text } from './raw.ts';

/** An `at` that fits, for the sentence that asks for one. */
const EXAMPLES: { readonly [K in SwitchFormat]: string } = {
  'shell-array': 'KUBE_SUPPORTED_SERVER_PLATFORMS', 'yaml-list': 'jobs.build.strategy.matrix.arch', 'comma-list': 'spec.params[name=platforms].default',
  'hcl-list': 'target.image.platforms', 'toml-list': 'workspace.metadata.dist.targets', 'json-list': 'build.platforms', 'lines': '',
};

/** Switches: whether format, file and place fit each other, and each place is named once. */
export function checkSwitches(config: unknown): Problem[] {
  const seen = new Map<string, number>();
  return list(get(config, 'switches')).flatMap((item, i): Problem[] => {
    const path: Path = ['switches', i];
    const place = JSON.stringify([text(get(item, 'repo')) ?? text(get(config, 'repo')), text(get(item, 'file')), text(get(item, 'at')), get(item, 'controls') ?? 'build', get(item, 'branches')]);
    const before = seen.get(place);
    if (before === undefined) seen.set(place, i);
    else if (text(get(item, 'file')) !== null) return [{ path, at: 'value', message: `switches[${before}] names this place too; keep one of them` }];
    return checkSwitch(item, path);
  });
}

function checkSwitch(item: unknown, path: Path): Problem[] {
  const format = SWITCH_FORMATS.find((known) => known === get(item, 'format'));
  if (format === undefined) return [];
  const [at, file] = [get(item, 'at'), text(get(item, 'file'))];
  const fitting = file === null ? null : formatsOf(file);
  if (fitting !== null && !fitting.includes(format)) return [{ path: [...path, 'format'], at: 'value', message: `${quote(file ?? '')} holds no ${format}, by its name; expected ${fitting.join(' or ')}` }];
  if (format === 'lines') return at === undefined ? [] : [{ path: [...path, 'at'], at: 'key', message: 'a file of `lines` is a list as a whole; take `at` out' }];
  if (at === undefined) return [{ path: [...path, 'at'], at: 'parent', message: `missing; a ${format} needs the place of the list in its file, such as \`at: ${EXAMPLES[format]}\`` }];
  if (format === 'shell-array' && typeof at === 'string' && !/^[A-Za-z_]\w*$/.test(at.trim())) return [{ path: [...path, 'at'], at: 'value', message: `${quote(at)} is no name of a shell array, such as ${EXAMPLES[format]}` }];
  return [];
}
