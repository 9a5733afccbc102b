/// The little that the door knows of DNS.
package enum NameMessage {
    private static let headerLength = 12

    /// What is sent in place of an answer that does not fit a datagram: its head and question, and the mark that lets the
    /// asker ask again over a stream.
    package static func truncated(_ answer: [UInt8]) -> [UInt8] {
        guard answer.count >= headerLength else { return answer }
        let end = endOfQuestion(answer)
        var head = Array(answer[..<(end ?? headerLength)])
        head[2] |= 0x02
        // The counts of questions, answers, authorities and additions.
        for index in 4..<headerLength { head[index] = 0 }
        if end != nil { head[5] = 1 }
        return head
    }

    /// Nil when there is not exactly one question, or it is no plain name.
    private static func endOfQuestion(_ message: [UInt8]) -> Int? {
        guard message[4] == 0, message[5] == 1 else { return nil }
        var index = headerLength
        while index < message.count {
            let length = Int(message[index])
            guard length < 64 else { return nil }
            index += length + 1
            guard length == 0 else { continue }
            // Its type and class.
            return index + 4 <= message.count ? index + 4 : nil
        }
        return nil
    }
}
