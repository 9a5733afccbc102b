internal import AIUJSON
import AIUModel

extension PolicyKeeper {
    /// Reads and checks what is asked for; nothing is changed yet. `isKnown` tells whether there is a model.
    func draft(
        _ request: ApplyPolicy, isKnown: (ModelName) -> Bool
    ) throws(Failure) -> PolicyDraft {
        let base = present.version
        if let expected = request.expectedVersion, expected != base.version {
            throw Failure(
                .conflict,
                "the policy is at version \(base.version), not \(expected): somebody changed it meanwhile; "
                    + "`aiu policy show` shows it")
        }
        switch (request.document, request.rollbackTo, request.reload) {
        case (let text?, nil, nil), (let text?, nil, false?):
            return try draft(text, base, note: request.note, isFile: false, isKnown)
        case (nil, let number?, nil), (nil, let number?, false?):
            guard let text = try store.policyVersion(number)?.document else {
                throw Failure(
                    .notFound,
                    "there is no version \(number) of the policy; `aiu policy history` shows those there are")
            }
            let note = request.note.map { "as in version \(number): \($0)" } ?? "as in version \(number)"
            return try draft(text, base, note: note, isFile: false, isKnown)
        case (nil, nil, true?):
            return try draft(try readFile(), base, note: request.note ?? "from \(file.path)", isFile: true, isKnown)
        default:
            throw Failure(.invalid, "say one of: a document, the version to go back to, or that the file is to be read")
        }
    }

    func draft(
        _ text: String, _ base: PolicyVersion, note: String?, isFile: Bool, _ isKnown: (ModelName) -> Bool
    ) throws(Failure) -> PolicyDraft {
        let bytes = Array(text.utf8)
        let digest = digest(bytes)
        do throws(PolicyProblem) {
            let document = try PolicyDocument(parsing: bytes)
            try document.checkModels(isKnown)
            return PolicyDraft(
                document: document, text: text, digest: digest, note: note, base: base.version, isFile: isFile,
                isInForce: digest == base.digest && text == base.document)
        } catch {
            throw Failure(.invalid, "the policy is refused: \(error); nothing is changed")
        }
    }

    private func readFile() throws(Failure) -> String {
        guard let bytes = try file.read() else {
            throw Failure(.notFound, "there is no \(file.path); `aiu policy apply FILE` writes it")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension PolicyDocument {
    /// Refuses names of models that there are not. Patterns may wait for a model to come.
    func checkModels(_ isKnown: (ModelName) -> Bool) throws(PolicyProblem) {
        let scopes: [PolicyScope] =
            [.host] + projects.keys.sorted().map { .project($0) } + users.keys.sorted().map { .user($0) }
            + vms.keys.sorted().map { .vm($0) }
        for scope in scopes {
            guard let rules = sections(of: scope)?.models else { continue }
            for (field, patterns) in [("allow", rules.allow), ("deny", rules.deny)] {
                for (index, pattern) in patterns.enumerated() {
                    guard let name = ModelName(pattern.text), !isKnown(name) else { continue }
                    let steps: [JSONPath.Step] = [.member("models"), .member(field), .element(index)]
                    throw PolicyProblem(
                        at: JSONPath(scope.path.steps + steps),
                        "there is no model `\(name)`; `aiu model ls` shows those there are, and `\(name)*` is for those "
                            + "to come"
                    ).located(in: root)
                }
            }
        }
    }
}
