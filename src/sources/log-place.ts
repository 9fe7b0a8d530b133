import type { SourceConfig } from '../domain/project.ts';
import { isInternalAddress, literalAddress } from './address.ts';

/** Where a log is read; `guarded`: at no private address. Otherwise a clause that says why none is. */
export type LogPlace = { readonly ok: true; readonly url: URL; readonly guarded: boolean } | { readonly ok: false; readonly why: string };

/** Where Prow keeps the logs that its pages show. */
const GCS = 'https://storage.googleapis.com';
const LOG = 'build-log.txt';

/** A host of the operator's own, by its name alone: what it shows is kept there as well. */
function isOwn(url: URL): boolean {
  const address = literalAddress(url);
  return url.hostname === 'localhost' || (address !== null && isInternalAddress(address));
}

/** A path on this very host: resolved against it, a path that begins with two slashes would name another one. */
const at = (origin: string, path: string): URL => new URL(`${origin}${path}`);

/**
 * The log behind the link of a check: of Prow's page of a run (`/view/gs/<bucket>/…/<build>`), or a `build-log.txt` itself.
 * Links come from whoever reports a check, so only the hosts of these sources and the store of their logs are read.
 */
export function logPlace(link: string, sources: readonly SourceConfig[]): LogPlace {
  const url = URL.parse(link);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return { ok: false, why: 'the check names no page of a run' };
  const plain = url.pathname.endsWith(`/${LOG}`);
  if (url.origin === GCS) return plain ? { ok: true, url: at(GCS, url.pathname), guarded: true } : { ok: false, why: `${url.origin}${url.pathname} is no ${LOG}` };
  const source = sources.find((s) => URL.parse(s.url)?.origin === url.origin);
  if (source === undefined) return { ok: false, why: `${url.host} is neither GitHub nor a source of this configuration, so no log is read there; name it under \`sources\` if it is a Prow` };
  if (plain) return { ok: true, url: at(url.origin, url.pathname), guarded: source.guarded };
  const shown = /\/view\/(?:gs|gcs)\/([^/]+\/.+?)\/*$/.exec(url.pathname)?.[1];
  if (shown === undefined) return { ok: false, why: `${url.origin}${url.pathname} is no page of a run that Prow shows` };
  return isOwn(url) ? { ok: true, url: at(url.origin, `/${shown}/${LOG}`), guarded: source.guarded } : { ok: true, url: at(GCS, `/${shown}/${LOG}`), guarded: true };
}
