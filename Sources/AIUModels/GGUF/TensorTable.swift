/// What a header says of its tensors, checked: nothing overlaps, everything is aligned, every size is possible.
package struct TensorTable: Equatable, Sendable {
    package private(set) var count = 0
    package private(set) var parameters: UInt64 = 0
    /// Bytes by type.
    package private(set) var bytes: [TensorType: UInt64] = [:]
    /// From the beginning of the data to the end of its last tensor.
    package private(set) var dataSize: UInt64 = 0
    private var places: [Place] = []

    /// Where a tensor's data is, from the beginning of all data.
    private struct Place: Equatable {
        var start: UInt64
        var end: UInt64
    }

    mutating func read(_ input: inout GGUFInput, count: UInt64, alignment: UInt64) throws(GGUFError) {
        var names: Set<String> = []
        for number in 1...max(count, 1) where count > 0 {
            let part = "the description of tensor \(number)"
            let name = try GGUFText.name(&input, atMost: GGUFLimits.tensorNameBytes, part)
            guard names.insert(name).inserted else {
                throw input.error(.malformed("the tensor '\(name)' is there twice"))
            }
            try add(try place(of: name, &input, alignment, part))
        }
        places.sort { $0.start < $1.start }
        for (former, next) in zip(places, places.dropFirst()) where next.start < former.end {
            throw input.error(.malformed("two tensors are at the same place"))
        }
        places = []
    }

    private mutating func add(_ tensor: (type: TensorType, elements: UInt64, place: Place)) throws(GGUFError) {
        let size = tensor.place.end - tensor.place.start
        count += 1
        // Each is at most a file's size in bytes, and there are few: no sum of them overflows.
        parameters += tensor.elements
        bytes[tensor.type, default: 0] += size
        dataSize = max(dataSize, tensor.place.end)
        places.append(tensor.place)
    }

    private func place(
        of name: String, _ input: inout GGUFInput, _ alignment: UInt64, _ part: String
    ) throws(GGUFError) -> (type: TensorType, elements: UInt64, place: Place) {
        let dimensions = try input.integer(UInt32.self, part)
        guard (1...GGUFLimits.dimensions).contains(dimensions) else {
            throw input.error(.malformed("the tensor '\(name)' has \(dimensions) dimensions instead of 1 to 4"))
        }
        var elements: UInt64 = 1
        var row: UInt64 = 0
        for dimension in 0..<dimensions {
            let length = try input.integer(UInt64.self, part)
            if dimension == 0 { row = length }
            let (product, overflow) = elements.multipliedReportingOverflow(by: length)
            guard length > 0, !overflow, product <= GGUFLimits.fileBytes else {
                throw input.error(.malformed("the tensor '\(name)' has an impossible shape"))
            }
            elements = product
        }
        let number = try input.integer(UInt32.self, part)
        guard let type = TensorType(number: number) else {
            throw input.error(
                .unsupported("the tensor '\(name)' is quantised in a way (number \(number)) that is not supported here")
            )
        }
        let start = try input.integer(UInt64.self, part)
        guard row % type.elements == 0 else {
            throw input.error(.malformed("the rows of the tensor '\(name)' are no whole blocks of \(type.name)"))
        }
        // At most 8 bytes an element, so this does not overflow.
        let size = elements / type.elements * type.bytes
        guard start % alignment == 0 else {
            throw input.error(.malformed("the tensor '\(name)' is not aligned to \(alignment) bytes"))
        }
        guard start <= GGUFLimits.fileBytes, size <= GGUFLimits.fileBytes else {
            throw input.error(.malformed("the tensor '\(name)' is beyond the end of any file"))
        }
        return (type, elements, Place(start: start, end: start + size))
    }
}
