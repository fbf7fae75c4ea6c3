/* report/html_style.c - the look of the page, in one place: quiet and typographic, hairlines instead of
 * boxes, colours that the colour-blind can tell apart, with steps of their own in the dark and plain ink on
 * paper. */
#include "report/render.h"

/* In pieces, since C promises no more than 4095 characters to a literal. */
/* clang-format off */
static const char *const style[] = {
    ":root{color-scheme:light dark;--bg:#fff;--ink:#1b1f24;--mut:#57606a;--rule:#d9dee3;--band:#e8f0f6;"
    "--soft:#f5f7f8;--tilt:#d55e00;--und:#6b6b6b;--lev:#0072b2;--s1:#0072b2;--s2:#b34700;--s3:#6a3d9a;"
    "--s4:#7a5c00;--s5:#00707a;--s6:#a8326e}"
    "@media (prefers-color-scheme:dark){:root{--bg:#14171a;--ink:#e8ebee;--mut:#a3adb7;--rule:#30373e;"
    "--band:#1f2d37;--soft:#1c2125;--tilt:#ff8a3d;--und:#b0b0b0;--lev:#56b4e9;--s1:#56b4e9;--s2:#ff9e5e;"
    "--s3:#c4a1f0;--s4:#e0b84c;--s5:#4cc7d1;--s6:#f08cbb}}*{box-sizing:border-box}"
    "html{-webkit-text-size-adjust:100%}"
    "body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,\"Segoe UI\","
    "Roboto,\"Noto Sans\",\"Helvetica Neue\",Arial,sans-serif;font-variant-numeric:tabular-nums;"
    "overflow-wrap:break-word}.skip{position:absolute;left:-999px}"
    ".skip:focus{left:12px;top:12px;padding:6px 12px;background:var(--bg);outline:2px solid var(--lev);z-index:3}"
    "header,main,footer{max-width:1136px;margin:0 auto;padding:0 28px}header{padding-top:48px}"
    "main{padding-bottom:40px}"
    "footer{padding-top:14px;padding-bottom:56px;color:var(--mut);font-size:14px;border-top:1px solid var(--rule)}"
    "h1{font-size:30px;line-height:1.2;margin:0 0 8px;letter-spacing:-.01em;overflow-wrap:anywhere}"
    "h2{font-size:21px;line-height:1.3;margin:56px 0 10px;padding-top:16px;border-top:1px solid var(--rule)}"
    "#short h2{border:0;padding:0;margin-top:30px}h3{font-size:16px;line-height:1.4;margin:34px 0 4px;max-width:75ch}"
    "p{max-width:75ch;margin:8px 0}.meta,.note{color:var(--mut)}.note{font-size:14px}"
    "a{color:inherit;text-decoration-color:var(--mut);text-underline-offset:3px}"
    "a:hover{text-decoration-color:currentColor}:focus-visible{outline:2px solid var(--lev);outline-offset:2px}"
    ".strip{display:flex;flex-wrap:wrap;gap:8px 30px;margin:22px 0 6px;padding:0;list-style:none;font-size:18px}"
    ".strip a{text-decoration:none}.strip a:hover{text-decoration:underline}.strip .m{width:15px;height:15px}"
    ".toc{margin:12px 0 0;font-size:14px;color:var(--mut);display:flex;flex-wrap:wrap;gap:2px 18px;padding:0;"
    "list-style:none}.toc a{text-decoration:none}.toc a:hover{text-decoration:underline}"
    ".m{width:12px;height:12px;display:inline-block;vertical-align:-1px;margin-right:3px;overflow:visible}"
    "ol.short{margin:14px 0 0;padding-left:24px;max-width:76ch}ol.short li{margin:10px 0;padding-left:2px}"
    "ul.says,ul.checks{list-style:none;padding:0;margin:12px 0;max-width:80ch}"
    "ul.says li{margin:8px 0;padding-left:22px;position:relative}ul.says .m{position:absolute;left:0;top:7px}"
    "ul.says li:not(.k)::before{content:\"\";position:absolute;left:4px;top:11px;width:5px;height:5px;"
    "border-radius:50%;background:var(--rule)}"
    "ul.checks li{padding:7px 0 7px 26px;border-bottom:1px solid var(--rule);position:relative}"
    "ul.checks .m{position:absolute;left:2px;top:12px}.scroll{overflow-x:auto;margin:12px 0}"
    ".tall{max-height:85vh;overflow:auto}\n",
    /* tables */
    "table{border-collapse:collapse;width:100%;font-size:15px}"
    "caption{text-align:left;font-size:14px;color:var(--mut);padding:0 0 6px}"
    "th,td{padding:7px 12px 7px 0;text-align:right;border-bottom:1px solid var(--rule);vertical-align:middle}"
    "td,thead th{white-space:nowrap}th:last-child,td:last-child{padding-right:2px}"
    "thead th{color:var(--mut);font-weight:500;font-size:13px;vertical-align:bottom;white-space:normal;"
    "min-width:4.2em;background:var(--bg)}.tall thead th{position:sticky;top:0;z-index:1}"
    "th[scope=row]{font-weight:500;text-align:left;min-width:7em;max-width:22em;overflow-wrap:anywhere}"
    "th[scope=row].s{white-space:nowrap}"
    "td.l,th.l{text-align:left}td.w{white-space:normal;min-width:9em;max-width:24em;overflow-wrap:anywhere}"
    "td.p,th.p{padding:0 12px;text-align:left;width:244px}td.p svg,th.p svg{display:block}"
    ".ci{color:var(--mut);font-size:12.5px;display:block;line-height:1.25;white-space:nowrap}"
    ".na{color:var(--mut);white-space:normal}td.na{min-width:6em;font-size:13px}"
    "tr.foot th,tr.foot td{color:var(--mut)}tr.first td,tr.first th{border-top:2px solid var(--rule)}"
    "tbody tr:hover{background:var(--soft)}.v{display:block;white-space:normal;min-width:8em;max-width:12em;line-height:1.35}.v .k{white-space:nowrap}.v .s{display:block;font-size:13px;color:var(--mut)}\n",
    /* charts */
    "figure{margin:22px 0 10px;max-width:740px}figcaption{font-weight:600;margin-bottom:6px}"
    "figcaption span{display:block;font-weight:400;color:var(--mut);font-size:14px}"
    "figure svg{width:100%;min-width:620px;height:auto;display:block}svg text{font-family:inherit}.sm{font-size:12px}"
    ".bd{font-size:13px}.st{font-size:13px;font-weight:600}.ce{font-size:16px;font-weight:600}.f-none{fill:none}"
    ".f-ink{fill:var(--ink)}.f-mut{fill:var(--mut)}.f-rule{fill:var(--rule)}.f-band{fill:var(--band)}"
    ".f-paper{fill:var(--bg)}.f-tilt{fill:var(--tilt)}.f-und{fill:var(--und)}.f-lev{fill:var(--lev)}"
    ".e-ink{stroke:var(--ink)}.e-mut{stroke:var(--mut)}.e-rule{stroke:var(--rule)}.e-band{stroke:var(--band)}"
    ".e-paper{stroke:var(--bg)}.e-tilt{stroke:var(--tilt)}.e-und{stroke:var(--und)}.e-lev{stroke:var(--lev)}"
    ".f-s1{fill:var(--s1)}.e-s1{stroke:var(--s1)}.f-s2{fill:var(--s2)}.e-s2{stroke:var(--s2)}"
    ".f-s3{fill:var(--s3)}.e-s3{stroke:var(--s3)}.f-s4{fill:var(--s4)}.e-s4{stroke:var(--s4)}"
    ".f-s5{fill:var(--s5)}.e-s5{stroke:var(--s5)}.f-s6{fill:var(--s6)}.e-s6{stroke:var(--s6)}"
    ".grades{display:grid;grid-template-columns:auto 1fr;gap:4px 12px;font-size:14px;color:var(--mut);"
    "max-width:75ch;margin:20px 0 12px}"
    ".grades dt{border:1px solid var(--mut);border-radius:3px;width:21px;height:21px;text-align:center;"
    "line-height:19px;color:var(--ink);font-weight:600}.grades dd{margin:0}"
    "pre{background:var(--soft);padding:10px 14px;margin:10px 0;overflow-x:auto;font:13px/1.5 ui-monospace,"
    "SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;white-space:pre-wrap;overflow-wrap:anywhere}"
    ".vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}"
    "@media (max-width:640px){header,main,footer{padding-left:18px;padding-right:18px}header{padding-top:28px}"
    "h1{font-size:25px}h2{margin-top:40px}th[scope=row]{max-width:11em;min-width:5em}.strip{font-size:17px}}"
    "@media print{:root{color-scheme:light;--bg:#fff;--ink:#000;--mut:#444;--rule:#bbb;--band:#eee;--soft:#fff;"
    "--tilt:#d55e00;--und:#6b6b6b;--lev:#0072b2;--s1:#0072b2;--s2:#b34700;--s3:#6a3d9a;--s4:#7a5c00;--s5:#00707a;"
    "--s6:#a8326e}body{font-size:10.5pt}header,main,footer{max-width:none;"
    "padding-left:0;padding-right:0}.skip,.toc{display:none}.scroll,.tall{overflow:visible;max-height:none}"
    "table{font-size:8.5pt}td.p,th.p{width:auto}th,td{padding:3px 6px 3px 0}h2,h3,figcaption,"
    "caption{break-after:avoid}figure,tr,li{break-inside:avoid}figure svg{min-width:0}a{text-decoration:none}"
    "@page{margin:18mm 15mm}}\n"};
/* clang-format on */

void tilt__html_style(tilt__buf *out) {
    for (size_t i = 0; i < sizeof style / sizeof *style; i++) tilt__buf_text(out, style[i]);
}
