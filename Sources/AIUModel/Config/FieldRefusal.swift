/// Why one value will not do: what would, and perhaps which name was meant.
struct FieldRefusal: Error {
    let expected: String
    var found: String?
    var suggestion: String?
}
