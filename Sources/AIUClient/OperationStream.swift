internal import AIUJSON
package import AIUModel
package import AIUSystem
package import AIUWire

/// A stream to a VM's agent on which the request was sent already.
package struct OperationStream: ~Copyable {
    /// Non-blocking.
    package let socket: FileDescriptor
    package var decoder: FrameDecoder

    package init(socket: consuming FileDescriptor, decoder: FrameDecoder = FrameDecoder()) {
        self.socket = socket
        self.decoder = decoder
    }

    /// The first frame of an operation.
    package static func frame(for request: OperationRequest) throws(ClientError) -> Frame {
        let body = try Client.encode(request)
        guard body.count <= WireProtocol.longestPayload else {
            let what =
                switch request {
                case .execute: "the command with its arguments and environment"
                case .put, .get: "the path"
                case .assist(.prompt): "the prompt with its files' names"
                case .assist(.tool): "the tool's arguments"
                case .assist(.conversations(.importing)): "the conversation"
                case .assist: "the request"
                }
            throw .surroundings("\(what) takes \(body.count) bytes; at most \(WireProtocol.longestPayload) can be sent")
        }
        return Frame(.request, body)
    }

    /// What an agent says when it refuses, or the supervisor, whose reasons are others.
    package static func refusal(_ frame: Frame, during purpose: String) -> ClientError {
        do throws(JSONError) {
            // What is not of the one kind may be of the other, which says what is wrong with it.
            if let failure = try? JSONText.decode(OperationFailure.self, from: frame.payload) {
                return .refusedInVM(failure)
            }
            return .refused(try JSONText.decode(Failure.self, from: frame.payload))
        } catch {
            return .malformed(request: purpose, reason: WireError.malformed(frame.kind, error.description).description)
        }
    }
}

extension Client {
    /// Opens a stream to a VM's agent and says what it is for.
    package func operation(
        _ request: OperationRequest, in name: VMName, purpose: String
    ) throws(ClientError) -> OperationStream {
        let first = try OperationStream.frame(for: request)
        let (raw, rest) = try open(Calls.operations(of: name, purpose: purpose)).takeUpgraded()
        let socket = FileDescriptor(owning: raw)
        var decoder = FrameDecoder()
        decoder.feed(rest)
        do throws(SystemError) {
            // Blocking for this one frame: the supervisor reads it before anything else.
            try socket.setNonBlocking(false)
            try socket.writeAll(first.encoded)
            try socket.setNonBlocking()
        } catch {
            throw .connectionLost(request: purpose, reason: error.code.description)
        }
        return OperationStream(socket: socket, decoder: decoder)
    }
}
