import AIUSystem
import Glibc

/// Shows that not a token is lost or given twice: many requests against one small budget, and a ledger that is killed.
@main
struct Program {
    private static let usage =
        "usage: aiu-ledger-storm [--seeds COUNT] [--first SEED] [--requests COUNT] [--cap TOKENS] [--folder PATH]\n"
        + "       aiu-ledger-storm bench FOLDER OPERATIONS\n"

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "work": try await work(arguments)
            case "bench": try await bench(arguments)
            case _: try await storms(arguments)
            }
        } catch {
            print("aiu-ledger-storm: \(error)")
            exit(1)
        }
    }

    private static func work(_ arguments: [String]) async throws {
        guard arguments.count == 7, let seed = UInt64(arguments[2]), let round = UInt64(arguments[3]),
            let requests = Int(arguments[5]), let cap = Int(arguments[6])
        else { throw Storm.Problem(usage) }
        try await Worker(
            plan: Plan(seed: seed, requests: requests, cap: cap), round: round, folder: arguments[1],
            bootID: arguments[4]
        ).run()
    }

    private static func bench(_ arguments: [String]) async throws {
        guard arguments.count == 3, let operations = Int(arguments[2]), operations > 1 else {
            throw Storm.Problem(usage)
        }
        print(try await Bench(folder: arguments[1], operations: operations).run())
    }

    private static func storms(_ arguments: [String]) async throws {
        var values = ["--seeds": "1", "--first": "1", "--requests": "1000", "--cap": "5000", "--folder": "/tmp"]
        for index in stride(from: 0, to: arguments.count, by: 2) {
            guard values[arguments[index]] != nil, index + 1 < arguments.count else { throw Storm.Problem(usage) }
            values[arguments[index]] = arguments[index + 1]
        }
        guard let seeds = Int(values["--seeds"] ?? ""), let first = UInt64(values["--first"] ?? ""),
            let requests = Int(values["--requests"] ?? ""), (1...1000).contains(requests),
            let cap = Int(values["--cap"] ?? ""), cap > 0, let parent = values["--folder"]
        else { throw Storm.Problem(usage) }
        for seed in first..<first + UInt64(seeds) {
            let folder = "\(parent)/ledger-storm-\(getpid())-\(seed)"
            try Files.makeFolder(folder)
            var storm = Storm(Plan(seed: seed, requests: requests, cap: cap), folder: folder)
            do {
                print("seed \(seed): \(try await storm.run())")
            } catch {
                print("seed \(seed): \(error); its files are in \(folder)")
                exit(1)
            }
            fflush(nil)
            try Files.removeTree(folder)
        }
    }
}
