import AIUJSON
import AIUSystem
import AIUTools
import AIUWire
import Glibc
import Testing

/// What runs and how much is used, against what the system's own files say.
@Suite struct ProcessMonitorTests {
    private func value(_ arguments: JSON) throws -> JSON {
        let reply = try ToolCall.reply("process_monitor", arguments)
        return try #require(reply.value, "\(reply.failure?.message ?? "")")
    }

    @Test("figures of the machine are possible ones", arguments: ["overview", "cpu", "memory", "disk", "uptime"])
    func machine(operation: String) throws {
        let value = try value(["operation": .string(operation)])
        switch operation {
        case "cpu": #expect((0...100.5).contains(value["percent"]?.numberValue ?? -1))
        case "memory":
            let total = value["total"]?.integerValue ?? 0
            #expect(total == Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))))
            #expect((value["used"]?.integerValue ?? 0) < total)
        case "disk": #expect((value["free"]?.integerValue ?? 0) <= (value["total"]?.integerValue ?? 0))
        case "uptime": #expect((value["seconds"]?.numberValue ?? 0) > 0)
        case _: #expect((value["processes"]?.integerValue ?? 0) > 0)
        }
    }

    @Test("a process is found, and ends when it is stopped, also when it will not")
    func stop() throws {
        for script in ["sleep 61.7", "trap '' TERM; while :; do sleep 61.7; done"] {
            let child = try Child.spawn(SpawnRequest("/bin/sh", ["-c", script], environment: ["PATH=/usr/bin:/bin"]))
            usleep(100_000)
            let found = try value(["operation": "find", "process": .string("\(child.pid)")])
            #expect(found["processes"]?[0]?["pid"]?.integerValue == Int64(child.pid))
            let reply = try ToolCall.reply(
                "process_monitor", ["operation": "stop", "process": .string("\(child.pid)")])
            #expect(reply.failure == nil, "\(reply.failure?.message ?? "")")
            let outcome = try child.wait()
            #expect(outcome == .killed(signal: SIGTERM) || outcome == .killed(signal: SIGKILL))
        }
    }

    @Test("processes by memory are in that order and no more than asked for")
    func list() throws {
        let value = try value(["operation": "processes", "sort_by": "memory", "limit": 5])
        let sizes = (value["processes"]?.arrayValue ?? []).compactMap { $0["memory"]?.integerValue }
        #expect(sizes.count <= 5 && sizes == sizes.sorted(by: >))
    }

    @Test(
        "what cannot be stopped is said",
        arguments: [
            ("1", "denied"), ("no-such-process-here", "notFound"), ("99999999", "notFound"), (" ", "invalid"),
        ])
    func refusals(process: String, reason: String) throws {
        let reply = try ToolCall.reply("process_monitor", ["operation": "stop", "process": .string(process)])
        #expect(reply.failure?.reason.rawValue == reason, "\(reply.failure?.message ?? reply.text)")
    }
}
