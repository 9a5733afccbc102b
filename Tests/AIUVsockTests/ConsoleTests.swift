import AIUSystem
import AIUVsock
import Testing

/// The console's record, which a guest cannot make grow.
struct ConsoleTests {
    @Test("keeps the last bytes, in two files, whatever the size of the pieces", arguments: [1, 7, 100, 333, 5000])
    func rotation(piece: Int) throws {
        let world = try World(running: false)
        let path = "\(world.directory)/console.log"
        let log = try ConsoleLog(path, limit: 1000)
        let all = (0..<5000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        for start in stride(from: 0, to: all.count, by: piece) {
            log.append(Array(all[start..<min(all.count, start + piece)]))
        }
        let kept = try Files.read("\(path).1") + Files.read(path)
        #expect(kept.count <= 1000)
        #expect(kept.count > 500)
        #expect(all.suffix(kept.count).elementsEqual(kept))
    }

    @Test("a restart continues the record")
    func restart() throws {
        let world = try World(running: false)
        let path = "\(world.directory)/console.log"
        try ConsoleLog(path, limit: 1000).append([1, 2])
        try ConsoleLog(path, limit: 1000).append([3])
        #expect(try Files.read(path) == [1, 2, 3])
    }

    @Test("what QEMU writes is recorded, and a new connection takes over")
    func listener() throws {
        let world = try World(running: false)
        let directory = "\(world.directory)/inner"
        try Files.makeFolder(directory)
        var configuration = BackEnd.Configuration(directory: directory, cid: 5)
        configuration.console = "\(directory)/console.log"
        let backEnd = try BackEnd(configuration, loop: world.loop)
        let first = try UnixSocket.connect("\(directory)/console.sock")
        try first.writeAll(Array("one ".utf8))
        for _ in 0..<4 { try backEnd.turn(waitingAtMost: .zero) }
        let second = try UnixSocket.connect("\(directory)/console.sock")
        try second.writeAll(Array("two".utf8))
        for _ in 0..<4 { try backEnd.turn(waitingAtMost: .zero) }
        #expect(try Files.read("\(directory)/console.log") == Array("one two".utf8))
        #expect(try first.read(upTo: 1) == [])
    }
}
