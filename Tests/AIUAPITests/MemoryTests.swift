import AIUAPI
import AIUJSON
import AIUModel
import AIUSystem
import Glibc
import Testing

/// What the server holds in memory; each test in a process of its own, where nothing else grows.
@Suite(.disabled(if: keepsFreedMemory, "AddressSanitizer keeps what is freed, so nothing can be measured"))
struct MemoryTests {
    @Test("a reader that takes nothing holds a long log up, in bounded memory")
    func slowReader() async throws {
        await #expect(processExitsWith: .success) {
            try await Fixture.with(vms: 1) { (api: Fixture) async throws in
                let path = "\(api.folder)/long"
                let line = [UInt8](repeating: 0x41, count: 1023) + [0x0A]
                let log = try FileDescriptor.open(path, O_WRONLY | O_CREAT)
                for _ in 0..<(64 << 10) { try log.writeAll(line) }
                await api.control.set(logFiles: LogFiles(agent: [path], console: []))
                let before = residentBytes()
                let client = try api.client()
                try await client.send("GET /v1/vms/vm-0000/logs HTTP/1.1\r\nHost: x\r\n\r\n")
                try await Task.sleep(for: .milliseconds(300))
                precondition(residentBytes() - before < 8 << 20)
                var received = 0
                while received < 64 << 20 { received += try await client.receive().count }
                precondition(residentBytes() - before < 16 << 20)
            }
        }
    }

    @Test("500 idle connections and 1000 VMs take little")
    func crowd() async throws {
        await #expect(processExitsWith: .success) {
            try await Fixture.with(vms: 1000) { (api: Fixture) async throws in
                let client = try api.client()
                _ = try await client.request("GET", "/v1/vms")
                let before = residentBytes()
                var crowd: [Client] = []
                for _ in 0..<500 {
                    crowd.append(try api.client())
                    try await crowd[crowd.count - 1].send("GET /v1/vms HTTP/1.1\r\n")
                }
                for _ in 0..<20 { _ = try await client.request("GET", "/v1/vms") }
                precondition(residentBytes() - before < 32 << 20)
            }
        }
    }
}

/// What this process holds in memory, as the kernel counts it.
func residentBytes() -> Int {
    guard let bytes = try? Files.read("/proc/self/statm") else { return 0 }  // then no bound holds, and the test fails
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// Whether this process runs under AddressSanitizer.
private var keepsFreedMemory: Bool { unsafe dlsym(nil, "__asan_init") != nil }
