// The job "cells" by the zsv library in its WebAssembly build. Usage: node zsv.js LIBRARY FILE OUT
const fs = require("fs");
const [, , library, file, out] = process.argv;
const zsv = require(library);
const keys = ["campaign", "region", "age", "gender"], counts = ["eligible", "reach", "impressions", "clicks"];

zsv.runOnLoad(() => {
    const cells = new Map();
    let columns = null;
    const parser = zsv.new(() => {
        if (columns === null) {
            const names = Array.from({ length: parser.cellCount() }, (_, i) => parser.getCell(i));
            columns = [...keys, ...counts].map((name) => names.indexOf(name));
            return;
        }
        const key = columns.slice(0, keys.length).map((i) => parser.getCell(i)).join("\u0000");
        let sums = cells.get(key);
        if (sums === undefined) cells.set(key, (sums = counts.map(() => 0)));
        counts.forEach((_, i) => (sums[i] += Number(parser.getCell(columns[keys.length + i]))));
    }, null, { rowData: false });
    const from = fs.openSync(file, "r"), buffer = Buffer.alloc(1 << 18);
    for (let n; (n = fs.readSync(from, buffer, 0, buffer.length, null)) > 0; ) {
        if (parser.parseBytes(buffer.subarray(0, n)) !== 0) throw new Error("the text was not parsed");
    }
    parser.finish();
    parser.delete();
    const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const rows = [...cells].map(([key, sums]) => [...key.split("\u0000").map(quoted), ...sums].join(","));
    fs.writeFileSync(out, rows.join("\n") + "\n");
});
