/// What is wrong with an HTTP answer.
package enum HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
    case badStatusLine
    case badHeader
    case headTooLong(limit: Int)
    case tooManyHeaders(limit: Int)
    case badLength
    case badChunk
    case bodyTooLong(limit: Int)
    case unknownTransferEncoding
    case cutOff

    package var description: String {
        switch self {
        case .badStatusLine: "the status line is not HTTP/1.1"
        case .badHeader: "a header line is malformed"
        case .headTooLong(let limit): "the headers are longer than \(limit) bytes"
        case .tooManyHeaders(let limit): "there are more than \(limit) headers"
        case .badLength: "the length of the body is not clear"
        case .badChunk: "a chunk of the body is malformed"
        case .bodyTooLong(let limit): "the body is longer than \(limit) bytes"
        case .unknownTransferEncoding: "the body has an unknown encoding"
        case .cutOff: "the answer ends too early"
        }
    }
}
