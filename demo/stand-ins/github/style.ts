/** Plain style for the pages of the GitHub stand-in. */
export const STYLE = `
:root { --line: #d1d9e0; --muted: #59636e; --soft: #f6f8fa; }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", Helvetica, Arial, "Noto Color Emoji", sans-serif; color: #1f2328; background: #fff; }
a { color: #0969da; text-decoration: none; } a:hover { text-decoration: underline; }
header { padding: 12px 24px; background: var(--soft); border-bottom: 1px solid var(--line); }
main { max-width: 1180px; margin: 0 auto; padding: 20px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; font-weight: 500; margin: 8px 0; overflow-wrap: anywhere; }
.number, .muted { color: var(--muted); } .number { font-weight: 300; } .muted { font-weight: 400; font-size: 12px; }
.state-line { color: var(--muted); padding-bottom: 14px; border-bottom: 1px solid var(--line); }
.state { display: inline-block; padding: 4px 12px; border-radius: 2em; color: #fff; font-weight: 500; margin-right: 6px; }
.state.open, .dot.open { background: #1f883d; } .state.closed, .dot.closed, .state.merged, .dot.merged { background: #8250df; }
.file { margin: 16px 0 4px; font-family: ui-monospace, "DejaVu Sans Mono", monospace; } .added { background: #dafbe1; } .removed { background: #ffebe9; }
.ok { color: #1f883d; } .red { color: #cf222e; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 230px; gap: 24px; }
@media (max-width: 800px) { .columns { grid-template-columns: minmax(0, 1fr); } }
article { border: 1px solid var(--line); border-radius: 6px; margin: 16px 0; }
article:target { border-color: #0969da; box-shadow: 0 0 0 2px #0969da44; }
article > h3 { margin: 0; padding: 8px 14px; font-size: 14px; font-weight: 400; background: var(--soft); border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; }
.bot { font-size: 11px; color: var(--muted); border: 1px solid var(--line); border-radius: 2em; padding: 0 6px; }
.markdown { padding: 4px 16px 8px; overflow-wrap: anywhere; }
.markdown table { border-collapse: collapse; display: block; overflow-x: auto; margin: 12px 0; overflow-wrap: normal; }
.markdown th, .markdown td { border: 1px solid var(--line); padding: 5px 11px; text-align: left; } .markdown tr:nth-child(2n) { background: var(--soft); }
code { font: 85% ui-monospace, "DejaVu Sans Mono", Menlo, monospace; background: #818b981f; border-radius: 6px; padding: .15em .4em; }
pre { background: var(--soft); border-radius: 6px; padding: 12px; overflow-x: auto; line-height: 1.45; } pre code { background: none; padding: 0; }
pre.source { white-space: pre-wrap; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
blockquote { margin: 0; padding: 0 1em; color: var(--muted); border-left: .25em solid var(--line); }
details { margin: 10px 0; } summary { cursor: pointer; } .task { list-style: none; margin-left: -1.4em; }
hr { border: 0; border-top: 1px solid var(--line); margin: 18px 0; }
.mention { font-weight: 600; }
.event { margin: 10px 0 10px 18px; padding-left: 14px; border-left: 2px solid var(--line); }
.reactions { padding: 0 16px 6px; margin: 0; } .reactions span { border: 1px solid var(--line); border-radius: 2em; padding: 2px 8px; margin-right: 6px; }
aside h4 { margin: 16px 0 4px; font-size: 12px; color: var(--muted); } aside p { margin: 0; padding-bottom: 12px; border-bottom: 1px solid var(--line); }
.ping { display: block; margin-bottom: 6px; font-weight: 600; overflow-wrap: anywhere; }
.label { display: inline-block; font-size: 12px; font-weight: 500; padding: 0 9px; border-radius: 2em; line-height: 20px; border: 1px solid #1f232826; white-space: nowrap; margin: 0 4px 3px 0; }
.tabs { margin-bottom: 10px; } .tabs a { margin-right: 14px; color: var(--muted); } .tabs a.on { color: #1f2328; font-weight: 600; }
.list, .plain { list-style: none; margin: 0; padding: 0; } .list { border: 1px solid var(--line); border-radius: 6px; } .plain li { padding: 6px 0; }
.row { display: grid; grid-template-columns: 18px minmax(0, 1fr) auto; gap: 8px; padding: 10px 14px; border-bottom: 1px solid var(--line); } .row:last-child { border: 0; }
.row .title { color: #1f2328; font-weight: 600; font-size: 15px; overflow-wrap: anywhere; } .count { color: var(--muted); }
.dot { width: 10px; height: 10px; border-radius: 50%; margin-top: 6px; }
.empty { padding: 28px; text-align: center; color: var(--muted); }
`;
