/**
 * Lines commented out at their first line's indentation, so that `uncommented` gives back every byte. A line that is not
 * indented as far takes its `#` at its very start.
 */
export function commentedOut(block: string, indent: string, leader: string): string {
  return block.split('\n').map((line) => {
    const [bare, end] = parted(line);
    if (bare.startsWith(indent) && bare.length > indent.length) return `${indent}${leader} ${bare.slice(indent.length)}${end}`;
    return bare === '' ? leader + end : `${leader} ${bare}${end}`;
  }).join('\n');
}

/** The reverse; null: a line is not as `commentedOut` left it. */
export function uncommented(block: string, indent: string, leader: string): string | null {
  const lines = block.split('\n').map((line) => {
    const [bare, end] = parted(line);
    if (bare.startsWith(`${indent}${leader} `)) return indent + bare.slice(indent.length + leader.length + 1) + end;
    if (bare.startsWith(`${leader} `)) return bare.slice(leader.length + 1) + end;
    return bare === leader ? end : null;
  });
  return lines.includes(null) ? null : lines.join('\n');
}

const parted = (line: string): readonly [string, string] => line.endsWith('\r') ? [line.slice(0, -1), '\r'] : [line, ''];
