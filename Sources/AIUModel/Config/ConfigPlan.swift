import AIUJSON

/// What a change from one configuration to another touches, and when each part takes effect. Nothing is done here.
package struct ConfigPlan: Equatable, Sendable {
    /// In the order in which the fields are documented.
    package let changes: [FieldChange]

    /// `startedWith` is what the VM was given when it started last, which is not what the former configuration says
    /// while something of that waits.
    package init(from former: AIUConfig, to next: AIUConfig, isRunning: Bool, startedWith: VMResources? = nil) {
        let present = startedWith ?? VMResources(former.resources)
        let (before, after) = (former.json, next.json)
        changes = ConfigFieldRule.all.flatMap { rule -> [FieldChange] in
            let names = rule.field.split(separator: ".").map(String.init)
            return Self.differences(
                JSONPath(names.map { .member($0) }), before.value(at: names), after.value(at: names)
            )
            // What has a row of its own is not told twice.
            .filter { path, _, _ in path.description == rule.field || !Self.own.contains(path.description) }
            .map { path, old, new in
                let effect = Self.effect(of: rule, next, present, isRunning: isRunning)
                return FieldChange(
                    field: path.description, before: old?.text(), after: new?.text(), effect: effect.0,
                    reason: effect.1)
            }
        }
    }

    private static let own = Set(ConfigFieldRule.all.map(\.field))

    /// The fields that `VMResources` knows.
    private static let given: Set<String> = ["resources.ram", "resources.cpu_cores", "resources.storage"]

    package var isEmpty: Bool { changes.isEmpty }

    package var refused: [FieldChange] { changes.filter { $0.effect == .refused } }

    /// Whether a running VM goes on with former values of something.
    package var needsRestart: Bool { changes.contains { $0.effect == .needsRestart } }

    /// The fields in which a VM that was started with `resources` differs from what its configuration says.
    package static func waiting(_ config: AIUConfig, startedWith resources: VMResources) -> [String] {
        let wanted = VMResources(config.resources)
        var fields: [String] = []
        if wanted.memory != resources.memory { fields.append("resources.ram") }
        if wanted.processors != resources.processors { fields.append("resources.cpu_cores") }
        if wanted.storage != resources.storage { fields.append("resources.storage") }
        return fields
    }

    private static func effect(
        of rule: ConfigFieldRule, _ next: AIUConfig, _ present: VMResources, isRunning: Bool
    ) -> (FieldChange.Effect, String?) {
        switch rule.timing {
        case .live:
            return (isRunning ? .live : .atNextStart, rule.note)
        case .creation:
            return (
                .refused,
                "a disk is encrypted from the beginning or never; make another VM and copy what you need into it"
            )
        case .startGrowing where next.resources.storage < present.storage:
            return (
                .refused,
                "a disk never shrinks, because files may lie where its end would be; "
                    + "make a VM with less storage and copy what you need into it"
            )
        case .start, .startGrowing:
            // Going back to what it runs with waits for nothing.
            let isThere = Self.given.contains(rule.field) && !waiting(next, startedWith: present).contains(rule.field)
            if isRunning, isThere { return (.live, nil) }
            return (isRunning ? .needsRestart : .atNextStart, rule.note)
        }
    }

    /// Objects whose members are the user's own (`per_tool`, `custom_parameters`) are told apart member by member.
    private static func differences(
        _ path: JSONPath, _ before: JSON?, _ after: JSON?
    ) -> [(JSONPath, JSON?, JSON?)] {
        guard before != after else { return [] }
        guard let old = before?.membersValue, let new = after?.membersValue else { return [(path, before, after)] }
        let names = old.map(\.name) + new.map(\.name).filter { before?[$0] == nil }
        return names.flatMap { name in
            before?[name] == after?[name] ? [] : [(path.appending(name), before?[name], after?[name])]
        }
    }
}

extension JSON {
    /// The value that a way of members leads to.
    func value(at names: some Sequence<String>) -> JSON? {
        var value = self
        for name in names {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value
    }
}

extension VMResources {
    package init(_ resources: Resources) {
        self.init(processors: resources.cpuCores, memory: resources.ram, storage: resources.storage)
    }
}
