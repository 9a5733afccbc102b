import AIUClient
import AIUSystem
import Glibc
import Testing

@Suite("A file that is named")
struct FileArgumentTests {
    @Test("is read")
    func reads() throws {
        try withScratchFolder { folder in
            try Files.replace("\(folder)/a", with: Array("{\"ä\": 1}".utf8))
            #expect(try FileArgument.text("\(folder)/a", limit: 100) == "{\"ä\": 1}")
        }
    }

    @Test("and cannot be used is refused with the reason")
    func refuses() throws {
        try withScratchFolder { folder in
            try Files.replace("\(folder)/long", with: [UInt8](repeating: 65, count: 11))
            try Files.replace("\(folder)/latin1", with: [0xE4])
            #expect(unsafe mkfifo("\(folder)/pipe", 0o600) == 0)
            let table: [(String, FileArgument.Refusal.Reason)] = [
                ("nothing", .missing), ("long/below", .missing), (".", .folder), ("pipe", .special),
                ("long", .tooLong(limit: 10)), ("latin1", .notText),
            ]
            for (name, reason) in table {
                let path = "\(folder)/\(name)"
                #expect(throws: FileArgument.Refusal(path: path, reason: reason)) {
                    try FileArgument.text(path, limit: 10)
                }
            }
        }
    }

    @Test("without permission is refused", .enabled(if: geteuid() != 0))
    func denied() throws {
        try withScratchFolder { folder in
            try Files.replace("\(folder)/a", with: [65], mode: 0o200)
            #expect(throws: FileArgument.Refusal(path: "\(folder)/a", reason: .denied)) {
                try FileArgument("\(folder)/a", limit: 10)
            }
        }
    }
}
