import AIUSystem
import AIUVsock
import Glibc
import Testing

/// Programs that are attached to the console, and a guest that is not to be held up by them.
struct AttachTests {
    @Test("an attached program sees the port's output from now on, and what it types arrives")
    func talk() throws {
        let world = try World(running: false)
        let port = try world.port()
        try port.writeAll(Array("before ".utf8))
        try world.turn()
        let program = try world.attach()
        #expect(try world.text(of: program, count: 3) == "OK\n")
        try port.writeAll(Array("after".utf8))
        #expect(try world.text(of: program, count: 5) == "after")
        try program.writeAll(Array("typed\r".utf8))
        #expect(try world.text(of: port, count: 6) == "typed\r")
        #expect(try Files.metadata("\(world.directory)/console_attach").st_mode & 0o777 == 0o600)
    }

    @Test("a second program is told so and let go; when the first has gone there is room again")
    func two() throws {
        let world = try World(running: false)
        let port = try world.port()
        var first: FileDescriptor? = try world.attach()
        #expect(try world.text(of: first, count: 3) == "OK\n")
        let second = try world.attach()
        #expect(try world.text(of: second, count: 5) == "BUSY\n")
        #expect(try second.read(upTo: 1) == [])
        try port.writeAll(Array("x".utf8))
        #expect(try world.text(of: first, count: 1) == "x")
        first = nil
        try world.turn()
        let third = try world.attach()
        #expect(try world.text(of: third, count: 3) == "OK\n")
    }

    @Test("a program that does not read loses output, is told how much, and holds nobody up")
    func slowReader() throws {
        let world = try World(running: false)
        let port = try world.port()
        let program = try world.attach()
        try world.turn()
        let chunk = [UInt8](repeating: UInt8(ascii: "z"), count: 8 << 10)
        let total = 8 << 20
        var sent = 0
        while sent < total {
            sent += try port.write(chunk) ?? 0
            try world.backEnd.turn(waitingAtMost: .zero)
        }
        // All of it was taken; now the program reads.
        var seen: [UInt8] = []
        _ = try world.until {
            while let part = try program.read(upTo: 64 << 10), !part.isEmpty { seen += part }
            return seen.suffix(8).elementsEqual(Array("n time]\r\n".utf8).suffix(8))
        }
        #expect(seen.count < 2 << 20)
        let text = String(decoding: seen.suffix(200), as: UTF8.self)
        let lost = try #require(text.split(separator: "[").last?.split(separator: " ").first.flatMap { Int($0) })
        #expect(seen.count { $0 == UInt8(ascii: "z") } + lost == total)
        try port.writeAll(Array("again".utf8))
        #expect(try world.text(of: program, count: 5) == "again")
    }

    @Test("a guest that does not take what is typed stops the program, at a bound, and only that")
    func flood() throws {
        let world = try World(running: false)
        let port = try world.port()
        let program = try world.attach()
        #expect(try world.text(of: program, count: 3) == "OK\n")
        let chunk = [UInt8](repeating: 3, count: 8 << 10)
        var taken = 0
        var refused = 0
        while refused < 100 {
            if let count = try program.write(chunk) { taken += count } else { refused += 1 }
            try world.backEnd.turn(waitingAtMost: .zero)
        }
        #expect(taken < 4 << 20)
        // Output still flows.
        try port.writeAll(Array("alive".utf8))
        #expect(try world.text(of: program, count: 5) == "alive")
        // And nothing that was taken is lost.
        var arrived = 0
        #expect(
            try world.until {
                while let part = try port.read(upTo: 64 << 10), !part.isEmpty { arrived += part.count }
                return arrived == taken
            })
    }

    @Test("what was typed just before leaving arrives")
    func typeAndGo() throws {
        let world = try World(running: false)
        let port = try world.port()
        var program: FileDescriptor? = try world.attach()
        try world.turn()
        try program?.writeAll(Array("poweroff\r".utf8))
        program = nil
        #expect(try world.text(of: port, count: 9) == "poweroff\r")
    }

    @Test("a program that has ended its input still sees output, and costs no turns")
    func halfClosed() throws {
        let world = try World(running: false)
        let port = try world.port()
        let program = try world.attach()
        #expect(try world.text(of: program, count: 3) == "OK\n")
        shutdown(program.raw, Int32(SHUT_WR))
        try world.turn()
        let start = ContinuousClock.now
        try world.backEnd.turn(waitingAtMost: .milliseconds(50))
        #expect(ContinuousClock.now - start >= .milliseconds(45))
        try port.writeAll(Array("still".utf8))
        #expect(try world.text(of: program, count: 5) == "still")
    }

    @Test("without QEMU nothing is taken, and a QEMU that comes back is served by the same program")
    func reconnect() throws {
        let world = try World(running: false)
        let program = try world.attach()
        #expect(try world.text(of: program, count: 3) == "OK\n")
        try program.writeAll(Array("early".utf8))
        try world.turn()
        var port: FileDescriptor? = try world.port()
        #expect(try world.text(of: port, count: 5) == "early")
        port = nil
        try world.turn()
        let next = try world.port()
        try next.writeAll(Array("new".utf8))
        #expect(try world.text(of: program, count: 3) == "new")
        try program.writeAll(Array("hello".utf8))
        #expect(try world.text(of: next, count: 5) == "hello")
    }

    @Test("a program without QEMU that goes with its words unsaid is forgotten")
    func leaveEarly() throws {
        let world = try World(running: false)
        var program: FileDescriptor? = try world.attach()
        try program?.writeAll([1, 2, 3])
        try world.turn()
        program = nil
        try world.turn()
        let next = try world.attach()
        #expect(try world.text(of: next, count: 3) == "OK\n")
    }

    @Test("however much is lost, the backlog stays within its bound and the count is right", arguments: [1, 50, 1000])
    func backlog(piece: Int) {
        var backlog = ConsoleBacklog(limit: 200)
        var given = 0
        var seen: [UInt8] = []
        for round in 0..<200 {
            backlog.append([UInt8](repeating: 0, count: piece))
            given += piece
            #expect(backlog.count <= 300)
            guard round % 7 == 0 else { continue }
            let part = backlog.next(64)
            seen += part
            backlog.removeFirst(part.count)
        }
        while !backlog.isEmpty {
            let part = backlog.next(64)
            seen += part
            backlog.removeFirst(part.count)
        }
        let kept = seen.count { $0 == 0 }
        let notes = String(decoding: seen.filter { $0 != 0 }, as: UTF8.self).split(separator: "[")
        let lost = notes.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }.reduce(0, +)
        #expect(kept + lost == given)
    }
}

extension World {
    /// QEMU's end of the serial port.
    func port() throws -> FileDescriptor {
        let socket = try UnixSocket.connect("\(directory)/console.sock")
        try socket.setNonBlocking()
        try turn()
        return socket
    }

    func attach() throws -> FileDescriptor {
        let socket = try UnixSocket.connect("\(directory)/console_attach")
        try socket.setNonBlocking()
        try turn()
        return socket
    }

    /// Turns until so many bytes have come.
    func text(of socket: borrowing FileDescriptor?, count: Int) throws -> String {
        var bytes: [UInt8] = []
        _ = try until(.seconds(5)) {
            bytes += try socket?.read(upTo: count - bytes.count) ?? []
            return bytes.count >= count
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func text(of socket: borrowing FileDescriptor, count: Int) throws -> String {
        var bytes: [UInt8] = []
        _ = try until(.seconds(5)) {
            bytes += try socket.read(upTo: count - bytes.count) ?? []
            return bytes.count >= count
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
