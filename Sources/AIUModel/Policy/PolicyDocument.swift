package import AIUJSON

/// The one document that says what may be done: for the host, and narrower for projects, users and VMs.
package struct PolicyDocument: Equatable, Sendable {
    /// The newest format that this program understands.
    package static let format = 1
    package static let longest = 512 << 10
    private static let deepest = 32
    private static let mostScopes = 10_000
    private static let outerFields = ["$schema", "format", "projects", "users", "vms"]

    package private(set) var host = PolicySections()
    package private(set) var projects: [String: PolicyProject] = [:]
    package private(set) var users: [String: PolicySections] = [:]
    package private(set) var vms: [VMName: PolicySections] = [:]
    /// As it was written, with its places.
    package let root: JSONNode

    /// Says nothing, so everything is as each VM's own configuration says.
    package static let empty = PolicyDocument()

    private init() { root = JSONNode(JSON.emptyObject) }

    /// Reads and checks a text; the first thing that is wrong is refused with its place.
    package init(parsing bytes: [UInt8]) throws(PolicyProblem) {
        do throws(JSONError) {
            root = try JSONNode(
                parsing: bytes, limits: JSONLimits(maxBytes: Self.longest, maxDepth: Self.deepest))
        } catch {
            throw PolicyProblem(error)
        }
        do throws(PolicyProblem) {
            try read()
            try checkScopes()
        } catch {
            throw error.located(in: root)
        }
    }

    private mutating func read() throws(PolicyProblem) {
        try Self.checkFormat(root)
        let object = try PolicyObject(root, fields: PolicySections.fields + Self.outerFields)
        host = try PolicySections(object)
        for (name, node) in try Self.scopes(object, "projects") {
            guard PolicyMembers.isName(name), !name.hasPrefix("@") else {
                throw Self.badName(node, "projects", name, "a project's name has no spaces, no `:` and no `@`")
            }
            projects[name] = try Self.scope(node, "projects", name, PolicyProject.init)
        }
        for (name, node) in try Self.scopes(object, "users") {
            guard PolicyMembers.isName(name), !name.hasPrefix("@") else {
                throw Self.badName(
                    node, "users", name, "a user's name or number is expected; a group gets its rules as a project")
            }
            users[name] = try Self.scope(node, "users", name, PolicySections.init)
        }
        for (text, node) in try Self.scopes(object, "vms") {
            guard let name = VMName(text) else {
                throw Self.badName(node, "vms", text, "a VM's name is \(VMName.rule)")
            }
            vms[name] = try Self.scope(node, "vms", text, PolicySections.init)
        }
    }

    /// First of all, for a newer format may have fields that would only puzzle.
    private static func checkFormat(_ root: JSONNode) throws(PolicyProblem) {
        guard let node = root["format"] else { return }
        guard let number = JSON(node).integerValue, number >= 1 else {
            throw PolicyProblem(node, "must be \(format), not \(node.summary)", at: JSONPath([.member("format")]))
        }
        guard number <= format else {
            throw PolicyProblem(
                node, "is \(number), which is newer than this program; it understands \(format), so update AIU Virtual",
                at: JSONPath([.member("format")]))
        }
    }

    private static func scopes(
        _ object: PolicyObject, _ field: String
    ) throws(PolicyProblem) -> [(String, JSONNode)] {
        try object.read(field) { (node: JSONNode) throws(PolicyProblem) in
            let members = try PolicyObject(node).members
            guard members.count <= mostScopes else {
                throw PolicyProblem(node, "has \(members.count) members; at most \(mostScopes) are possible")
            }
            return members.map { ($0.name, $0.value) }
        } ?? []
    }

    private static func scope<Value>(
        _ node: JSONNode, _ field: String, _ name: String, _ read: (JSONNode) throws(PolicyProblem) -> Value
    ) throws(PolicyProblem) -> Value {
        do throws(PolicyProblem) {
            return try read(node)
        } catch {
            throw error.inside(name).inside(field)
        }
    }

    private static func badName(
        _ node: JSONNode, _ field: String, _ name: String, _ rule: String
    ) -> PolicyProblem {
        PolicyProblem(node, rule, at: JSONPath([.member(field), .member(name)]))
    }

    // MARK: Scopes

    /// Every scope against those outside of it, as far as a document tells. What only the host knows (who is in a group,
    /// whose a VM is) is combined when it is asked for, where the tighter always wins.
    private func checkScopes() throws(PolicyProblem) {
        for (name, project) in projects.sorted(by: { $0.key < $1.key }) {
            try check(project.sections, .project(name), within: host, .host)
        }
        for (name, sections) in users.sorted(by: { $0.key < $1.key }) {
            try check(sections, .user(name), within: host, .host)
            for (project, content) in projects.sorted(by: { $0.key < $1.key })
            where content.members.names.contains(name) {
                try check(sections, .user(name), within: content.sections, .project(project))
            }
        }
        for (name, sections) in vms.sorted(by: { $0.key < $1.key }) {
            try check(sections, .vm(name), within: host, .host)
        }
    }

    private func check(
        _ inner: PolicySections, _ scope: PolicyScope, within outer: PolicySections, _ outerScope: PolicyScope
    ) throws(PolicyProblem) {
        var inner = inner
        inner.tokens = inner.tokens?.seen(from: scope)
        do throws(PolicyProblem) {
            try inner.check(within: outer)
        } catch {
            let said = position(
                of: error.path.steps.prefix { if case .member = $0 { true } else { false } }, outerScope)
            throw scope.path.steps.reversed().reduce(error.widening(outerScope, said)) { $0.inside($1) }
        }
    }

    /// Where a scope says something, or what is nearest to it.
    package func position(of steps: some Sequence<JSONPath.Step>, _ scope: PolicyScope) -> JSONPosition? {
        root.nearest(to: JSONPath(scope.path.steps + steps)).position
    }

    // MARK: Who

    package func projects(of subject: PolicySubject) -> [String] {
        projects.filter { $0.value.members.contains(subject) }.map(\.key).sorted()
    }

    package func sections(of scope: PolicyScope) -> PolicySections? {
        switch scope {
        case .host: host
        case .project(let name): projects[name]?.sections
        case .user(let name): users[name]
        case .vm(let name): vms[name]
        }
    }
}
