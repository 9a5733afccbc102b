// What programs expect around the language: console, process, require("fs"), timers. The lower half is in main.c.
"use strict";
(function (native) {
    const seenTypes = [Map, Set];

    function inspect(value, depth, seen) {
        if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
        if (typeof value === "bigint") return value + "n";
        if (typeof value === "function") return value.name ? "[Function: " + value.name + "]" : "[Function (anonymous)]";
        if (typeof value === "symbol") return value.toString();
        if (Object.is(value, -0)) return "-0";
        if (value === null || typeof value !== "object") return String(value);
        if (value instanceof Error) return (value.name || "Error") + ": " + value.message + (value.stack ? "\n" + value.stack.trimEnd() : "");
        if (value instanceof Date) return isNaN(value) ? "Invalid Date" : value.toISOString();
        if (value instanceof RegExp) return value.toString();
        if (value instanceof Promise) return "Promise {}";
        if (seen.includes(value)) return "[Circular]";
        if (depth > 4) return Array.isArray(value) ? "[Array]" : "[Object]";
        seen = seen.concat([value]);
        const inner = (part) => inspect(part, depth + 1, seen);
        const type = seenTypes.find((each) => value instanceof each);
        if (type === Map) return "Map(" + value.size + ") {" + list([...value].map(([k, v]) => inner(k) + " => " + inner(v))) + "}";
        if (type === Set) return "Set(" + value.size + ") {" + list([...value].map(inner)) + "}";
        if (Array.isArray(value) || ArrayBuffer.isView(value)) {
            const shown = Array.from(value).slice(0, 100).map(inner);
            if (value.length > 100) shown.push("... " + (value.length - 100) + " more items");
            return "[" + list(shown) + "]";
        }
        const name = value.constructor && value.constructor.name !== "Object" ? value.constructor.name + " " : "";
        const parts = Object.keys(value).map((key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)) + ": " + inner(value[key]));
        return name + "{" + list(parts) + "}";
    }

    function list(parts) {
        if (parts.length === 0) return "";
        const line = parts.join(", ");
        if (line.length <= 72 && !line.includes("\n")) return " " + line + " ";
        return "\n" + parts.map((part) => "  " + part.replace(/\n/g, "\n  ")).join(",\n") + "\n";
    }

    function format(values) {
        if (typeof values[0] === "string" && /%[sdifjoO%]/.test(values[0]) && values.length > 1) {
            const rest = values.slice(1);
            const head = values[0].replace(/%([sdifjoO%])/g, (match, kind) => {
                if (kind === "%") return "%";
                if (rest.length === 0) return match;
                const value = rest.shift();
                if (kind === "d" || kind === "i") return String(kind === "i" ? Math.trunc(Number(value)) : Number(value));
                if (kind === "f") return String(Number(value));
                if (kind === "j") return JSON.stringify(value);
                return kind === "s" ? inspect(value, 0, []) : inspect(value, 1, []);
            });
            values = [head, ...rest];
        }
        return values.map((value) => inspect(value, 0, [])).join(" ");
    }

    const counts = {};
    const timers = {};
    let indentation = "";
    const write = (stream) => (...values) => native.write(stream, indentation + format(values).replace(/\n/g, "\n" + indentation) + "\n");
    const out = write(1);
    const err = write(2);
    globalThis.print = out;
    globalThis.console = {
        log: out, info: out, debug: out, dir: out, warn: err, error: err, trace: err,
        table: (rows) => out(rows),
        assert: (ok, ...values) => { if (!ok) err("Assertion failed" + (values.length ? ":" : ""), ...values); },
        group: (...values) => { if (values.length) out(...values); indentation += "  "; },
        groupEnd: () => { indentation = indentation.slice(2); },
        count: (name = "default") => out(name + ": " + (counts[name] = (counts[name] || 0) + 1)),
        time: (name = "default") => { timers[name] = native.now(); },
        timeEnd: (name = "default") => out(name + ": " + (native.now() - (timers[name] || native.now())).toFixed(3) + "ms"),
    };

    const files = {
        readFileSync: (path, options) => {
            const text = native.read(String(path));
            return text;
        },
        writeFileSync: (path, text) => native.store(String(path), String(text), false),
        appendFileSync: (path, text) => native.store(String(path), String(text), true),
        existsSync: (path) => native.exists(String(path)),
        readdirSync: (path) => native.list(String(path)),
    };
    const paths = {
        sep: "/",
        basename: (path, ending) => {
            const name = path.replace(/\/+$/, "").split("/").pop();
            return ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
        },
        dirname: (path) => path.replace(/\/+[^/]*\/*$/, "") || (path.startsWith("/") ? "/" : "."),
        extname: (path) => (/[^/.](\.[^./]*)$/.exec(path) || ["", ""])[1],
        join: (...parts) => {
            const result = [];
            for (const part of parts.join("/").split("/")) {
                if (part === ".." && result.length && result[result.length - 1] !== "..") result.pop();
                else if (part !== "." && part !== "") result.push(part);
            }
            return (parts[0] && parts[0].startsWith("/") ? "/" : "") + result.join("/");
        },
    };
    const modules = { fs: files, path: paths };
    globalThis.require = (name) => {
        const module = modules[String(name).replace(/^node:/, "")];
        if (!module) throw new Error("Cannot find module '" + name + "': there are only fs and path here");
        return module;
    };
    globalThis.module = { exports: {} };
    globalThis.exports = globalThis.module.exports;
    globalThis.process = {
        argv: ["javascript", ...native.arguments], env: {}, platform: "linux", exitCode: 0,
        exit: (code) => native.exit(code === undefined ? globalThis.process.exitCode : code),
        stdout: { write: (text) => { native.write(1, String(text)); return true; } },
        stderr: { write: (text) => { native.write(2, String(text)); return true; } },
        cwd: () => native.folder(), nextTick: (call, ...values) => Promise.resolve().then(() => call(...values)),
        hrtime: { bigint: () => BigInt(Math.round(native.now() * 1e6)) }, uptime: () => native.now() / 1000, on: () => {},
    };
    globalThis.performance = { now: native.now };
    globalThis.queueMicrotask = (call) => { Promise.resolve().then(call); };

    let pending = [];
    let last = 0;
    const later = (repeats) => (call, wait = 0, ...values) => {
        const timer = { id: ++last, call, values, at: native.now() + Math.max(0, Number(wait) || 0), wait: repeats ? Math.max(1, wait) : -1 };
        pending.push(timer);
        return timer.id;
    };
    globalThis.setTimeout = later(false);
    globalThis.setInterval = later(true);
    globalThis.setImmediate = (call, ...values) => globalThis.setTimeout(call, 0, ...values);
    globalThis.clearTimeout = globalThis.clearInterval = globalThis.clearImmediate = (id) => {
        pending = pending.filter((timer) => timer.id !== id);
    };
    // Runs the timer that is due; how many milliseconds until the next one, -1 without any.
    native.tick = () => {
        if (pending.length === 0) return -1;
        pending.sort((a, b) => a.at - b.at || a.id - b.id);
        const first = pending[0];
        const wait = first.at - native.now();
        if (wait > 0) return wait;
        if (first.wait < 0) pending.shift();
        else first.at = native.now() + first.wait;
        first.call(...first.values);
        return 0;
    };
    native.inspect = (value) => inspect(value, 0, []);
})(globalThis.__native);
delete globalThis.__native;
