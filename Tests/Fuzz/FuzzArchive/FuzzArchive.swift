import AIUArchive
import AIUSystem
import Glibc
import Synchronization

/// Whatever an archive holds: it is read to its end or refused with words, and only the disk's file is written to.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzArchive(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    // Headers need a sum that a fuzzer does not find: it writes the members, and half of the time we the headers.
    let input = bytes.first.map { $0 & 1 == 0 } ?? true ? Array(bytes.dropFirst()) : wrapped(Array(bytes.dropFirst()))
    let rest = Mutex(input[...])
    do {
        do throws(ArchiveError) {
            var reader = try ArchiveReader { count throws(ArchiveError) in
                rest.withLock { rest in
                    let part = Array(rest.prefix(count))
                    rest = rest.dropFirst(part.count)
                    return part
                }
            }
            let disk = try openDisk()
            try reader.readDisk(into: disk)
        } catch {
            precondition(!error.description.isEmpty, "a refusal without words")
        }
    }
    return 0
}

/// Cuts the input into members: a byte for the length in units of 8, then the content.
private func wrapped(_ input: [UInt8]) -> [UInt8] {
    var rest = input[...]
    var bytes: [UInt8] = []
    for member in ArchiveFormat.Member.allCases {
        let length = min(Int(rest.popFirst() ?? 0) * 8, rest.count)
        bytes += TarHeader(name: member.rawValue, size: UInt64(length)).encoded + rest.prefix(length)
        bytes += [UInt8](repeating: 0, count: TarHeader.padding(after: UInt64(length)))
        rest = rest.dropFirst(length)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
}

private func openDisk() throws(ArchiveError) -> FileDescriptor {
    do throws(SystemError) {
        return try FileDescriptor.open("/tmp", O_RDWR | temporaryFile)
    } catch {
        throw ArchiveError(.read, .system(error))
    }
}

/// O_TMPFILE, a macro that Swift cannot read.
private let temporaryFile: Int32 = 0o20000000 | O_DIRECTORY
