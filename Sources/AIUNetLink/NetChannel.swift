internal import AIUJSON
package import AIUSystem
internal import CLinux
internal import Glibc

/// One end of the socket between the supervisor and the program with the privileges: questions and answers in turn, each with
/// its length before it, and with descriptors where it has any.
package final class NetChannel {
    package static let longest = 256 << 10
    private static let mostDescriptors = 8
    private static let headLength = 4

    private let socket: FileDescriptor

    package init(_ socket: consuming FileDescriptor) { self.socket = socket }

    package func send(_ value: some Encodable, _ descriptors: [Int32] = []) throws(SystemError) {
        let payload: [UInt8]
        do throws(JSONError) {
            payload = try JSONText.encode(value)
        } catch {
            throw SystemError("say \(error)", code: .invalidArgument)
        }
        guard payload.count <= Self.longest else { throw SystemError("say so much", code: Errno(EMSGSIZE)) }
        let head = (0..<Self.headLength).map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        let bytes = head + payload
        var sent = 0
        while sent < bytes.count {
            let files = sent == 0 ? descriptors : []
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
                return unsafe aiu_send_with_fds(socket.raw, rest.baseAddress, rest.count, files, files.count)
            }
            guard count > 0 else { throw SystemError("speak about networks", code: Errno(Int32(-count))) }
            sent += count
        }
    }

    /// Waits for the next message, for ever without a limit.
    package func receive(within limit: Duration? = nil) throws(SystemError) -> NetMessage {
        let deadline = limit.map { ContinuousClock.now + $0 }
        var files: [Int32] = []
        do throws(SystemError) {
            let head = try fill(Self.headLength, until: deadline, &files)
            guard head.count == Self.headLength else { return NetMessage([], files) }
            let length = head.reversed().reduce(0) { $0 << 8 | Int($1) }
            guard (1...Self.longest).contains(length) else {
                throw SystemError("hear \(length) bytes", code: Errno(EMSGSIZE))
            }
            let payload = try fill(length, until: deadline, &files)
            guard payload.count == length else { throw SystemError("hear the end", code: Errno(EPIPE)) }
            return NetMessage(payload, files)
        } catch {
            for file in files { close(file) }
            throw error
        }
    }

    private func fill(
        _ count: Int, until deadline: ContinuousClock.Instant?, _ files: inout [Int32]
    ) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            if let deadline, !socket.wait(until: deadline) {
                throw SystemError("hear in time", code: Errno(ETIMEDOUT))
            }
            var part = [UInt8](repeating: 0, count: count - bytes.count)
            var received = [Int32](repeating: -1, count: Self.mostDescriptors)
            var number = 0
            let length = unsafe part.withUnsafeMutableBytes { buffer in
                unsafe aiu_receive_with_fds(
                    socket.raw, buffer.baseAddress, buffer.count, &received, received.count, &number)
            }
            files += received.prefix(number)
            guard files.count <= Self.mostDescriptors else {
                throw SystemError("take so many descriptors", code: Errno(EMSGSIZE))
            }
            if length < 0 { throw SystemError("hear about networks", code: Errno(Int32(-length))) }
            if length == 0 { break }
            bytes += part.prefix(length)
        }
        return bytes
    }
}
