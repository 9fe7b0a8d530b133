import { promises as dns } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** Resolves a host name to all of its addresses. */
export type Lookup = (host: string) => Promise<readonly LookupAddress[]>;

export const systemLookup: Lookup = (host) => dns.lookup(host, { all: true });

/** Thrown inside a connection attempt, so that nothing is ever connected to. */
export class AddressRefused extends Error {
  readonly code = 'EADDRREFUSED';
}

/**
 * Addresses that a name on the public Internet has no business to lead to: IANA's special-purpose registries (RFC 6890
 * and its followers), and every IPv6 form that carries an IPv4 address inside.
 */
const INTERNAL_V4: readonly [string, number][] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15],
  ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
];
const INTERNAL_V6: readonly [string, number][] = [
  ['::', 96], ['::ffff:0:0', 96], ['::ffff:0:0:0', 96], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['100::', 64],
  ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20], ['5f00::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8],
];

// Two lists, as one would also judge the IPv4 address inside a mapped one by the IPv4 rules alone.
const internalV4 = new BlockList();
for (const [net, prefix] of INTERNAL_V4) internalV4.addSubnet(net, prefix, 'ipv4');
const internalV6 = new BlockList();
for (const [net, prefix] of INTERNAL_V6) internalV6.addSubnet(net, prefix, 'ipv6');

/** True for an address that is private, local, reserved or carries an IPv4 address inside; also for what is no address. */
export function isInternalAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  return family === 4 ? internalV4.check(bare, 'ipv4') : family === 6 ? internalV6.check(bare, 'ipv6') : true;
}

/** The sentence's clause for a refused address. */
export const refusal = (host: string, address: string): string =>
  `${host} leads to ${address === host ? 'a' : `${address}, a`} private or reserved address, which a configuration from a repository may not reach`;

/**
 * The address that a URL names without any lookup, if it does (`http://[::1]/`, `http://127.1/`); null for a name.
 */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) ? host : null;
}

/**
 * A lookup for `net.connect`: the connection is made to the very addresses that were judged, so that a name that
 * changes its mind in between (DNS rebinding) gains nothing. One internal address among several refuses them all.
 */
export function connectLookup(resolve: Lookup, guarded: boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const wanted = found.filter((a) => !options.family || a.family === Number(String(options.family).replace('IPv', '')));
        const internal = guarded ? found.find((a) => isInternalAddress(a.address)) : undefined;
        const [first] = wanted;
        if (internal) callback(new AddressRefused(refusal(host, internal.address)), '', 0);
        else if (!first) callback(Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), '', 0);
        else if (options.all) callback(null, wanted.map((a) => ({ address: a.address, family: a.family })));
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), '', 0),
    );
  };
}
