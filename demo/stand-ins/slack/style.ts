/** Plain style for the pages of the Slack stand-in. */
export const STYLE = `
:root { --line: #e2e2e4; --muted: #616061; }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 240px minmax(0, 1fr); min-height: 100vh; font: 15px/1.47 Lato, "Noto Sans", "DejaVu Sans", Helvetica, Arial, "Noto Color Emoji", sans-serif; color: #1d1c1d; }
a { color: #1264a3; text-decoration: none; } a:hover { text-decoration: underline; }
nav { background: #4a154b; padding: 14px 10px; } nav h2 { margin: 0 8px 14px; font-size: 17px; } nav a { color: #fff; } nav > a { display: block; padding: 4px 10px; border-radius: 6px; color: #e3d7e4; overflow-wrap: anywhere; }
nav > a.on { background: #ffffff2e; color: #fff; } nav small { float: right; opacity: .7; }
@media (max-width: 700px) { body { grid-template-columns: minmax(0, 1fr); } nav { min-height: 0; } }
header { padding: 12px 24px; border-bottom: 1px solid var(--line); } h1 { font-size: 19px; margin: 0; } header p { margin: 0; }
.channels { list-style: none; padding: 10px 24px; } .channels li { padding: 6px 0; }
.messages { padding: 12px 24px 60px; max-width: 980px; } section { margin-bottom: 6px; }
article { display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: 10px; padding: 8px; border-radius: 8px; }
article.target, article:target { background: #fff8e1; box-shadow: inset 3px 0 #ecb22e; }
.face { width: 36px; height: 36px; border-radius: 6px; background: #7c8a97; color: #fff; display: grid; place-items: center; font-weight: 700; } .face.app { background: #1264a3; }
.who { margin: 0; } .muted { color: var(--muted); font-size: 12px; font-weight: 400; } .bot { font-size: 10px; background: #e8e8e8; color: var(--muted); border-radius: 3px; padding: 1px 4px; vertical-align: 2px; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; } .said h3 { margin: 4px 0; font-size: 17px; }
.section { display: flex; justify-content: space-between; gap: 16px; margin: 2px 0; } .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 16px; }
.context { color: var(--muted); font-size: 13px; margin: 2px 0; overflow-wrap: anywhere; }
.actions { margin: 6px 0; display: flex; gap: 8px; flex-wrap: wrap; } .button { border: 1px solid #bbb; border-radius: 6px; padding: 4px 12px; font-weight: 700; font-size: 13px; color: #1d1c1d; height: fit-content; white-space: nowrap; }
.button.primary { background: #007a5a; border-color: #007a5a; color: #fff; } .button.danger { color: #e01e5a; border-color: #e01e5a; }
select.button { background: #fff; font: inherit; font-weight: 700; font-size: 13px; } label { display: block; margin: 8px 0; } textarea { display: block; width: 100%; height: 90px; margin: 4px 0; border: 1px solid #bbb; border-radius: 6px; } .modal { max-width: 560px; }
code, pre { font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; background: #f8f8f8; border: 1px solid var(--line); border-radius: 4px; } code { padding: 1px 4px; color: #c01343; } pre { padding: 8px; margin: 4px 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote { margin: 2px 0; padding-left: 12px; border-left: 4px solid #ddd; } hr { border: 0; border-top: 1px solid var(--line); margin: 10px 0; }
.ping { background: #1d9bd11a; color: #1264a3; border-radius: 3px; padding: 0 3px; } .ref { color: #1264a3; }
details { margin-top: 2px; } summary { cursor: pointer; } .before { border-left: 2px solid var(--line); margin: 6px 0; padding-left: 10px; opacity: .75; } .before p { margin: 0; }
.thread { margin-left: 54px; border-left: 2px solid var(--line); padding-left: 6px; } .thread > p { margin: 0 8px; }
.reactions { margin: 4px 0 0; } .reactions span { border: 1px solid var(--line); border-radius: 12px; padding: 1px 8px; margin-right: 6px; font-size: 12px; background: #f8f8f8; }
`;
