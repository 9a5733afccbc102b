/// What a person looks for in the names of files: a glob, an ending, a kind of file or a part of a name.
struct NamePattern: Sendable {
    private static let kinds: [String: Set<String>] = [
        "picture": ["jpg", "jpeg", "png", "gif", "webp", "bmp", "tiff", "tif", "svg", "heic"],
        "video": ["mp4", "mov", "avi", "mkv", "webm"], "sound": ["mp3", "wav", "flac", "ogg", "m4a", "opus"],
        "text": ["txt", "md", "rst", "text"], "python": ["py"], "javascript": ["js", "mjs"], "excel": ["xlsx", "xls"],
        "spreadsheet": ["xlsx", "xls", "ods", "csv"], "word": ["docx", "doc"], "markdown": ["md", "markdown"],
        "archive": ["zip", "tar", "gz", "bz2", "xz", "7z", "tgz"], "log": ["log"], "shell": ["sh", "bash"],
        "jpeg": ["jpg", "jpeg"], "jpg": ["jpg", "jpeg"], "yaml": ["yaml", "yml"], "html": ["html", "htm"],
    ]
    private static let synonyms: [String: String] = [
        "image": "picture", "photo": "picture", "pic": "picture", "bild": "picture", "imagen": "picture",
        "foto": "picture", "audio": "sound", "music": "sound", "movie": "video", "plain text": "text",
        "compressed": "archive",
    ]
    private static let fillers: Set<String> = [
        "file", "files", "document", "documents", "dateien", "datei", "the", "all",
    ]

    private let glob: [Character]?
    private let endings: Set<String>
    private let part: String

    init(_ text: String) {
        let typed = text.unquoted
        let folded = Folding.fold(typed)
        if typed.contains(where: { $0 == "*" || $0 == "?" }) {
            glob = Array(folded)
            endings = []
            part = ""
            return
        }
        glob = nil
        let words = folded.split(separator: " ").map(String.init).filter { !Self.fillers.contains($0) }
        let word = words.joined(separator: " ")
        let singular = word.count > 3 && word.hasSuffix("s") ? String(word.dropLast()) : word
        if word.hasPrefix("."), !word.dropFirst().contains("."), word.count > 1 {
            endings = [String(word.dropFirst())]
            part = ""
        } else if let kind = Self.kinds[Self.synonyms[singular] ?? singular] ?? Self.kinds[Self.synonyms[word] ?? word]
        {
            endings = kind
            part = word
        } else {
            // A short word alone may be an ending as well as a part of a name.
            let isShort = word.utf8.count <= 5 && word.allSatisfy { $0.isLetter || $0.isNumber }
            endings = isShort ? [word] : []
            part = word.isEmpty ? folded : word
        }
    }

    func matches(_ name: String) -> Bool {
        let folded = Folding.fold(name)
        if let glob { return Self.match(glob[...], Array(folded)[...]) }
        if let dot = folded.lastIndex(of: "."), endings.contains(String(folded[folded.index(after: dot)...])) {
            return true
        }
        if part.isEmpty { return false }
        if folded.contains(part) { return true }
        let wanted = Folding.words(part)
        let words = Folding.words(name)
        return !wanted.isEmpty && wanted.allSatisfy { word in words.contains { $0.hasPrefix(word) } }
    }

    /// `*` is any number of characters, `?` one. A star is tried again one further, never two stars together.
    static func match(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        var pattern = pattern
        var name = name
        var retry: (pattern: ArraySlice<Character>, name: ArraySlice<Character>)?
        while true {
            if let head = pattern.first, head == "*" {
                pattern.removeFirst()
                retry = (pattern, name)
            } else if let head = pattern.first, let character = name.first, head == "?" || head == character {
                pattern.removeFirst()
                name.removeFirst()
            } else if pattern.isEmpty, name.isEmpty {
                return true
            } else if let again = retry, !again.name.isEmpty {
                name = again.name.dropFirst()
                pattern = again.pattern
                retry = (pattern, name)
            } else {
                return false
            }
        }
    }
}
