internal import AIUModel

extension Routes {
    private static let path = Route.Parameter(
        name: "path", schema: .text(pattern: "^/", atMost: 4096), note: "The file's absolute path in the VM.",
        required: true)

    /// Files of stopped VMs.
    static let files: [Route] = [
        Route(
            method: .get, template: "/v1/vms/{name}/files", identifier: "readFile", permission: .read,
            summary: "Reads a file of a stopped VM's disk.", query: [path], answer: .bytes,
            refusals: [.invalid, .notFound, .conflict, .unavailable], disclosesContents: true
        ) { request, context async throws(Failure) in
            let bytes = try await context.control.readFile(try absolutePath(request), of: try request.name())
            return .whole(status: 200, type: Response.bytes, body: bytes, headers: [])
        },
        Route(
            method: .put, template: "/v1/vms/{name}/files", identifier: "writeFile", permission: .operate,
            summary: "Writes a file of a stopped VM's disk; at most 16 MiB.", query: [path], body: .bytes,
            answer: .none(204), refusals: [.invalid, .notFound, .conflict, .noSpace, .unavailable]
        ) { request, context async throws(Failure) in
            try await context.control.writeFile(try absolutePath(request), request.body, of: try request.name())
            return .empty
        },
    ]

    private static func absolutePath(_ request: Request) throws(Failure) -> String {
        let path = request.query["path"] ?? ""
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 4096 else {
            throw Failure(.invalid, "'\(path)' is not an absolute path of at most 4096 bytes")
        }
        guard !path.split(separator: "/").contains("..") else {
            throw Failure(.invalid, "'\(path)' has a '..' in it; name the file directly")
        }
        return path
    }
}
