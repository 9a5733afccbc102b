import AIUSystem
import Testing

struct MachineMemoryTests {
    private static let text = """
        MemTotal:        2048000 kB
        MemFree:          100000 kB
        MemAvailable:    1024512 kB
        SwapTotal:           400 kB
        SwapFree:            300 kB
        HugePages_Total:       5
        DirectMap4k:       93184 kB

        """

    @Test("the figures are bytes, whatever else the kernel tells")
    func figures() throws {
        let memory = try #require(MachineMemory(text: Self.text))
        #expect(memory.total == 2_048_000 * 1024)
        #expect(memory.available == 1_024_512 * 1024)
        #expect(memory.availableMegabytes == 1000)
        #expect(memory.used == 1_023_488 * 1024)
        #expect(memory.swapTotal == 400 * 1024 && memory.swapFree == 300 * 1024)
    }

    @Test("a kernel that does not say what is available says what is free")
    func free() throws {
        let memory = try #require(MachineMemory(text: "MemTotal: 300 kB\nMemFree: 200 kB\n"))
        #expect(memory.available == 200 * 1024 && memory.swapTotal == 0 && memory.swapFree == 0)
    }

    @Test(
        "what is no such text has no figures",
        arguments: [
            "", "MemTotal: 300 kB", "MemFree: 300 kB", "MemTotal: x kB\nMemFree: 1 kB", "MemTotal:\nMemFree: 1 kB",
            "MemTotal: -5 kB\nMemFree: 1 kB", "MemTotal: 9223372036854775807 kB\nMemFree: 1 kB",
        ])
    func nonsense(text: String) { #expect(MachineMemory(text: text) == nil) }

    @Test("this machine has memory")
    func here() throws {
        let memory = try #require(MachineMemory.read())
        #expect(memory.total > 0 && memory.available <= memory.total)
    }
}
