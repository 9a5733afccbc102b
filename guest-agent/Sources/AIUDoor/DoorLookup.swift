internal import AIUSystem
internal import CLinux

/// One question on its way to the host and back: its length in two bytes, then itself; the answer likewise.
final class DoorLookup {
    private static let longestAnswer = 65_535

    private let loop: EventLoop
    private let host: FileDescriptor
    private let longest: Int
    private var request: [UInt8]
    private var sent = 0
    private var received: [UInt8] = []
    private var timer: TimerID?
    private var finish: (([UInt8]?) -> Void)?

    init(
        _ question: [UInt8], over host: consuming FileDescriptor, longest: Int, limit: Duration, loop: EventLoop,
        finish: @escaping ([UInt8]?) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.longest = longest
        self.host = host
        self.finish = finish
        request = [UInt8(question.count >> 8), UInt8(question.count & 0xFF)] + question
        try loop.watch(self.host.raw, .write) { [weak self] _ in self?.advance() }
        timer = loop.after(limit) { [weak self] in self?.end(nil) }
    }

    private func advance() {
        do throws(SystemError) {
            if sent < request.count {
                guard aiu_socket_error(host.raw) >= 0 else { return end(nil) }
                guard let count = try host.write(request, from: sent) else { return }
                sent += count
                if sent == request.count { try loop.rewatch(host.raw, .read) }
                return
            }
            guard let part = try host.read(upTo: Self.longestAnswer + 2 - received.count) else { return }
            received += part
            guard received.count >= 2 else { return part.isEmpty ? end(nil) : () }
            let length = Int(received[0]) << 8 | Int(received[1])
            if received.count >= length + 2 { return end(Array(received[2..<(length + 2)])) }
            if part.isEmpty { end(nil) }
        } catch {
            end(nil)
        }
    }

    private func end(_ answer: [UInt8]?) {
        guard let finish else { return }
        self.finish = nil
        loop.unwatch(host.raw)
        if let timer { loop.cancel(timer) }
        finish(answer.map { $0.count <= longest ? $0 : NameMessage.truncated($0) })
    }
}
