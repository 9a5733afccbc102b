internal import AIUWire

/// What one operation connection does once its request is known.
protocol GuestOperation: AnyObject {
    /// A frame after the request. Throwing ends the operation with that failure.
    func receive(_ frame: Frame) throws(OperationFailure)
    /// The connection takes output again.
    func resume()
    /// The host went away: stop at once and leave nothing behind.
    func cancel()
}
