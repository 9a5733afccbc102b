import AIUJSON
import AIUSystem
import AIUTransfer
import AIUWire
import Glibc

/// What an agent with an assistant would say, played over a test's socket.
struct ScriptedAgent: Sendable {
    /// What to say to a request; `hear` waits for the person's next reply.
    typealias Script = @Sendable (AssistRequest, Talk) throws -> Void

    /// The way to the person.
    struct Talk {
        private let socket: Int32

        init(_ socket: borrowing FileDescriptor) { self.socket = socket.raw }

        func say(_ event: AssistEvent) throws { try send(try Frame(.event, encoding: event)) }

        func refuse(_ failure: OperationFailure) throws { try send(try Frame(.failed, encoding: failure)) }

        /// Nil when the person hung up.
        func hear() throws -> AssistReply? {
            var decoder = FrameDecoder()
            while true {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = unsafe read(socket, &buffer, buffer.count)
                guard count > 0 else { return nil }
                decoder.feed(Array(buffer[..<count]))
                if let frame = try decoder.next() { return try frame.message(as: AssistReply.self) }
            }
        }

        private func send(_ frame: Frame) throws {
            let bytes = frame.encoded
            guard unsafe Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
                throw SystemError("send", code: .current)
            }
        }
    }

    /// Where files that are copied in go, and where those lie that are copied out.
    let folder: String
    let script: Script

    func play(_ request: OperationRequest, _ socket: borrowing FileDescriptor) throws {
        switch request {
        case .assist(let request): try script(request, Talk(socket))
        case .put(let put): try take(put, socket)
        case .get(let get): try give(get, socket)
        case .execute: try socket.writeAll(try Frame(.failed, encoding: OperationFailure(.unsupported, "no")).encoded)
        }
    }

    private func take(_ put: PutRequest, _ socket: borrowing FileDescriptor) throws {
        let destination = try Destination(path: folder, sourceName: put.name, intoFolder: true)
        let receiver = try TreeReceiver(at: destination)
        var decoder = FrameDecoder()
        while let bytes = try socket.read(upTo: 65536), !bytes.isEmpty {
            decoder.feed(bytes)
            while let frame = try decoder.next() {
                if case .finished(let summary) = try receiver.receive(frame) {
                    return try socket.writeAll(try Frame(.done, encoding: summary).encoded)
                }
            }
        }
    }

    private func give(_ get: GetRequest, _ socket: borrowing FileDescriptor) throws {
        let name = get.path.split(separator: "/").last.map(String.init) ?? ""
        let sender = try TreeSender(path: "\(folder)/\(name)")
        while let frame = try sender.nextFrame() { try socket.writeAll(frame.encoded) }
    }
}
