package import AIUModel
internal import CLibvirt

/// A step in a machine's life, as far as we care.
package enum LifecycleChange: Equatable, Sendable {
    case started
    case panicked
    case stopped(HypervisorEvent.Ending)
    /// Held by QEMU itself, not by us.
    case stalled
    case other

    /// Reads libvirt's pair of numbers.
    package init(event: Int32, detail: Int32) {
        let detail = UInt32(bitPattern: detail)
        self =
            switch virDomainEventType(UInt32(bitPattern: event)) {
            case VIR_DOMAIN_EVENT_STARTED: .started
            case VIR_DOMAIN_EVENT_CRASHED:
                detail == VIR_DOMAIN_EVENT_CRASHED_PANICKED.rawValue ? .panicked : .other
            case VIR_DOMAIN_EVENT_SUSPENDED:
                // A pause that was asked for is no news to whoever asked for it.
                detail == VIR_DOMAIN_EVENT_SUSPENDED_IOERROR.rawValue ? .stalled : .other
            case VIR_DOMAIN_EVENT_STOPPED:
                switch virDomainEventStoppedDetailType(detail) {
                case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN: .stopped(.shutdown)
                case VIR_DOMAIN_EVENT_STOPPED_DESTROYED: .stopped(.destroyed)
                case _: .stopped(.crashed)
                }
            case _: .other
            }
    }
}
