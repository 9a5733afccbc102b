import AIUJSON

/// A project: who is in it, and what holds for its VMs together.
package struct PolicyProject: Equatable, Sendable {
    package var members: PolicyMembers
    package var sections: PolicySections

    init(_ node: JSONNode) throws(PolicyProblem) {
        let object = try PolicyObject(node, fields: ["members"] + PolicySections.fields)
        members = try object.read("members", PolicyMembers.init) ?? PolicyMembers([])
        sections = try PolicySections(object)
    }
}
