import { plotStyle } from '../../plot/plot-style.ts';

/** Of the report's page: the colours are those of its plots, so that light, dark and paper are decided in one place. */
export const reportStyle = `${plotStyle}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--plot-ground);color:var(--plot-ink);
font:15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1008px;margin:0 auto;padding:32px 24px 48px}
h1{margin:0;font-size:28px;line-height:1.2;letter-spacing:-.015em;text-wrap:balance}
h2{margin:40px 0 12px;font-size:19px;letter-spacing:-.01em}
p{margin:6px 0;max-width:75ch;text-wrap:pretty}
.soft{color:var(--plot-soft)}
.verdict{display:flex;gap:12px;align-items:baseline;margin:20px 0 0;padding:14px 18px;border:1.5px solid var(--tone);border-left-width:8px;border-radius:6px}
.verdict b{font-size:18px;white-space:nowrap}
.verdict ul{margin:6px 0 0;padding-left:18px}
.passed{--tone:var(--plot-s3)}.failed{--tone:var(--plot-s2)}.inconclusive{--tone:var(--plot-s5)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:12px;margin:20px 0 0}
.facts div{border-top:2px solid var(--plot-grid);padding-top:8px}
dl{margin:0}dt{color:var(--plot-soft);font-size:13px}dd{margin:0;font-size:20px;font-weight:600;overflow-wrap:anywhere}
dd small{display:block;font-size:13px;font-weight:400;color:var(--plot-soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:600;color:var(--plot-soft);font-size:13px;vertical-align:bottom}
th,td{padding:5px 12px 5px 0;border-bottom:1px solid var(--plot-grid);overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
th:last-child,td:last-child{padding-right:0}
td.bad{font-weight:600}
.about th{width:190px;font-weight:400}
figure{margin:0 0 26px}
code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
footer{margin-top:40px;padding-top:12px;border-top:1px solid var(--plot-grid);color:var(--plot-soft);font-size:13px}
@page{margin:14mm}
@media print{main{padding:0;max-width:none}body{font-size:11pt}h2{break-after:avoid;margin-top:24px}
figure,tr,.verdict,.facts div{break-inside:avoid}.scroll{overflow:visible}table{font-size:9.5pt}}
`;
