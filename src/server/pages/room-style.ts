/** The page's style. All pairs of text and ground have a contrast of 4.5:1 or more in both schemes (WCAG 2.2 AA, tested). */
export const roomColours = {
  light: {
    ground: '#f5f3ee',
    card: '#ffffff',
    ink: '#1d1f1c',
    soft: '#565b54',
    line: '#dcd8ce',
    accent: '#1f5f4a',
    onAccent: '#ffffff',
    tint: '#e6efe9',
    warn: '#8a4b08',
    warnTint: '#fbeedd',
  },
  dark: {
    ground: '#10130f',
    card: '#191d18',
    ink: '#eceee8',
    soft: '#a9b0a5',
    line: '#2e352d',
    accent: '#8fd3b6',
    onAccent: '#0c2219',
    tint: '#1d2c25',
    warn: '#f0b774',
    warnTint: '#2e2415',
  },
} as const;

function variables(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}

export const roomStyle = `
:root{color-scheme:light dark;${variables(roomColours.light)}}
@media (prefers-color-scheme:dark){:root{${variables(roomColours.dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;grid-template-rows:1fr auto;background:var(--ground);color:var(--ink);
font:1rem/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{display:grid;align-content:center;padding:clamp(1rem,4vw,3rem) 1rem;width:100%;max-width:36rem;margin:0 auto}
.card{background:var(--card);border:1px solid var(--line);border-radius:1.25rem;padding:clamp(1.5rem,5vw,2.75rem);
box-shadow:0 1px 2px rgb(0 0 0/.04),0 12px 40px -16px rgb(0 0 0/.18)}
.badge{display:inline-flex;align-items:center;gap:.55rem;margin:0 0 1.1rem;padding:.25rem .8rem .25rem .65rem;border-radius:99rem;background:var(--tint);
color:var(--accent);font-size:.8125rem;font-weight:600;letter-spacing:.01em}
.dot{width:.55rem;height:.55rem;border-radius:50%;background:currentColor}
[data-state=waiting] .dot,[data-state=rebuilding] .dot,[data-state=scheduled] .dot{animation:breathe 2.6s ease-in-out infinite}
@keyframes breathe{50%{opacity:.25;transform:scale(.75)}}
.warn .badge{background:var(--warnTint);color:var(--warn)}
h1{margin:0;font-size:clamp(1.6rem,6vw,2.15rem);line-height:1.15;letter-spacing:-.022em;font-weight:680;text-wrap:balance}
.lead{margin:.65rem 0 0;color:var(--soft);text-wrap:pretty}
.place{margin:1.9rem 0 0;display:flex;align-items:baseline;gap:.8rem;flex-wrap:wrap}
.place b{font-size:clamp(3.6rem,19vw,5.5rem);line-height:.95;letter-spacing:-.045em;font-weight:700;font-variant-numeric:tabular-nums;color:var(--accent)}
.place span{color:var(--soft)}
.facts{margin:1.6rem 0 0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1px;background:var(--line);
border:1px solid var(--line);border-radius:.9rem;overflow:hidden}
.facts div{background:var(--card);padding:.8rem 1rem}
dt{color:var(--soft);font-size:.8125rem}
dd{margin:.1rem 0 0;font-weight:600;font-variant-numeric:tabular-nums}
form{margin:1.7rem 0 0}
label{display:block;font-weight:600;font-size:.9375rem;margin-bottom:.4rem}
input{width:100%;min-height:3rem;padding:.6rem .9rem;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:.75rem}
button{appearance:none;width:100%;min-height:3.25rem;margin-top:1rem;padding:.7rem 1.4rem;border:0;border-radius:.85rem;background:var(--accent);color:var(--onAccent);
font:inherit;font-weight:650;font-size:1.0625rem;cursor:pointer;transition:filter .15s}
button:hover{filter:brightness(1.08)}
button[disabled]{opacity:.6;cursor:progress}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
h1:focus{outline:none}
.result{margin:1.2rem 0 0;padding:.9rem 1.1rem;border-radius:.85rem;background:var(--tint);overflow-wrap:anywhere}
[hidden]{display:none!important}
.result.bad{background:var(--warnTint)}
.result code,.pass code{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
details{margin:1.2rem 0 0;color:var(--soft);font-size:.875rem}
summary{cursor:pointer;padding:.35rem 0;border-radius:.4rem}
.steps{list-style:none;margin:2rem 0 0;padding:1.4rem 0 0;border-top:1px solid var(--line);display:grid;gap:.7rem;color:var(--soft);font-size:.9375rem}
.steps li{display:grid;grid-template-columns:1.6rem 1fr;gap:.75rem;align-items:start}
.steps i{font-style:normal;font-size:.75rem;font-weight:700;width:1.6rem;height:1.6rem;display:grid;place-items:center;border-radius:50%;border:1.5px solid currentColor}
.steps [aria-current]{color:var(--ink);font-weight:600}
.steps [aria-current] i{background:var(--accent);border-color:var(--accent);color:var(--onAccent)}
.steps .done i{border-color:var(--accent);color:var(--accent)}
footer{padding:0 1rem 1.5rem;text-align:center;color:var(--soft);font-size:.8125rem}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
@media (forced-colors:active){.dot,.steps i{forced-color-adjust:none}}
`;
