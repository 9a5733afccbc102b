import AIUSystem
import AIUTools
import Testing

/// Made by `scripts/quickjs`; without it there is nothing to test.
private let javaScript = "\(ToolCall.root)/build/quickjs/aiu-javascript"

@Suite("aiu-javascript", .enabled(if: Files.exists(javaScript)))
struct JavaScriptTests {
    @Test(
        "what programs use",
        arguments: [
            ("const f = (x) => x ** 2; console.log(`f ${f(4)}`)", "f 16\n", 0),
            (
                "console.log([1, {a: 'b'}], new Map([[1, 2]]), 10n ** 20n)",
                "[ 1, { a: \"b\" } ] Map(1) { 1 => 2 } 100000000000000000000n\n", 0
            ),
            (
                "setTimeout(() => console.log('later'), 5); (async () => { await null; console.log('soon') })()",
                "soon\nlater\n", 0
            ),
            ("console.log(process.argv.slice(2)); process.exit(3)", "[ \"a b\" ]\n", 3),
            ("import { join } from 'path'; console.log(join('a', '../b'))", "b\n", 0),
            (
                "require('fs').writeFileSync('o', 'x\\ny'); console.log(require('fs').readFileSync('o').split('\\n').length)",
                "2\n", 0
            ),
            ("console.log('%s is %d', 'x', 5)", "x is 5\n", 0), ("throw new Error('bad')", "", 1),
            ("Promise.reject(1)", "", 1),
            ("function r() { r() } r()", "", 1), ("const a = []; for (;;) a.push(new Array(1e6).fill(0))", "", 1),
            ("require('child_process')", "", 1), ("let x = ", "", 1),
        ])
    func programs(code: String, output: String, status: Int32) throws {
        try ScratchWorkspace.with { workspace in
            let path = try workspace.file("p.js", code)
            var engine = Engine(javaScript, [path, "a b"])
            engine.workingDirectory = workspace.path
            engine.memoryLimit = nil
            let outcome = try engine.run()
            #expect(outcome.text == output)
            #expect(outcome.ending == .exited(status), "\(outcome.errorText)")
            #expect(outcome.errors.isEmpty == (status != 1))
        }
    }
}
