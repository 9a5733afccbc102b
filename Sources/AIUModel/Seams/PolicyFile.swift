/// The file in the state directory that people may edit.
package protocol PolicyFile: Sendable {
    var path: String { get }
    /// `nil` when there is none.
    func read() throws(Failure) -> [UInt8]?
    /// Replaces it: whoever reads finds the one or the other.
    func write(_ bytes: [UInt8]) throws(Failure)
}
