/// The requests of the vhost-user protocol that this back end answers.
package enum VhostUserRequest: UInt32, Sendable, CaseIterable {
    case getFeatures = 1
    case setFeatures = 2
    case setOwner = 3
    case resetOwner = 4
    case setMemoryTable = 5
    case setQueueSize = 8
    case setQueueAddresses = 9
    case setQueueBase = 10
    case getQueueBase = 11
    case setQueueKick = 12
    case setQueueCall = 13
    case setQueueFailure = 14
    case getProtocolFeatures = 15
    case setProtocolFeatures = 16
    case getQueueCount = 17
    case enableQueue = 18
    case getConfiguration = 24
    case setConfiguration = 25
    case resetDevice = 34
    case getMemorySlots = 36
    case addMemory = 37
    case removeMemory = 38
    case setStatus = 39
    case getStatus = 40
}

/// Feature bits of the device and of the protocol.
package enum VhostUserFeature {
    package static let indirectDescriptors: UInt64 = 1 << 28
    package static let eventIndex: UInt64 = 1 << 29
    package static let protocolFeatures: UInt64 = 1 << 30
    package static let version1: UInt64 = 1 << 32
    package static let offered = indirectDescriptors | eventIndex | protocolFeatures | version1

    package static let multiqueue: UInt64 = 1 << 0
    package static let replyAcknowledge: UInt64 = 1 << 3
    package static let configuration: UInt64 = 1 << 9
    package static let resetDevice: UInt64 = 1 << 13
    package static let memorySlots: UInt64 = 1 << 15
    package static let status: UInt64 = 1 << 16
    package static let offeredProtocol =
        multiqueue | replyAcknowledge | configuration | resetDevice | memorySlots | status
}
