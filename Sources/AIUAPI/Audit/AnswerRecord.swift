internal import AIUJSON
internal import AIUModel

/// Keeps what was answered to a request with the record of its end.
struct AnswerRecord: AnswerRecorder {
    let audited: AuditedRequest
    /// How much of it.
    let contents: AuditRules.Contents

    func answered(_ text: [UInt8], _ failure: Failure?) async throws(Failure) {
        let (audited, contents) = (audited, contents)
        // Elsewhere: the thread that lets other answers through must not wait for a disk.
        let result = await Task.detached {
            Result { () throws(Failure) in try audited.answered(AuditDetail.answer(text, contents), failure) }
        }.value
        try result.get()
    }
}
