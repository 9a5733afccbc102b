/// Names for files that are not finished. Random, so that nobody can be waiting at one.
enum TemporaryName {
    static func make() -> String { ".aiu-copy-" + String(UInt64.random(in: .min ... .max), radix: 16) }
}
