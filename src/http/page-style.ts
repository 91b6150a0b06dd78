/** The one style sheet of our pages: a phone held upright first, a card in the middle of larger screens. */
export const pageStyle = `
:root { --green: #07c160; --ink: #191919; --soft: #767676; --paper: #fff; --ground: #ededed; --line: #e5e5e5; --red: #d84343; }
@media (prefers-color-scheme: dark) {
  :root { --green: #06ad56; --ink: #e6e6e6; --soft: #9a9a9a; --paper: #1e1e1e; --ground: #111; --line: #333; --red: #f06a6a; }
}
* { box-sizing: border-box; margin: 0; }
html { -webkit-text-size-adjust: 100%; }
body {
  min-height: 100vh; min-height: 100dvh; display: flex; background: var(--paper); color: var(--ink);
  font: 17px/1.6 system-ui, -apple-system, PingFang SC, Hiragino Sans GB, Microsoft YaHei, Noto Sans CJK SC, sans-serif;
  -webkit-font-smoothing: antialiased;
}
main {
  width: 100%; padding: 72px 32px calc(40px + env(safe-area-inset-bottom)); display: flex; flex-direction: column;
  align-items: center; text-align: center;
}
h1, p { text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: 22px; line-height: 1.4; font-weight: 600; max-width: 100%; }
p { margin-top: 12px; color: var(--soft); max-width: 30em; }
.small { font-size: 14px; }
.mark {
  position: relative; width: 88px; height: 88px; margin-bottom: 28px; border-radius: 50%; overflow: hidden; flex: none;
  display: flex; align-items: center; justify-content: center; color: #fff; background: var(--green);
  font-size: 36px; font-weight: 600; line-height: 1;
}
.mark.square { border-radius: 16px; }
.mark.bad { background: var(--red); }
.mark img { position: absolute; width: 100%; height: 100%; object-fit: cover; }
.notice { margin: 24px 0 0; padding: 10px 16px; border: 1px solid var(--line); border-radius: 8px; font-size: 15px; color: var(--ink); }
.actions { width: 100%; max-width: 320px; margin-top: auto; padding-top: 56px; }
.button {
  display: block; width: 100%; padding: 12px 16px; border: 0; border-radius: 8px; cursor: pointer; font: inherit; font-weight: 500;
  text-align: center; text-decoration: none; color: #fff; background: var(--green);
}
.button.second { color: var(--ink); background: var(--ground); }
.button:active { opacity: .8; }
.button:focus-visible { outline: 3px solid var(--green); outline-offset: 3px; }
dl { width: 100%; max-width: 320px; margin-top: 32px; border-top: 1px solid var(--line); }
dl div { display: flex; justify-content: space-between; gap: 16px; padding: 14px 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); flex: none; }
dd { text-align: right; overflow-wrap: anywhere; }
@media (min-width: 600px) {
  body { background: var(--ground); align-items: center; justify-content: center; padding: 32px; }
  main { width: 440px; padding: 56px 48px 48px; background: var(--paper); border-radius: 16px; }
  .actions { padding-top: 40px; }
}
`
