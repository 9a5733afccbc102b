import AIUSystem
import Glibc

/// Calls the body with an empty folder that is gone afterwards.
func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = "/tmp/aiu-client-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
    try Files.makeFolder(path)
    // What is left over in /tmp harms nobody; the test's own failure counts.
    defer { try? Files.removeTree(path) }
    return try body(path)
}
