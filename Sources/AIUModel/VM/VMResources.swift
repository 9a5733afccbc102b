/// What a VM is given at boot.
package struct VMResources: Equatable, Sendable, Codable {
    package var processors: Int
    package var memory: ByteCount
    package var storage: ByteCount

    package init(processors: Int, memory: ByteCount, storage: ByteCount) {
        self.processors = processors
        self.memory = memory
        self.storage = storage
    }
}
