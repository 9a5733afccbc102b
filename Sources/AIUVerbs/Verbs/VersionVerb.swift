internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu version`. Starts nothing.
struct VersionVerb {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let client = session.client
        client.starter = nil
        client.patience = Patience(limit: .seconds(2))
        var members: [JSON.Member] = [
            .init("version", .string(APIVersion.product)), .init("apiVersion", .integer(Int64(APIVersion.current))),
        ]
        var text = "aiu   \(APIVersion.product) (interface \(APIVersion.current))\n"
        do throws(ClientError) {
            let theirs: VersionAnswer = try client.value(Calls.version)
            members.append(.init("aiud", try Self.json(theirs)))
            text += "aiud  \(SafeText.line(theirs.version)) (interface \(theirs.apiVersion))\n"
        } catch {
            // The version of this program is the question; without an answer from aiud it is still answered.
            if case .notRunning = error {
                text += "aiud  not running\n"
            } else {
                text += "aiud  \(error)\n"
            }
            members.append(.init("aiud", .null))
        }
        try session.answer(.object(members), names: { [APIVersion.product] }, table: { text })
        return 0
    }

    private static func json(_ answer: VersionAnswer) throws(ClientError) -> JSON {
        try Client.parse(try Client.encode(answer), of: Calls.version)
    }
}
