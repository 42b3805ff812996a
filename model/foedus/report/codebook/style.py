"""The style sheet of the HTML codebook, in the colours of the report."""

from __future__ import annotations

from foedus.report import palette

TONES = {"empirical": palette.UP, "elicited": palette.ACCENT, "assumed": palette.WARNING}

_SHEET = """
:root{--ink:INK;--grey:GREY;--rule:RULE;--accent:ACCENT;--faint:FAINT}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:15px/1.5 Inter,"Noto Sans KR","Noto Sans CJK KR","Apple SD Gothic Neo",
"Malgun Gothic",system-ui,sans-serif;display:grid;grid-template-columns:290px minmax(0,1fr);word-break:keep-all;overflow-wrap:anywhere}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:22px 20px;border-right:1px solid var(--rule);background:var(--faint);font-size:13px}
nav h2{font-size:13px;margin:16px 0 4px;border:0;padding:0}
nav ul{list-style:none;margin:0;padding:0}
nav li{margin:3px 0}
nav a{color:var(--ink);text-decoration:none}
a{color:var(--accent);text-decoration:none}
a:hover,nav a:hover{text-decoration:underline}
main{padding:34px 44px 60px;max-width:1080px}
h1{font-size:32px;line-height:1.2;margin:0}
h2{font-size:22px;margin:52px 0 6px;line-height:1.25}
h3{font-size:16px;margin:0}
.two h2{font-size:16px;margin:0}
.version{color:var(--accent);font-weight:600;margin:6px 0 18px}
.lead{background:var(--faint);border-left:4px solid var(--accent);padding:14px 18px;font-size:17px}
.note,small{color:var(--grey);font-size:12.5px;line-height:1.45}
.note{margin:4px 0 12px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:34px;margin-top:24px}
.flow{columns:2 300px;column-gap:34px}
.flow section{break-inside:avoid;margin:0 0 22px}
.flow p{margin:5px 0}
.bases{margin:8px 0}.bases dt{font-weight:600;margin-top:8px}.bases dd{margin:0}
.mark{display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:6px;background:currentColor}
.chip{float:right;font-size:13px;font-weight:600}
.levels{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:14px;margin:12px 0 22px;font-size:13px}
.levels div{border-left:3px solid #A9B9CE;padding-left:9px}
code{font:500 12.5px Inter,ui-sans-serif,system-ui,sans-serif;color:var(--accent)}
article{border-top:2px solid var(--ink);padding-top:10px;margin:30px 0;scroll-margin-top:12px}
article>header{display:flex;justify-content:space-between;align-items:baseline;gap:16px;flex-wrap:wrap}
.body{display:grid;grid-template-columns:minmax(0,1fr) 250px;gap:30px;margin-top:8px}
.definition{margin:0 0 10px}
.lists{display:grid;grid-template-columns:112px minmax(0,1fr);gap:8px 12px;margin:0 0 14px;font-size:14px}
.lists dt,.bases dt{font-weight:600}.lists dt{color:var(--grey);font-size:13px}.lists dd{margin:0}
.lists .include{color:UP}.lists .exclude{color:DOWN}
aside{background:var(--faint);padding:12px 14px;font-size:13px;align-self:start}
aside dl{margin:0}aside dt{color:var(--grey);font-size:11.5px;margin-top:9px}aside dt:first-child{margin:0}aside dd{margin:0}
figure{margin:12px 0 0;border-top:1px solid var(--rule);padding-top:8px}
table{border-collapse:collapse;width:100%}
.rows td{padding:0 8px 0 0;height:20px;font-size:13.5px}.rows td:nth-child(2){width:280px}.rows th{text-align:left;font-size:13px;padding-top:6px}
.n{font-variant-numeric:tabular-nums;white-space:nowrap;min-width:120px}
.plain{font-size:13.5px;margin:6px 0 0}
.plain th,.plain td{text-align:left;vertical-align:top;padding:4px 14px 4px 0;border-top:1px solid var(--rule)}
.plain thead th{color:var(--grey);font-weight:400;font-size:12px;border-top:2px solid var(--ink)}
svg{display:block}svg line.tick{stroke:var(--rule)}svg line.one{stroke:var(--grey);stroke-width:1.5}
svg line.band{stroke:currentColor;stroke-width:2.5}svg circle{fill:currentColor;stroke:#fff;stroke-width:1.5}svg path{fill:currentColor}
.scale text{font-size:10.5px;fill:var(--grey)}
.warning{background:WARNING_TINT;color:WARNING;font-weight:600;padding:8px 12px}
.index{columns:3 220px;column-gap:30px;font-size:13px}.index div{break-inside:avoid;margin-bottom:10px}
footer{margin-top:50px;color:var(--grey);font-size:12px;border-top:1px solid var(--rule);padding-top:8px}
.accent{color:var(--accent)}TONES
@media(max-width:900px){body{display:block}nav{position:static;height:auto}main{padding:24px 18px}.body{grid-template-columns:1fr}}
@media print{body{display:block;font-size:11px}nav{display:none}article,figure{break-inside:avoid}}
"""


def _filled() -> str:
    tones = "".join(f".{basis}{{color:{color}}}" for basis, color in TONES.items())
    sheet = _SHEET.replace("TONES", tones)
    for name in ("WARNING_TINT", "WARNING", "FAINT", "ACCENT", "INK", "GREY", "RULE", "DOWN", "UP"):
        sheet = sheet.replace(name, getattr(palette, name))
    return sheet


STYLE = _filled()
