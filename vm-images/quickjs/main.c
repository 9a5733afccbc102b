// Runs one JavaScript program: aiu-javascript FILE ARGUMENTS… QuickJS is the engine; prelude.js gives it a console,
// files and timers. Exit status 1: the program threw; 2: it could not be read.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "quickjs.h"

extern const char prelude[], prelude_end[];
__asm__(".section .rodata\n.global prelude, prelude_end\nprelude: .incbin \"prelude.js\"\nprelude_end: .byte 0\n"
        ".text\n");

enum { longest_file = 256 << 20, memory_limit = 1 << 30, stack_limit = 4 << 20 };

static JSValue fail(JSContext *context, const char *path) {
    return JS_ThrowTypeError(context, "%s: %s", strerror(errno), path);
}

// The whole file with a zero behind it; NULL and errno when it cannot be read.
static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    size_t room = 1 << 16, count = 0;
    char *bytes = malloc(room + 1);
    while (bytes) {
        count += fread(bytes + count, 1, room - count, file);
        if (count < room) break;
        if (room >= longest_file) {
            free(bytes);
            bytes = NULL;
            errno = EFBIG;
            break;
        }
        char *more = realloc(bytes, (room *= 2) + 1);
        if (!more) free(bytes);
        bytes = more;
    }
    if (bytes && ferror(file)) {
        free(bytes);
        bytes = NULL;
        errno = EISDIR;
    }
    fclose(file);
    if (!bytes) return NULL;
    bytes[count] = 0;
    *length = count;
    return bytes;
}

static JSValue native_write(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    int32_t stream = 1;
    size_t length;
    JS_ToInt32(context, &stream, values[0]);
    const char *text = JS_ToCStringLen(context, &length, values[1]);
    if (!text) return JS_EXCEPTION;
    FILE *out = stream == 2 ? stderr : stdout;
    fwrite(text, 1, length, out);
    JS_FreeCString(context, text);
    return JS_UNDEFINED;
}

static JSValue native_read(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    const char *path = JS_ToCString(context, values[0]);
    if (!path) return JS_EXCEPTION;
    size_t length;
    char *bytes = read_file(path, &length);
    JSValue result = bytes ? JS_NewStringLen(context, bytes, length) : fail(context, path);
    free(bytes);
    JS_FreeCString(context, path);
    return result;
}

static JSValue native_store(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    size_t length;
    const char *path = JS_ToCString(context, values[0]);
    const char *text = path ? JS_ToCStringLen(context, &length, values[1]) : NULL;
    JSValue result = JS_EXCEPTION;
    if (text) {
        FILE *file = fopen(path, JS_ToBool(context, values[2]) ? "ab" : "wb");
        int done = file && fwrite(text, 1, length, file) == length;
        if (file) done = fclose(file) == 0 && done;
        result = done ? JS_UNDEFINED : fail(context, path);
    }
    JS_FreeCString(context, text);
    JS_FreeCString(context, path);
    return result;
}

static JSValue native_exists(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    const char *path = JS_ToCString(context, values[0]);
    if (!path) return JS_EXCEPTION;
    int found = access(path, F_OK) == 0;
    JS_FreeCString(context, path);
    return JS_NewBool(context, found);
}

static JSValue native_list(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    const char *path = JS_ToCString(context, values[0]);
    if (!path) return JS_EXCEPTION;
    struct dirent **entries;
    int found = scandir(path, &entries, NULL, alphasort);
    JSValue result = found < 0 ? fail(context, path) : JS_NewArray(context);
    uint32_t place = 0;
    for (int index = 0; index < found; index++) {
        const char *name = entries[index]->d_name;
        if (strcmp(name, ".") && strcmp(name, ".."))
            JS_SetPropertyUint32(context, result, place++, JS_NewString(context, name));
        free(entries[index]);
    }
    if (found >= 0) free(entries);
    JS_FreeCString(context, path);
    return result;
}

static JSValue native_exit(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    int32_t status = 0;
    JS_ToInt32(context, &status, values[0]);
    fflush(stdout);
    exit(status & 0xFF);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static JSValue native_now(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    return JS_NewFloat64(context, now());
}

static JSValue native_folder(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    char buffer[4096];
    return JS_NewString(context, getcwd(buffer, sizeof buffer) ? buffer : "/");
}

static const struct {
    const char *name;
    JSCFunction *function;
    int count;
} functions[] = {
    {"write", native_write, 2}, {"read", native_read, 1}, {"store", native_store, 3}, {"exists", native_exists, 1},
    {"list", native_list, 1},   {"exit", native_exit, 1}, {"now", native_now, 0},     {"folder", native_folder, 0},
};

// Says what was thrown; the exit status that it makes.
static int report(JSContext *context, JSValueConst native, JSValue thrown) {
    fflush(stdout);
    // Nothing is left to make an error of.
    if (JS_IsNull(thrown)) {
        fputs("InternalError: out of memory\n", stderr);
        return 1;
    }
    JSValue inspect = JS_GetPropertyStr(context, native, "inspect");
    JSValue shown = JS_Call(context, inspect, JS_UNDEFINED, 1, &thrown);
    const char *text = JS_ToCString(context, shown);
    fprintf(stderr, "%s\n", text ? text : "The program threw what cannot be shown.");
    JS_FreeCString(context, text);
    JS_FreeValue(context, shown);
    JS_FreeValue(context, inspect);
    JS_FreeValue(context, thrown);
    return 1;
}

// A promise that is rejected and that nobody waits for ends the program, as it does elsewhere.
static void rejected(JSContext *context, JSValueConst promise, JSValueConst reason, JS_BOOL handled, void *place) {
    JSValue *unhandled = place;
    JS_FreeValue(context, *unhandled);
    *unhandled = handled ? JS_UNINITIALIZED : JS_DupValue(context, reason);
}

// Jobs of promises and timers until there are none.
static int finish(JSContext *context, JSValueConst native, JSValue *unhandled) {
    JSValue tick = JS_GetPropertyStr(context, native, "tick");
    int status = 0;
    while (!status) {
        JSContext *other;
        int ran = JS_ExecutePendingJob(JS_GetRuntime(context), &other);
        if (ran < 0) status = report(other, native, JS_GetException(other));
        if (ran) continue;
        if (!JS_IsUninitialized(*unhandled)) {
            status = report(context, native, JS_DupValue(context, *unhandled));
            break;
        }
        JSValue rest = JS_Call(context, tick, JS_UNDEFINED, 0, NULL);
        if (JS_IsException(rest)) {
            status = report(context, native, JS_GetException(context));
            break;
        }
        double wait = -1;
        JS_ToFloat64(context, &wait, rest);
        JS_FreeValue(context, rest);
        if (wait < 0) break;
        fflush(stdout);
        struct timespec time = {(time_t)(wait / 1e3), (long)((wait - (double)(time_t)(wait / 1e3) * 1e3) * 1e6)};
        if (wait > 0) nanosleep(&time, NULL);
    }
    JS_FreeValue(context, tick);
    return status;
}

static int is_module(const char *source) {
    for (const char *line = source; line; line = strchr(line, '\n')) {
        while (*line == '\n' || *line == ' ' || *line == '\t' || *line == '\r') line++;
        if (!strncmp(line, "import ", 7) || !strncmp(line, "import{", 7) || !strncmp(line, "export ", 7)) return 1;
    }
    return 0;
}

// `import fs from "fs"`: a module whose only export is what `require` gives.
static int load_members(JSContext *context, JSModuleDef *module) {
    JSAtom atom = JS_GetModuleName(context, module);
    const char *name = JS_AtomToCString(context, atom);
    JSValue global = JS_GetGlobalObject(context), argument = JS_NewString(context, name ? name : "");
    JSValue require = JS_GetPropertyStr(context, global, "require");
    JSValue value = JS_Call(context, require, global, 1, &argument);
    int result = JS_IsException(value) ? -1 : 0;
    if (!result) {
        JSPropertyEnum *members = NULL;
        uint32_t count = 0;
        JS_GetOwnPropertyNames(context, &members, &count, value, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY);
        for (uint32_t index = 0; index < count; index++) {
            const char *member = JS_AtomToCString(context, members[index].atom);
            if (member) JS_SetModuleExport(context, module, member, JS_GetProperty(context, value, members[index].atom));
            JS_FreeCString(context, member);
            JS_FreeAtom(context, members[index].atom);
        }
        js_free(context, members);
        JS_SetModuleExport(context, module, "default", JS_DupValue(context, value));
    }
    JS_FreeValue(context, value);
    JS_FreeValue(context, require);
    JS_FreeValue(context, argument);
    JS_FreeValue(context, global);
    JS_FreeCString(context, name);
    JS_FreeAtom(context, atom);
    return result;
}

static JSModuleDef *load_module(JSContext *context, const char *name, void *opaque) {
    static const char *exports[] = {
        "default", "readFileSync", "writeFileSync", "appendFileSync", "existsSync", "readdirSync", "sep", "basename",
        "dirname", "extname", "join",
    };
    const char *plain = strncmp(name, "node:", 5) ? name : name + 5;
    if (!strcmp(plain, "fs") || !strcmp(plain, "path")) {
        JSModuleDef *module = JS_NewCModule(context, name, load_members);
        int is_paths = !strcmp(plain, "path");
        for (size_t index = 0; module && index < sizeof exports / sizeof *exports; index++)
            if (index == 0 || (index >= 6) == is_paths) JS_AddModuleExport(context, module, exports[index]);
        return module;
    }
    size_t length;
    char *source = read_file(name, &length);
    if (!source) {
        JS_ThrowReferenceError(context, "Cannot find module '%s'", name);
        return NULL;
    }
    JSValue compiled = JS_Eval(context, source, length, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    free(source);
    if (JS_IsException(compiled)) return NULL;
    JSModuleDef *module = JS_VALUE_GET_PTR(compiled);
    JS_FreeValue(context, compiled);
    return module;
}

int main(int count, char **arguments) {
    size_t length;
    char *source = count > 1 ? read_file(arguments[1], &length) : NULL;
    if (!source) {
        fprintf(stderr, count > 1 ? "%2$s: %1$s\n" : "usage: aiu-javascript FILE ARGUMENTS…\n", strerror(errno), arguments[1]);
        return 2;
    }
    // The line that names an interpreter is no JavaScript.
    if (!strncmp(source, "#!", 2)) memcpy(source, "//", 2);
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *context = runtime ? JS_NewContext(runtime) : NULL;
    if (!context) return 2;
    JSValue unhandled = JS_UNINITIALIZED;
    JS_SetMemoryLimit(runtime, memory_limit);
    JS_SetMaxStackSize(runtime, stack_limit);
    JS_SetModuleLoaderFunc(runtime, NULL, load_module, NULL);
    JS_SetHostPromiseRejectionTracker(runtime, rejected, &unhandled);

    JSValue native = JS_NewObject(context), global = JS_GetGlobalObject(context), list = JS_NewArray(context);
    for (size_t index = 0; index < sizeof functions / sizeof *functions; index++)
        JS_SetPropertyStr(
            context, native, functions[index].name,
            JS_NewCFunction(context, functions[index].function, functions[index].name, functions[index].count));
    for (int index = 1; index < count; index++)
        JS_SetPropertyUint32(context, list, (uint32_t)index - 1, JS_NewString(context, arguments[index]));
    JS_SetPropertyStr(context, native, "arguments", list);
    JS_SetPropertyStr(context, global, "__native", JS_DupValue(context, native));
    JS_FreeValue(context, global);

    int status = 0;
    JSValue result = JS_Eval(context, prelude, (size_t)(prelude_end - prelude), "<prelude>", JS_EVAL_TYPE_GLOBAL);
    if (!JS_IsException(result)) {
        int kind = is_module(source) ? JS_EVAL_TYPE_MODULE : JS_EVAL_TYPE_GLOBAL;
        result = JS_Eval(context, source, length, arguments[1], kind);
    }
    if (JS_IsException(result)) status = report(context, native, JS_GetException(context));
    if (!status) status = finish(context, native, &unhandled);
    if (!status) {
        global = JS_GetGlobalObject(context);
        JSValue process = JS_GetPropertyStr(context, global, "process");
        JSValue code = JS_GetPropertyStr(context, process, "exitCode");
        JS_ToInt32(context, &status, code);
        status &= 0xFF;
    }
    // The process ends here: nothing has to be freed one by one.
    fflush(stdout);
    _exit(status);
}
