package import AIUModel

extension PolicyKeeper {
    /// Takes over what an earlier supervisor left: the newest version, and the file where somebody edited it meanwhile.
    /// Returns what is worth telling. A first file that is wrong keeps the supervisor from starting, because nobody can say
    /// what was meant to be limited; a later one only leaves the version before in force.
    ///
    /// What is taken over is done in `recorded`, which notes it beforehand, or refuses.
    package func open(
        recorded: (() throws(Failure) -> [String]) throws(Failure) -> [String]
    ) throws(Failure) -> [String] {
        guard let (newest, isWritten) = try store.newestPolicy() else { return try openFirst(recorded) }
        do throws(PolicyProblem) {
            take(try PolicyDocument(parsing: Array((newest.document ?? "").utf8)), newest)
        } catch {
            throw Failure(
                .unsupported,
                "version \(newest.version) of the policy cannot be read by this program: \(error); use the newer "
                    + "program that wrote it")
        }
        do throws(Failure) {
            return try settleFile(newest, isWritten, recorded)
        } catch {
            return [note(rejected: error)]
        }
    }

    private func openFirst(
        _ recorded: (() throws(Failure) -> [String]) throws(Failure) -> [String]
    ) throws(Failure) -> [String] {
        guard let bytes = try file.read() else { return [] }
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(Failure) {
            let draft = try draft(
                text, present.version, note: "found at the start", isFile: true, { _ in true })
            return try recorded { () throws(Failure) in
                _ = try put(draft, by: "the file")
                return ["\(file.path) is in force now, as version 1 of the policy"]
            }
        } catch {
            throw Failure(error.reason, "\(file.path): \(error.message)")
        }
    }

    private func settleFile(
        _ newest: PolicyVersion, _ isWritten: Bool,
        _ recorded: (() throws(Failure) -> [String]) throws(Failure) -> [String]
    ) throws(Failure) -> [String] {
        let bytes = try file.read()
        let present = bytes.map { digest($0) }
        if present == newest.digest {
            if !isWritten { try store.markPolicyWritten(newest.version) }
            return []
        }
        // Gone, or an apply was cut off between database and file.
        let former = isWritten ? nil : try store.policyVersion(newest.version - 1)?.digest
        guard let bytes, isWritten || present != former else {
            try file.write(Array((newest.document ?? "").utf8))
            try store.markPolicyWritten(newest.version)
            return ["\(file.path) was written again, as version \(newest.version) of the policy"]
        }
        if !isWritten { try store.markPolicyWritten(newest.version) }
        let draft = try draft(
            String(decoding: bytes, as: UTF8.self), newest, note: "edited while the supervisor did not run",
            isFile: true, { _ in true })
        return try recorded { () throws(Failure) in
            let version = try put(draft, by: "the file")
            return ["\(file.path) was edited and is in force now, as version \(version.version) of the policy"]
        }
    }

    /// What `aiu doctor` says of it.
    package func examine() -> HealthCheck {
        let (_, current, problem) = present
        let version = current.version
        guard let problem else {
            let strangers = strangers.prefix(10).map { "\($0)" }.joined(separator: ", ")
            guard strangers.isEmpty else {
                return HealthCheck(
                    "policy", .warning,
                    "version \(version) is in force; the host knows no name of user \(strangers), so nothing is open to them "
                        + "that it has rules about",
                    remedy: "see `getent passwd`; who has only a number gets rules by it, under `users`")
            }
            return HealthCheck(
                "policy", .good,
                version == 0 ? "there is none, so nothing is limited" : "version \(version) is in force")
        }
        return HealthCheck(
            "policy", .bad, problem,
            remedy: "mend the file and run `aiu policy apply`, or run `aiu policy rollback \(version)` to write it anew"
        )
    }
}
