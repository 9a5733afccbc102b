internal import AIUSystem
internal import AIUTokenLink
internal import CLinux
internal import Glibc

/// Answers questions, one after the other, until whoever asks has gone.
struct TokenServer: ~Copyable {
    private let socket: FileDescriptor
    private var vocabularies = [Vocabulary?](repeating: nil, count: TokenQuestion.slots)

    init(_ socket: consuming FileDescriptor) { self.socket = socket }

    mutating func run() throws(SystemError) {
        while true {
            var file: Int32?
            let header = try receive(TokenQuestion.headerLength, &file)
            if header.isEmpty { return }
            // What cannot be understood ends the connection: where the next question begins is not known.
            guard let question = TokenQuestion(header) else { throw SystemError("understand", code: Errno(EPROTO)) }
            var nothing: Int32?
            let text = question.length > 0 ? try receive(question.length, &nothing) : []
            guard text.count == question.length else { return }
            let answer: TokenAnswer
            do throws(Refusal) {
                answer = try self.answer(question, text, file)
            } catch {
                try refuse(error)
                continue
            }
            try socket.writeAll(answer.encoded)
        }
    }

    private mutating func answer(
        _ question: TokenQuestion, _ text: [UInt8], _ file: Int32?
    ) throws(Refusal) -> TokenAnswer {
        switch question.kind {
        case .open:
            guard let file else { throw Refusal(reason: "no file came along") }
            // The old one goes first: there may be no room for both.
            vocabularies[question.slot] = nil
            vocabularies[question.slot] = try Vocabulary(file: file)
            return TokenAnswer()
        case .count:
            if let file { close(file) }
            guard let vocabulary = vocabularies[question.slot] else { throw Refusal(reason: "it is not open") }
            // The library ends the process over some texts that are no UTF-8.
            guard String(validating: text, as: UTF8.self) != nil else { throw Refusal(reason: "the text is not UTF-8") }
            return try vocabulary.tally(text, question)
        }
    }

    private func refuse(_ refusal: Refusal) throws(SystemError) {
        let reason = Array(refusal.reason.utf8.prefix(TokenAnswer.longestReason))
        var answer = TokenAnswer()
        answer.isRefused = true
        answer.reasonLength = reason.count
        try socket.writeAll(answer.encoded + reason)
    }

    /// Exactly so many bytes, fewer at the end; with a descriptor if one comes along.
    private func receive(_ count: Int, _ file: inout Int32?) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: count)
        while bytes.count < count {
            var descriptor: Int32 = -1
            var descriptors = 0
            let received = unsafe aiu_receive_with_fds(
                socket.raw, &part, count - bytes.count, &descriptor, 1, &descriptors)
            if descriptors > 0 {
                if let file { close(file) }
                file = descriptor
            }
            let length = try SystemError.check(received, "hear the supervisor")
            if length == 0 { break }
            bytes += part.prefix(length)
        }
        return bytes
    }
}
