/// A question: would a VM's request be let through?
package struct TestNetwork: Codable, Equatable, Sendable {
    /// `https://host[:port]/path`, or `http://…`.
    package var url: String
    /// GET when left out.
    package var method: String?
    /// Also tries it, through the VM's own proxy.
    package var connect: Bool?

    package init(url: String, method: String? = nil, connect: Bool? = nil) {
        self.url = url
        self.method = method
        self.connect = connect
    }
}
