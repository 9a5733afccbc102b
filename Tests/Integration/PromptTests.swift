import AIUJSON
import AIUSystem
import Glibc
import Testing

@Suite("real VMs: prompts and tools", .serialized, .enabled(if: Machine.isAvailable))
struct PromptTests {
    private static let orders = "product,price,count\npen,1.5,10\nbook,12,3\nlamp,31.5,1\n"

    @Test("prompts are answered by tools, in one conversation, and every refusal is one sentence")
    func prompts() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box")
        try computes(machine)
        try readsFiles(machine)
        try refuses(machine)
        try asksFirst(machine)
        try remembers(machine)
        try keepsFacts(machine)
        try chats(machine)
        try machine.succeed("stop", "box")
        let stopped = try machine.aiu("prompt", "box", "what is 6 times 7")
        #expect(stopped.status != 0 && stopped.errors.contains("aiu start box"))
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    private func computes(_ machine: borrowing Machine) throws {
        #expect(try machine.succeed("prompt", "box", "what is 6 times 7").contains("42"))
        #expect(try machine.succeed("prompt", "box", input: "what is 17 % of 2340").contains("397.8"))
        let result = try machine.aiu("prompt", "box", "what is 6 times 7", "--json", "--trace")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let json = try JSON(parsing: Array(result.output.utf8))
        #expect(json["outcome"] == "answered")
        #expect(json["calls"]?[0]?["tool"] == "calculator" && json["calls"]?[0]?["status"] == "succeeded")
        #expect(json["conversation"]?.stringValue != nil)
        let stages = (json["stages"]?.arrayValue ?? []).compactMap { $0["stage"]?.stringValue }
        for stage in ["refresh", "analyse", "resources", "tools", "tokens", "network", "plan", "execute", "synthesise"]
        {
            #expect(stages.contains(stage), "\(stages)")
        }
        let traced = try machine.aiu("prompt", "box", "what is 6 times 7", "--trace")
        #expect(traced.output.contains("42") && traced.errors.contains("plan") && traced.errors.contains("calculator"))
    }

    /// Through a restart of the VM; found again in other words, with the embedding model.
    private func keepsFacts(_ machine: borrowing Machine) throws {
        let kept = try machine.succeed("prompt", "box", "remember that the fiscal year starts in April")
        #expect(kept.contains("the fiscal year starts in April"))
        try machine.succeed("memory", "add", "box", "invoices", "go", "to", "Maria")
        try machine.succeed("restart", "box")
        let answer = try machine.aiu("prompt", "box", "in which month does our financial year begin?", "--json")
        let json = try JSON(parsing: Array(answer.output.utf8))
        #expect(answer.status == 0 && json["facts"]?[0]?["number"] == 1, "\(answer.output)\(answer.errors)")
        #expect(json["text"]?.stringValue?.contains("April") == true)
        #expect(try machine.succeed("prompt", "box", "forget what I said about the fiscal year").contains("April"))
        #expect(try machine.succeed("memory", "ls", "box", "-q") == "2")
        try machine.succeed("memory", "clear", "box", "--yes")
        #expect(try machine.succeed("memory", "ls", "box", "--json").contains("[]"))

        let terms = "\(machine.state)/terms.txt"
        try Files.replace(terms, with: Array("Customers get their money back within 30 days.\n".utf8))
        try machine.succeed("cp", terms, "box:")
        let found = try machine.succeed("tool", "run", "box", "text_search", "-a", "query=refund")
        #expect(found.contains("terms.txt:1: Customers get their money back"), "\(found)")
        try machine.succeed("config", "set", "box", "performance_mode=efficiency")
        let models = try JSON(parsing: Array(try machine.succeed("model", "ls", "--vm", "box", "--json").utf8))
        #expect(models[0]?["threads"] == 1)
    }

    private func readsFiles(_ machine: borrowing Machine) throws {
        let file = "\(machine.state)/orders.csv"
        try Files.replace(file, with: Array(Self.orders.utf8))
        let average = try machine.aiu("prompt", "box", "average of the price column", "--file", file)
        #expect(average.status == 0 && average.output.contains("15"), "\(average.output)\(average.errors)")
        let out = "\(machine.state)/results"
        let converted = try machine.aiu(
            "prompt", "box", "convert orders.csv to json", "--file", file, "--out", out, "--json")
        #expect(converted.status == 0, "\(converted.output)\(converted.errors)")
        let made = try JSON(parsing: Array(converted.output.utf8))["files"]?.arrayValue ?? []
        // Whether the result is a file or a text is the tool's choice; what it names as a file must be here.
        for path in made.compactMap(\.stringValue) {
            #expect(Files.exists("\(out)/\(path.split(separator: "/").last ?? "")"))
        }
        let missing = try machine.aiu("prompt", "box", "average price", "--file", "/no/such.csv")
        #expect(missing.status == 66)
    }

    private func refuses(_ machine: borrowing Machine) throws {
        let nothing = try machine.aiu("prompt", "box", "write me a poem about the sea")
        #expect(nothing.status == 3 && nothing.output.isEmpty && nothing.errors.hasPrefix("aiu: "), "\(nothing.output)")
        let unknown = try machine.aiu("prompt", "box", "what is 6 times 7", "--conversation", "no such one")
        #expect(unknown.status == 66 && unknown.errors.contains("no such one"), "\(unknown.errors)")
        let model = try machine.aiu("prompt", "box", "what is 6 times 7", "--model", "nothing-here")
        #expect(model.status != 0 && model.errors.contains("nothing-here"))
        let long = try machine.aiu("prompt", "box", input: String(repeating: "x ", count: 20_000))
        #expect(long.status == 65)
    }

    private func asksFirst(_ machine: borrowing Machine) throws {
        let prompt = "run the command touch /workspace/was-here"
        let refused = try machine.aiu("prompt", "box", prompt)
        #expect(refused.status == 5 && refused.errors.contains("--yes"), "\(refused.output)\(refused.errors)")
        #expect(try machine.aiu("exec", "box", "--", "test", "-e", "/workspace/was-here").status == 1)
        let terminal = try PseudoTerminal(machine, "prompt", "box", prompt)
        try terminal.expect("[y/N]")
        try terminal.type("n\r")
        #expect(try terminal.end() == .exited(5))
        #expect(try machine.aiu("prompt", "box", prompt, "--yes").status == 0)
        #expect(try machine.aiu("exec", "box", "--", "test", "-e", "/workspace/was-here").status == 0)
    }

    private func remembers(_ machine: borrowing Machine) throws {
        let first = try machine.aiu("prompt", "box", "what is 6 times 7", "--json")
        let id = try #require(try JSON(parsing: Array(first.output.utf8))["conversation"]?.stringValue)
        try machine.succeed("prompt", "box", "and what is 10 times 10", "--conversation", id)
        try machine.succeed("conversations", "rename", "box", id, "sums")
        try machine.succeed("restart", "box")
        let shown = try JSON(
            parsing: Array(try machine.aiu("conversations", "show", "box", "sums", "--json").output.utf8))
        #expect(shown["summary"]?["turns"] == 2 && shown["turns"]?[1]?["prompt"] == "and what is 10 times 10")
        #expect(try machine.succeed("conversations", "search", "box", "10 times 10", "-q").contains(id))
        let exported = try machine.succeed("conversations", "export", "box", "sums")
        try machine.succeed("conversations", "erase", "box", "sums", "--yes")
        #expect(try machine.aiu("conversations", "show", "box", "sums").status == 66)
        try machine.succeed("conversations", "import", "box", "-", input: exported)
        #expect(try machine.succeed("conversations", "show", "box", "sums").contains("10 times 10"))
        try machine.succeed("conversations", "erase", "box", "--all", "--yes")
        #expect(try machine.succeed("conversations", "ls", "box", "-q").isEmpty)
    }

    private func chats(_ machine: borrowing Machine) throws {
        let terminal = try PseudoTerminal(machine, "chat", "box")
        try terminal.expect("box> ")
        try terminal.type("what is 6 times 7\r")
        try terminal.expect("42")
        try terminal.expect("box> ")
        try terminal.type("/quit\r")
        #expect(try terminal.end() == .exited(0))
    }

    @Test("tools run without the model, by their schemas, and only when they are enabled")
    func tools() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box")
        #expect(try machine.succeed("tool", "ls", "box", "-q").split(separator: "\n").contains("calculator"))
        let info = try JSON(parsing: Array(try machine.aiu("tool", "info", "box", "csv", "--json").output.utf8))
        #expect(info["arguments"]?["properties"]?["column"] != nil && info["available"] == true)
        #expect(try machine.succeed("tool", "run", "box", "calculator", "-a", "expression=6*7").contains("42"))
        let file = "\(machine.state)/orders.csv"
        try Files.replace(file, with: Array(Self.orders.utf8))
        let words = [
            "tool", "run", "box", "csv", "-a", "operation=average", "-a", "column=price", "-f", file,
        ]
        let average = try machine.aiu(words + ["--json"])
        #expect(average.status == 0, "\(average.errors)")
        #expect(try JSON(parsing: Array(average.output.utf8))["text"]?.stringValue?.contains("15") == true)
        let damaged = try machine.aiu("tool", "run", "box", "json", "-a", "operation=keys", "-a", "text={")
        #expect(damaged.status == 4 && damaged.output.isEmpty)
        let unknown = try machine.aiu("tool", "run", "box", "calcluator")
        #expect(unknown.status == 66 && unknown.errors.contains("'calculator'"))
        #expect(try machine.aiu("tool", "run", "box", "csv", "-a", "operaton=sum").errors.contains("'operation'"))
        #expect(try machine.aiu("tool", "run", "box", "shell", "-a", "command=id").status == 5)
        #expect(try machine.succeed("tool", "run", "box", "shell", "-a", "command=id -un", "--yes").contains("aiu"))
        try machine.succeed("tool", "disable", "box", "csv")
        let disabled = try machine.aiu(words)
        #expect(disabled.status == 77 && disabled.errors.contains("aiu tool enable box csv"))
        // Another tool may answer; the one that is disabled may not even be planned.
        let prompted = try machine.aiu("prompt", "box", "sort the rows of orders.csv by price", "--json")
        let plan = try JSON(parsing: Array(prompted.output.utf8))["calls"]?.arrayValue ?? []
        #expect(!plan.contains { $0["tool"] == "csv" }, "\(prompted.output)")
        try machine.succeed("tool", "enable", "box", "csv")
        #expect(try machine.aiu(words).status == 0)
        try machine.succeed("delete", "--force", "--purge", "box")
    }

    @Test("a prompt in a VM of its own is answered, and the VM is gone")
    func ephemeral() throws {
        let machine = try Machine()
        let file = "\(machine.state)/orders.csv"
        try Files.replace(file, with: Array(Self.orders.utf8))
        let result = try machine.aiu("run", "--prompt", "average of the price column", file)
        #expect(result.status == 0 && result.output.contains("15"), "\(result.output)\(result.errors)")
        #expect(try machine.names().isEmpty)
    }

    @Test("Ctrl-C ends the work in the VM")
    func cancel() throws {
        let machine = try Machine()
        try machine.succeed("launch", "box")
        let child = try machine.start("tool", "run", "box", "shell", "-a", "command=sleep 987", "--yes")
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "pgrep", "-x", "sleep").status == 0 })
        try child.signal(SIGINT)
        #expect(try child.wait() == .exited(130))
        #expect(try machine.eventually { try machine.aiu("exec", "box", "--", "pgrep", "-x", "sleep").status == 1 })
        try machine.succeed("delete", "--force", "--purge", "box")
    }
}
