/** Plain style for the pages of the CI stand-in. */
export const STYLE = `
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.5 "Noto Sans", "DejaVu Sans", Roboto, Helvetica, Arial, sans-serif; color: #202124; }
a { color: #1a56b0; text-decoration: none; } a:hover { text-decoration: underline; }
header { background: #2f4f6f; color: #fff; padding: 10px 24px; } header a { color: #fff; font-weight: 600; }
main { padding: 12px 24px 60px; } h1 { font-size: 21px; } h2 { font-size: 16px; margin: 26px 0 2px; } h3 { font-size: 14px; margin: 16px 0 4px; overflow-wrap: anywhere; }
section:target { background: #fff8e1; box-shadow: inset 4px 0 #f0b429; padding-left: 12px; } section p { margin: 2px 0 8px; }
.muted { color: #5f6368; font-size: 12px; font-weight: 400; }
.badge { font-size: 11px; font-weight: 600; padding: 2px 8px; border-radius: 3px; color: #fff; background: #80868b; }
.badge.passing { background: #1e8e3e; } .badge.failing { background: #c5221f; } .badge.flaky { background: #8430ce; } .badge.stale { background: #b06000; } .badge.pending { background: #3367d6; }
.scroll { overflow-x: auto; } .grid { border-collapse: collapse; font-size: 12px; }
.grid th { text-align: left; font-weight: 400; max-width: 420px; min-width: 260px; padding: 2px 10px 2px 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; position: sticky; left: 0; background: #fff; }
.grid td { width: 26px; min-width: 26px; height: 22px; text-align: center; border: 1px solid #fff; color: #fff; } .grid td a { display: block; color: #fff; }
.grid .head td { color: #5f6368; font-size: 10px; line-height: 1.25; height: 74px; vertical-align: bottom; } .head span { writing-mode: vertical-rl; transform: rotate(180deg); }
.strip { display: inline-flex; gap: 2px; vertical-align: middle; } .strip a { width: 14px; height: 16px; border-radius: 2px; display: inline-block; }
.c0 { background: #f1f3f4; } .c1, .c2, .c3, .c15 { background: #2fa84f; } .c4, .c5 { background: #c9ced3; } .c9, .c10, .c11, .c12, .c14 { background: #d93025; } .c13 { background: #a142f4; } .c6, .c7, .c8 { background: #9aa0a6; }
.plain { border-collapse: collapse; } .tab { margin-right: 18px; white-space: nowrap; } .plain td { padding: 5px 16px 5px 0; border-bottom: 1px solid #eee; vertical-align: top; }
pre { background: #f6f8fa; border: 1px solid #e3e6ea; border-radius: 4px; padding: 10px; margin: 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.5 "DejaVu Sans Mono", monospace; }
code { font: 12px "DejaVu Sans Mono", monospace; }
`;
