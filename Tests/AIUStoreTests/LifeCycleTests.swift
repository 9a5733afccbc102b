import AIUModel
import AIUStore
import Testing

struct LifeCycleTests {
    @Test("a deleted VM's name is free, and taken again when it is recovered")
    func names() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let store = try SQLiteStore(path: path)
            var gone = try record("a")
            try store.insert(gone)
            gone.phase = .deleted
            gone.deleted = 5
            gone.keptUntil = 10
            try store.update(gone)
            let second = try record("a")
            try store.insert(second)
            var back = gone
            back.phase = .stopped
            let taken = #expect(throws: Failure.self) { try store.update(back) }
            #expect(taken?.reason == .conflict)
            var alsoGone = second
            alsoGone.phase = .deleted
            try store.update(alsoGone)
            try store.update(back)
            #expect(Set(try SQLiteStore(path: path).allVMs().map(\.phase)) == [.stopped, .deleted])
        }
    }

    @Test("labels, protection and every phase are kept", arguments: VMPhase.allCases)
    func columns(phase: VMPhase) throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            var saved = try record("a", phase: phase)
            saved.protected = true
            var many: [String: String?] = [:]
            for index in 0..<Labels.most {
                many["key-\(index)" + String(repeating: "k", count: 56)] = String(repeating: "v", count: 63)
            }
            saved.labels = try Labels().changed(by: many)
            saved.configurationOnDisk = String(repeating: "b", count: 64)
            saved.configurationRevision = 7
            try store.insert(saved)
            #expect(try store.allVMs() == [saved])
            saved.labels = try Labels().changed(by: ["empty": ""])
            try store.update(saved)
            #expect(try store.allVMs() == [saved])
        }
    }

    @Test("profiles are added, replaced, listed by name and deleted")
    func profiles() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let store = try SQLiteStore(path: path)
            let quick = try #require(ProfileName("quick"))
            let small = try #require(ProfileName("small"))
            try store.setProfile(Profile(name: small, configuration: "{}"))
            try store.setProfile(Profile(name: quick, configuration: "{}"))
            try store.setProfile(Profile(name: quick, configuration: #"{"internet": true}"#))
            let kept = try SQLiteStore(path: path).profiles()
            #expect(kept.map(\.name) == [quick, small])
            #expect(kept.first?.configuration == #"{"internet": true}"#)
            #expect(try store.deleteProfile(quick))
            #expect(try !store.deleteProfile(quick))
        }
    }

    private func revision(_ number: Int, _ state: ConfigurationRevision.State = .applied) -> ConfigurationRevision {
        ConfigurationRevision(
            revision: number, time: Int64(number), state: state, document: "{\"n\": \(number)}",
            digest: String(repeating: "d", count: 64))
    }

    @Test("a history begins with the document of the creation, is bounded, and goes with its VM")
    func revisions() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            var saved = try record("a")
            try store.insert(saved)
            #expect(try store.revisions(of: saved.id, limit: 9).map(\.document) == ["{}"])
            for number in 2...3 {
                saved.configurationRevision = number
                saved.configuration = "{\"n\": \(number)}"
                try store.save(revision(number, .pending), with: saved)
                try store.save(revision(number), with: saved)
            }
            let history = try store.revisions(of: saved.id, limit: 9)
            #expect(history.map(\.revision) == [3, 2, 1])
            #expect(history.map(\.state) == [.applied, .applied, .applied])
            #expect(history.last?.document == "{}")
            #expect(try store.revisions(of: saved.id, limit: 1).map(\.revision) == [3])
            #expect(try store.allVMs() == [saved])
            for number in 4...(Int(RevisionTable.capacity) + 20) {
                saved.configurationRevision = number
                try store.save(revision(number), with: saved)
            }
            #expect(try store.revisions(of: saved.id, limit: 1000).count == Int(RevisionTable.capacity))
            try store.delete(saved.id)
            #expect(try store.revisions(of: saved.id, limit: 9).isEmpty)
        }
    }

    @Test("a revision whose row is refused is not written either")
    func bothOrNeither() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            var first = try record("a")
            try store.insert(first)
            try store.insert(try record("b"))
            first.name = try #require(VMName("b"))
            first.configurationRevision = 2
            #expect(throws: Failure.self) { try store.save(revision(2), with: first) }
            #expect(try store.revisions(of: first.id, limit: 9).map(\.revision) == [1])
        }
    }
}
