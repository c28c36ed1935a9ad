// What a browser has to download: `node size.mjs MODULE NAMED`, where NAMED is the same module with the names of its functions.
// Fails above what a page should ask of a visitor.

import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const LIMIT = 400_000;
const [whole, named] = process.argv.slice(2).map((path) => readFileSync(path));

/** Reads the integers and byte strings that a module is made of. */
class Reader {
    constructor(bytes) {
        this.bytes = bytes;
        this.at = 0;
    }
    /** An integer in LEB128, seven bits to a byte. */
    integer() {
        let value = 0;
        for (let shift = 0; ; shift += 7) {
            const byte = this.bytes[this.at++];
            value += (byte & 127) * 2 ** shift;
            if (byte < 128) return value;
        }
    }
    /** As many bytes as the integer in front of them says. */
    block() {
        const length = this.integer();
        return this.bytes.subarray(this.at, (this.at += length));
    }
    /** What one call after the other reads, as many times as the integer in front says. */
    list(read) {
        return Array.from({ length: this.integer() }, read);
    }
    done() {
        return this.at >= this.bytes.length;
    }
}

/** The names of functions, by their number; imported functions come first. */
function functionNames(module) {
    const FUNCTIONS = 1;
    const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(module), "name");
    const names = new Map();
    for (const reader = new Reader(Buffer.from(section)); !reader.done(); ) {
        const kind = reader.bytes[reader.at++];
        const part = new Reader(reader.block());
        if (kind === FUNCTIONS) part.list(() => names.set(part.integer(), part.block().toString()));
    }
    return names;
}

/** The crate that a function was written in. What a trait does for a type of the standard library counts for the trait. */
function crateOf(name = "") {
    const own = /^[<&*([]*(?:(?:mut|const|dyn) )*([a-z_]\w*)(?:\[\w+\])?::/.exec(name)?.[1];
    const trait = / as ([a-z_]\w*)(?:\[\w+\])?::/.exec(name)?.[1];
    const standard = !own || ["core", "alloc", "std"].includes(own);
    return (standard && trait) || own || "(other code)";
}

/** The bytes of a module, by the crate of the code and the kind of the rest. */
function parts(module) {
    const [CUSTOM, CODE, DATA] = [0, 10, 11];
    const names = functionNames(module);
    const imported = WebAssembly.Module.imports(new WebAssembly.Module(module)).filter(({ kind }) => kind === "function").length;
    const pieces = new Map();
    const add = (name, bytes) => pieces.set(name, (pieces.get(name) ?? []).concat(bytes));
    const reader = new Reader(module.subarray(8));
    while (!reader.done()) {
        const kind = reader.bytes[reader.at++];
        const section = reader.block();
        const inside = new Reader(section);
        if (kind === CODE) inside.list((_, index) => add(crateOf(names.get(imported + index)), inside.block()));
        else if (kind === DATA) add("(constants: zones, sentences, tables)", section);
        else if (kind !== CUSTOM) add("(types, exports and the like)", section);
    }
    return pieces;
}

const count = (bytes) => bytes.toLocaleString("en").padStart(10);
const brotli = brotliCompressSync(whole).length;
console.log(`raw    ${count(whole.length)} bytes`);
console.log(`gzip   ${count(gzipSync(whole, { level: 9 }).length)} bytes`);
console.log(`brotli ${count(brotli)} bytes`);

// Parts that are compressed alone take more than together: what they take is brought down to the whole.
const shares = [...parts(named)].map(([name, pieces]) => {
    const bytes = Buffer.concat(pieces);
    return { name, raw: bytes.length, alone: brotliCompressSync(bytes).length };
});
const together = brotli / shares.reduce((sum, share) => sum + share.alone, 0);
console.log("\ncode by the crate in which it is written         raw    brotli");
for (const { name, raw, alone } of shares.sort((a, b) => b.alone - a.alone)) {
    console.log(`${name.padEnd(40)}${count(raw)}${count(Math.round(alone * together))}`);
}
if (brotli > LIMIT) {
    console.error(`more than ${LIMIT.toLocaleString("en")} bytes after brotli`);
    process.exitCode = 1;
}
