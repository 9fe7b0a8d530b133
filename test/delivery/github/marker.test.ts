import { describe, expect, it } from 'vitest';
import { commentMarkId, createMarkers, issueMark, issueMarkId, issueOwner } from '../../../src/delivery/github/marker.ts';

const markers = createMarkers(['key one']);

describe('a marker', () => {
  it('is a hidden comment with kind, id and a signature of at least 128 bits', () => {
    expect(markers.sign('incident', 'a-b.1.2', 7)).toMatch(/^<!-- archsignal:incident:a-b\.1\.2:[0-9a-f]{40} -->$/);
  });

  it('is read back out of any text, with line ends of any kind', () => {
    const text = `words\r\n${markers.sign('comment', 'x.1.4', 7)}\r\nmore ${markers.sign('comment', 'x.1.5', 7)}`;
    expect(markers.read(text, 'comment', 7)).toEqual(['x.1.4', 'x.1.5']);
  });

  it('does not hold for another kind, id or repository, or another key', () => {
    const signed = markers.sign('incident', 'x.1.1', 7);
    expect(markers.read(signed, 'comment', 7)).toEqual([]);
    expect(markers.read(signed, 'incident', 8)).toEqual([]);
    expect(markers.read(signed.replace('x.1.1', 'x.1.2'), 'incident', 7)).toEqual([]);
    expect(markers.read(signed.replace(':incident:', ':comment:'), 'comment', 7)).toEqual([]);
    expect(createMarkers(['key two']).read(signed, 'incident', 7)).toEqual([]);
    expect(markers.read(signed.replace(/.{6} -->/, ' -->'), 'incident', 7)).toEqual([]);
  });

  it('holds under an earlier key, and is signed with the first', () => {
    const both = createMarkers(['key two', 'key one']);
    expect(both.read(markers.sign('incident', 'x.1.1', 7), 'incident', 7)).toEqual(['x.1.1']);
    expect(markers.read(both.sign('incident', 'x.1.1', 7), 'incident', 7)).toEqual([]);
  });

  it('cannot be made without a key, or with an id that would break out of it', () => {
    expect(() => createMarkers([])).toThrow('MARKER_SECRET');
    expect(() => createMarkers([''])).toThrow('MARKER_SECRET');
    expect(() => markers.sign('incident', 'x --> y', 7)).toThrow();
  });

  it('names an incident\'s issue with its generation and the facts that it told', () => {
    expect(issueMark(issueMarkId('a-b', 2, 5))).toEqual({ owner: issueOwner('a-b', 2), facts: 5 });
    expect(issueMark(issueMarkId('strange/id:with.dots', 1, 0))).toEqual({ owner: issueOwner('strange/id:with.dots', 1), facts: 0 });
    expect(issueMark(commentMarkId('a-b', 1, 'duplicate-of-3'))).toBeNull();
    expect(issueOwner('a', 1)).not.toBe(issueOwner('a', 2));
  });
});
