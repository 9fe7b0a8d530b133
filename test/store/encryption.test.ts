import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silent } from '../../src/store/engine.ts';
import { messageOf } from '../../src/store/errors.ts';
import { reachPostgres } from '../../src/store/open.ts';

/** Of these tests alone: signed by itself, for `db.internal`. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBZjCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAtkYi5pbnRl
cm5hbDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFjEUMBIGA1UE
AwwLZGIuaW50ZXJuYWwwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS8BUDpW/Sb
k7SlIi/FINvVSfNERViw9wMdkG6cWbY6N1HxyGrcUyb80t3AhNBVT+XtyAvEfh9Q
XhVVSEB4Z7Deo0owSDAPBgNVHRMBAf8EBTADAQH/MBYGA1UdEQQPMA2CC2RiLmlu
dGVybmFsMB0GA1UdDgQWBBQkd7O/U1FgPeKWO3A8V6nGUeSHfjAKBggqhkjOPQQD
AgNHADBEAiAQe8x/uzSH2nWp6O5YtTqaqaAfo59zkZk82Y8kfoQlmQIgQvj1gr90
aEG3q98TOVY4lHCl4R0au/KrBMhup89Zm/w=
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDRwpkXIWX0kE6JzX
jtYCc9aKhl9BTH6QHYpZiyCm9+ihRANCAAS8BUDpW/Sbk7SlIi/FINvVSfNERViw
9wMdkG6cWbY6N1HxyGrcUyb80t3AhNBVT+XtyAvEfh9QXhVVSEB4Z7De
-----END PRIVATE KEY-----`;

/** What a server says to somebody whom it has heard: that they may not come in. */
const REFUSAL = ((fields: string): Buffer => {
  const body = Buffer.from(fields);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
})('SFATAL\0VFATAL\0C28000\0Mheard you\0\0');

const SSL_REQUEST = 80_877_103;
const servers: Server[] = [];
const folder = mkdtempSync(join(tmpdir(), 'archsignal-tls-'));
const ca = join(folder, 'ca.pem');

/** A PostgreSQL of which nothing is there but its door; `encrypts`: whether it can. */
async function door(encrypts: boolean): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => { /* whoever does not trust it hangs up */ });
    socket.once('data', (first) => {
      if (first.readInt32BE(4) !== SSL_REQUEST) return void socket.end(REFUSAL);
      socket.write(encrypts ? 'S' : 'N');
      if (!encrypts) return;
      const secure = new TLSSocket(socket, { isServer: true, cert: CERTIFICATE, key: KEY });
      secure.on('error', () => { /* the same */ });
      secure.once('data', () => secure.end(REFUSAL));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return (server.address() as AddressInfo).port;
}

let [encrypting, plain] = [0, 0];
beforeAll(async () => {
  writeFileSync(ca, CERTIFICATE);
  [encrypting, plain] = [await door(true), await door(false)];
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

/** What somebody reads who starts with this address; `heard you`: it got as far as PostgreSQL itself. */
const said = async (port: number, query: string): Promise<string> => reachPostgres(`postgres://me@127.0.0.1:${port}/db${query}`, silent).then(() => 'in', messageOf);

describe('sslmode in DATABASE_URL', () => {
  it.each(['require', 'prefer', 'no-verify', 'require&uselibpqcompat=true'])('%s encrypts and asks for no certificate, as with psql, and Node warns of nothing', async (mode) => {
    const warned: string[] = [];
    const hear = (w: Error): void => { warned.push(w.message); };
    process.on('warning', hear);
    expect(await said(encrypting, `?sslmode=${mode}`)).toContain('(heard you)');
    await new Promise((resolve) => { setImmediate(resolve); });
    process.off('warning', hear);
    expect(warned).toEqual([]);
  });

  it('verify-ca looks at who signed and not at the name, verify-full at both', async () => {
    expect(await said(encrypting, `?sslmode=verify-ca&sslrootcert=${ca}`)).toContain('(heard you)');
    expect(await said(encrypting, `?sslmode=verify-full&sslrootcert=${ca}`)).toMatch(/its certificate is for another name; use that one in DATABASE_URL, or sslmode=verify-ca/);
    expect(await said(encrypting, '?sslmode=verify-full')).toMatch(/nobody that this machine trusts has signed its certificate; name the file .*sslrootcert=/);
    expect(await said(encrypting, '?sslmode=verify-ca')).toMatch(/: name the file in DATABASE_URL: sslrootcert=/);
  });

  it('of a server that cannot encrypt is told, and so is one that lets in only who does', async () => {
    expect(await said(plain, '?sslmode=require')).toMatch(/let it encrypt, or take sslmode out of DATABASE_URL\.$/);
    expect(await said(plain, '')).toContain('(heard you): PostgreSQL does not let the role');
  });
});
