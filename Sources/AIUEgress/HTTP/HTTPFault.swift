/// Why a message of HTTP is refused. Nothing is guessed: what two programs could read differently is no message.
package enum HTTPFault: String, Error, Sendable, CaseIterable {
    case long = "the head is too long"
    case requestLine = "the first line is not METHOD TARGET HTTP/1.1"
    case statusLine = "the server's first line is not HTTP/1.1 STATUS"
    case version = "only HTTP/1.1 and HTTP/1.0 are spoken here"
    case lineEnd = "a line does not end with CR LF"
    case folded = "a header field goes on in the next line"
    case fieldName = "a header field's name has wrong characters"
    case fieldValue = "a header field's value has control characters"
    case fields = "there are too many header fields"
    case host = "there must be one Host"
    case hostDiffers = "Host and the request's target differ"
    case length = "Content-Length is no number, or there are two"
    case coding = "Transfer-Encoding is something else than chunked alone"
    case both = "there are both Content-Length and Transfer-Encoding"
    case connection = "Connection names a field that must stay, or too many"
    case chunk = "a chunk is malformed"
    case upgrade = "upgraded connections are not let through"
    case method = "this method is not let through"
    case target = "the target is no http:// URL"
    case early = "the server answered before it was asked"
    package var description: String { rawValue }
}
