internal import AIUJSON

/// The elements of a JSON list, written as they come; the brackets are whoever's the list is.
struct StreamedList {
    private let stream: ByteStream
    private var isEmpty = true

    init(_ stream: ByteStream) { self.stream = stream }

    /// False when nobody reads any more.
    mutating func write(_ elements: [some Encodable]) async -> Bool {
        // What was read from JSON has a JSON form.
        let lines = elements.compactMap { try? JSONText.encodeString($0) }
        let before = isEmpty ? "\n" : ",\n"
        isEmpty = false
        return await stream.write(Array((before + lines.joined(separator: ",\n")).utf8))
    }
}
