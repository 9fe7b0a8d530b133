import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import { entries, get } from './raw.ts';
import { readYaml } from './yaml.ts';

/** The platform's step in a configuration's text, whatever else is wrong with that; null: it tells none. Never throws. */
export function stepIn(text: string, platform: PlatformId): number | null {
  const reading = readYaml(text, '');
  if (!reading.ok) return null;
  const section = entries(get(reading.yaml.value, 'platforms')).find(([name]) => parsePlatform(name) === platform)?.[1];
  const step = get(section, 'step');
  return typeof step === 'number' ? step : null;
}
