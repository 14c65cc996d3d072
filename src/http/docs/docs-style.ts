/** One file for all pages; light or dark as the reader's system is. */
export const DOCS_STYLE = `:root { color-scheme: light dark; --page: #fff; --side: #f4f6f5; --ink: #1b1f1d; --quiet: #58615c; --line: #d5dbd8;
  --accent: #06753c; --code: #eef1ef; --bad: #b3261e; --get: #0b5cad; --post: #06753c; --change: #8a4b00 }
@media (prefers-color-scheme: dark) { :root { --page: #141716; --side: #1a1e1c; --ink: #eceeed; --quiet: #a9b2ad; --line: #39413d;
  --accent: #4cc38a; --code: #232826; --bad: #ff8a80; --get: #7fb8f5; --post: #4cc38a; --change: #f0b061 } }
* { box-sizing: border-box }
[hidden] { display: none !important }
html { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; background: var(--page);
  color: var(--ink); -webkit-text-size-adjust: 100% }
body { margin: 0 }
a { color: var(--accent) }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
code { overflow-wrap: anywhere }
p code, dd code, h3 code { background: var(--code); padding: .1em .3em; border-radius: .25rem }
pre { background: var(--code); padding: 1rem; border-radius: .5rem; overflow: auto }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
header { position: sticky; top: 0; z-index: 1; display: flex; gap: .75rem; align-items: center; padding: .5rem 1rem;
  background: var(--side); border-bottom: 1px solid var(--line) }
.home { font-weight: 600; text-decoration: none; color: inherit; padding: .5rem 0; white-space: nowrap }
form { flex: 1; max-width: 32rem; min-width: 0 }
input { width: 100%; min-height: 2.75rem; padding: .375rem .75rem; font: inherit; color: inherit; background: var(--page);
  border: 1px solid var(--quiet); border-radius: .5rem }
nav h2 { margin: 1rem 1rem .25rem; font-size: .875rem; color: var(--quiet) }
nav ul { list-style: none; margin: 0; padding: 0 }
nav li a { display: block; padding: .5rem 1rem; text-decoration: none; color: inherit; border-left: 3px solid transparent;
  overflow-wrap: anywhere }
nav li a:hover { background: var(--code) }
nav [aria-current] { border-color: var(--accent); background: var(--code) }
.summary { display: block; font-size: .875rem; color: var(--quiet) }
.path { font-size: .9375rem }
.method { font: 600 .75rem/1.5 ui-monospace, Menlo, Consolas, monospace; color: var(--change) }
.method.get { color: var(--get) }
.method.post { color: var(--post) }
.method.delete { color: var(--bad) }
.none, .quiet, .type, .limits { color: var(--quiet) }
.none { padding: 0 1rem }
main { padding: 0 1rem 3rem; min-width: 0 }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 1.25rem 0 .5rem }
h2 { font-size: 1.125rem; margin: 2rem 0 .5rem }
h3 { font-size: 1rem; font-weight: 400; margin: .75rem 0 .25rem }
.address code { font-size: 1rem }
.members { margin: 0; border-top: 1px solid var(--line) }
dt { padding-top: .625rem }
dt code { font-weight: 600 }
.type, .needed, .limits { font-size: .8125rem }
.needed { color: var(--bad); white-space: nowrap }
dd { margin: 0; padding-bottom: .625rem; border-bottom: 1px solid var(--line) }
.limits { margin: .25rem 0 0 }
.limits span { margin-right: .75rem }
summary { cursor: pointer; padding: .375rem 0; color: var(--accent); font-size: .875rem }
details details, dd details, li details { border-left: 2px solid var(--line); padding-left: .75rem }
.choices { padding-left: 1.25rem }
.answer { border-bottom: 1px solid var(--line); padding-bottom: .5rem }
.status { font-weight: 600 }
.status.good { color: var(--accent) }
.status.bad { color: var(--bad) }
.operation nav { display: none }
.searching nav { display: block }
.index main p { max-width: 46rem }
@media (min-width: 60rem) {
  .columns { display: grid; grid-template-columns: 22rem minmax(0, 56rem); }
  .columns nav, .operation nav { display: block; position: sticky; top: 3.8rem; height: calc(100vh - 3.8rem); overflow-y: auto;
    background: var(--side); border-right: 1px solid var(--line); padding-bottom: 2rem }
  main { padding: 0 2rem 3rem }
}
@media (max-width: 59.99rem) {
  .index .columns { display: flex; flex-direction: column-reverse }
  .searching main { display: none }
}
`;
