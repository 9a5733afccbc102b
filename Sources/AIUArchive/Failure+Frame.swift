internal import AIUJSON
internal import AIUModel
internal import AIUWire

extension Failure {
    /// For the client of an archive: the supervisor's own words, cut to a bounded length.
    var frame: Frame {
        // Two strings always encode; without them the kind still says it.
        Frame(.failed, (try? JSONText.encode(Failure(reason, String(message.prefix(4096))))) ?? [])
    }
}
