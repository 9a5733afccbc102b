import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

struct StreamTests {
    private func append(_ path: String, _ text: String) throws {
        try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND).writeAll(Array(text.utf8))
    }

    @Test("events come as a list or as server-sent events, with their numbers")
    func events() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            await api.control.emit(.created)
            await api.control.emit(.started)
            #expect(try await api.ask("GET", "/v1/events?after=1").json?.arrayValue?.count == 1)
            #expect(try await api.ask("GET", "/v1/events?limit=1").json?.arrayValue?.count == 1)
            let client = try api.client()
            try await client.send(
                "GET /v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nLast-Event-ID: 1\r\n\r\n")
            let first = try await client.receive(until: "id: 2\n")
            #expect(first.contains("Content-Type: text/event-stream"))
            #expect(!first.contains("id: 1\n"))
            await api.control.emit(.stopped)
            let next = try await client.receive(until: "stopped")
            #expect(next.contains("data: {\"sequence\":3"))
        }
    }

    @Test("where events are gone that a reader has not seen, it is told how many")
    func gap() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            await api.control.emit(.created)
            await api.control.emit(.started, skipping: 7)
            let late = try api.client()
            try await late.send("GET /v1/events?follow=true&after=1 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(
                try await late.receive(until: "id: 9\n").contains(": 7 events before this one are no longer kept\n"))
            let new = try api.client()
            try await new.send("GET /v1/events?follow=true&after=9 HTTP/1.1\r\nHost: x\r\n\r\n")
            await api.control.emit(.stopped)
            #expect(try await !new.receive(until: "id: 10\n").contains("no longer kept"))
        }
    }

    @Test("a stream in which nothing happens shows that it lives, and notices that its reader left")
    func heartbeat() async throws {
        var settings = APISettings()
        settings.heartbeat = .milliseconds(50)
        try await Fixture.with(settings: settings) { (api: Fixture) async throws in
            do {
                let client = try api.client()
                try await client.send("GET /v1/events?follow=true HTTP/1.1\r\nHost: x\r\n\r\n")
                var beats = 0
                while beats < 3 {
                    beats += try await client.receive(until: ": still here").contains(": still here") ? 1 : 0
                }
                #expect(await api.control.eventReaders == 1)
            }
            #expect(try await api.eventually { await api.control.eventReaders == 0 })
        }
    }

    @Test("a reader that left is noticed at once, without a heartbeat")
    func departed() async throws {
        try await Fixture.with { (api: Fixture) async throws in
            do {
                let client = try api.client()
                try await client.send("GET /v1/events?follow=true HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await client.receive(until: ": still here")
            }
            #expect(try await api.eventually { await api.control.eventReaders == 0 })
        }
    }

    @Test(
        "a log is sent whole, or its last lines, across its parts",
        arguments: [
            ("", "1\n2\n3\n4\n5"), ("tail=0", ""), ("tail=1", "5"), ("tail=2", "4\n5"), ("tail=3", "3\n4\n5"),
            ("tail=5", "1\n2\n3\n4\n5"), ("tail=100", "1\n2\n3\n4\n5"), ("source=console&tail=1", "boot\n"),
            ("source=console", "boot\n"),
        ])
    func tail(query: String, expected: String) async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let (old, new, console) = ("\(api.folder)/a.1", "\(api.folder)/a", "\(api.folder)/c")
            try append(old, "1\n2\n")
            try append(new, "3\n4\n5")
            try append(console, "boot\n")
            await api.control.set(logFiles: LogFiles(agent: [old, new], console: ["\(api.folder)/none", console]))
            let answer = try await api.ask("GET", "/v1/vms/vm-0000/logs?\(query)")
            #expect(answer.status == 200)
            #expect(answer.text == expected)
        }
    }

    @Test("the last lines of a large log are found from its end")
    func largeTail() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            let path = "\(api.folder)/large"
            try append(path, (0..<50_000).map { "line \($0)\n" }.joined())
            await api.control.set(logFiles: LogFiles(agent: [path], console: []))
            let answer = try await api.ask("GET", "/v1/vms/vm-0000/logs?tail=20000")
            #expect(answer.text.hasPrefix("line 30000\n"))
            #expect(answer.text.hasSuffix("line 49999\n"))
        }
    }

    @Test("a followed log goes on through rotation, and ends with its VM")
    func follow() async throws {
        var settings = APISettings()
        settings.logInterval = .milliseconds(10)
        try await Fixture.with(vms: 1, settings: settings) { (api: Fixture) async throws in
            let path = "\(api.folder)/log"
            await api.control.set(logFiles: LogFiles(agent: [path], console: []))
            let client = try api.client()
            try await client.send("GET /v1/vms/vm-0000/logs?follow=true HTTP/1.1\r\nHost: x\r\n\r\n")
            // Not there yet; then written, rotated, written again, cut short in place.
            try append(path, "one\n")
            _ = try await client.receive(until: "one\n")
            try append(path, "two\n")
            try Files.rename(path, to: path + ".1")
            try append(path, "three\n")
            let rest = try await client.receive(until: "three\n")
            #expect(rest.contains("two\n"))
            try FileDescriptor.open(path, O_WRONLY).truncate(to: 0)
            try await Task.sleep(for: .milliseconds(50))
            try append(path, "4\n")
            _ = try await client.receive(until: "4\n")
            await api.control.remove("vm-0000")
            #expect(try await client.receive(until: "0\r\n\r\n").hasSuffix("0\r\n\r\n"))
        }
    }

    @Test("a log that is no plain file is refused")
    func strangeLog() async throws {
        try await Fixture.with(vms: 1) { (api: Fixture) async throws in
            await api.control.set(logFiles: LogFiles(agent: ["/dev/zero"], console: []))
            #expect(try await api.ask("GET", "/v1/vms/vm-0000/logs").status == 500)
        }
    }
}
