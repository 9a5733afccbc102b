/// Lets text out as it comes, in whole characters, up to the first of the texts that end it.
struct TextGate {
    private let stops: [[UInt8]]
    private var held: [UInt8] = []
    private(set) var isClosed = false

    init(stops: [String]) { self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty } }

    /// What can be said now that these bytes came.
    mutating func take(_ bytes: [UInt8]) -> String {
        guard !isClosed else { return "" }
        held += bytes
        if let place = firstStop() {
            isClosed = true
            held.removeSubrange(place...)
            return finish()
        }
        let safe = held.count - waiting()
        let text = String(decoding: held[..<safe], as: UTF8.self)
        held.removeFirst(safe)
        return text
    }

    /// The rest, when nothing more comes.
    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    private func firstStop() -> Int? {
        held.indices.first { place in stops.contains { held[place...].starts(with: $0) } }
    }

    /// Bytes at the end that may be the beginning of a stop or of a character.
    private func waiting() -> Int {
        let ofStop = stops.map { stop in
            (0..<min(stop.count, held.count + 1)).reversed().first { held.suffix($0).elementsEqual(stop.prefix($0)) }
                ?? 0
        }
        return max(ofStop.max() ?? 0, ofCharacter())
    }

    private func ofCharacter() -> Int {
        for back in 1..<4 where back <= held.count {
            let byte = held[held.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }
}
