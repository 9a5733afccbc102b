internal import AIUJSON
internal import AIUNetLink
package import AIUSystem
internal import Glibc

/// Does what the supervisor asks, one thing after the other, until the supervisor is gone.
package struct NetServer: ~Copyable {
    private let channel: NetChannel
    private let entry: NamespaceEntry
    private let cards: Cards

    package init(
        _ socket: consuming FileDescriptor, _ entry: NamespaceEntry, _ cards: consuming Cards
    ) {
        channel = NetChannel(socket)
        self.entry = entry
        self.cards = cards
    }

    package func run() throws(SystemError) {
        while true {
            let message = try channel.receive()
            guard !message.bytes.isEmpty else { return }
            do throws(NetProblem) {
                try obey(try Self.request(message.bytes), message.descriptors)
            } catch {
                try channel.send(NetAnswer(problem: error.description))
            }
        }
    }

    private static func request(_ bytes: [UInt8]) throws(NetProblem) -> NetRequest {
        do throws(JSONError) {
            return try JSONText.decode(NetRequest.self, from: bytes)
        } catch {
            throw NetProblem("aiu-net does not understand this: \(error)")
        }
    }

    private func obey(_ request: NetRequest, _ descriptors: [Int32]) throws(NetProblem) {
        if let wish = request.enter {
            let (entered, handle) = try entry.enter(wish, descriptors)
            let child = FileDescriptor(owning: handle)
            try answer(NetAnswer(entered: entered), [child.raw])
        } else if let wish = request.put {
            try answer(NetAnswer(warning: try cards.put(wish)))
        } else if let card = request.cut {
            try cards.cut(card)
            try answer(NetAnswer())
        } else if let card = request.drop {
            try cards.drop(card)
            try answer(NetAnswer())
        } else if request.count == true {
            try answer(NetAnswer(used: try cards.count()))
        } else {
            throw NetProblem("aiu-net was asked for nothing that it can do")
        }
    }

    private func answer(_ answer: NetAnswer, _ descriptors: [Int32] = []) throws(NetProblem) {
        do throws(SystemError) {
            try channel.send(answer, descriptors)
        } catch {
            throw NetProblem("\(error)")
        }
    }
}
