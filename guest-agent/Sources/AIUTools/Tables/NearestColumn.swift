internal import AIUJSON

/// The column that somebody misspelled.
enum NearestColumn {
    /// Both are folded already.
    static func find(_ typed: String, in names: [String]) -> Int? {
        guard typed.count >= 3, let name = NearestName.find(typed, in: names) else { return nil }
        return names.firstIndex(of: name)
    }
}
