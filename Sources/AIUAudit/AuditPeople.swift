internal import AIUModel
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// The keys of the people in the audit, a file each. Whose file is gone cannot be read about any more, and the chain stays whole.
final class AuditPeople: Sendable {
    private static let most = 100_000
    private static let longest = 4096

    private let folder: String
    private let people: Mutex<[String: AuditPerson]>

    init(folder: String) throws(Failure) {
        self.folder = folder
        var found: [String: AuditPerson] = [:]
        do throws(SystemError) {
            try Files.makeFolder(folder, mode: 0o700)
            for name in try Files.names(in: folder).prefix(Self.most) where !name.contains(".") {
                // A file that is none of ours, or was damaged, opens nothing; its person gets another number.
                guard let person = AuditPerson(parsing: try Files.read("\(folder)/\(name)", limit: Self.longest)),
                    person.id == name
                else { continue }
                found[person.identity] = person
            }
        } catch {
            throw Failure(.denied, "the keys of the people in the audit cannot be read: \(error)")
        }
        people = Mutex(found)
    }

    var opener: AuditOpener { AuditOpener(all) }
    var all: [AuditPerson] { people.withLock { Array($0.values) } }

    /// Whoever did something; their key is on the disk when this returns. Nil for the supervisor itself and for strangers.
    func person(_ actor: AuditActor?) throws(Failure) -> AuditPerson? {
        guard let actor, let identity = AuditPerson.identity(actor) else { return nil }
        return try people.withLock { people throws(Failure) in
            if let person = people[identity] { return person }
            guard people.count < Self.most else {
                throw Failure(.noSpace, "the audit knows \(Self.most) people already")
            }
            let person = AuditPerson(
                id: Hex.text(RandomBytes.make(AuditPerson.idLength)), user: actor.user, name: actor.name,
                key: RandomBytes.make(AuditBox.keyLength))
            do throws(SystemError) {
                try Files.replace("\(folder)/\(person.id)", with: person.text)
            } catch {
                throw Failure(error.code == .noSpace ? .noSpace : .unavailable, "\(error)")
            }
            people[identity] = person
            return person
        }
    }

    /// By their number on this host, or their name.
    func find(_ who: AccountReference) -> [AuditPerson] {
        all.filter { person in
            if let user = who.user, person.user == user { return true }
            return person.user == nil && who.name != nil && person.name == who.name
        }
    }

    /// Forgets their keys, on the disk too.
    func erase(_ gone: [AuditPerson]) throws(Failure) {
        try people.withLock { people throws(Failure) in
            for person in gone {
                do throws(SystemError) {
                    let path = "\(folder)/\(person.id)"
                    let file = try FileDescriptor.open(path, O_WRONLY | O_NOFOLLOW)
                    try file.write([UInt8](repeating: 0x20, count: person.text.count), at: 0)
                    try file.synchronize()
                    try Files.remove(path)
                    try FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY).synchronize()
                } catch {
                    throw Failure(.unavailable, "the key of a person in the audit cannot be erased: \(error)")
                }
                people[person.identity] = nil
            }
        }
    }
}
