/// A model to be added: its bytes follow.
package struct AddModel: Equatable, Sendable {
    package var name: ModelName
    /// What it becomes the default for.
    package var role: ModelRole?
    /// How many bytes will come, where that is known already.
    package var size: ByteCount?

    package init(name: ModelName, role: ModelRole? = nil, size: ByteCount? = nil) {
        self.name = name
        self.role = role
        self.size = size
    }
}
