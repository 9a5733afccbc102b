internal import Glibc

/// The few operations on rows of floats that the router's heads need.
///
/// Four at a time: that is what every processor that runs this can do in one step, emulated ones too.
enum Vectors {
    /// Products of a matrix's rows with a vector: `rows` numbers.
    static func multiply(_ matrix: [Float], rows: Int, _ vector: ArraySlice<Float>) -> [Float] {
        let columns = vector.count
        guard columns > 0, matrix.count >= rows * columns else { return [Float](repeating: 0, count: rows) }
        return unsafe matrix.withUnsafeBufferPointer { matrix in
            unsafe vector.withUnsafeBufferPointer { vector in
                (0..<rows).map { row in
                    unsafe dot(UnsafeBufferPointer(rebasing: matrix[row * columns..<(row + 1) * columns]), vector)
                }
            }
        }
    }

    static func dot(_ left: ArraySlice<Float>, _ right: ArraySlice<Float>) -> Float {
        unsafe left.withUnsafeBufferPointer { left in
            unsafe right.withUnsafeBufferPointer { right in unsafe dot(left, right) }
        }
    }

    /// `left` += `right`, element by element.
    static func add(_ right: ArraySlice<Float>, times factor: Float = 1, to left: inout [Float]) {
        for (place, value) in right.enumerated() where place < left.count { left[place] += factor * value }
    }

    static func softmax(_ scores: [Float]) -> [Float] {
        guard let highest = scores.max() else { return [] }
        let weights = scores.map { expf($0 - highest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    private static func dot(_ left: UnsafeBufferPointer<Float>, _ right: UnsafeBufferPointer<Float>) -> Float {
        let count = min(left.count, right.count)
        guard let a = left.baseAddress, let b = right.baseAddress else { return 0 }
        var first = SIMD4<Float>(repeating: 0)
        var second = first
        let left = unsafe UnsafeRawPointer(a)
        let right = unsafe UnsafeRawPointer(b)
        var place = 0
        while place + 8 <= count {
            let x = unsafe left.loadUnaligned(fromByteOffset: 4 * place, as: SIMD4<Float>.self)
            let y = unsafe right.loadUnaligned(fromByteOffset: 4 * place, as: SIMD4<Float>.self)
            let u = unsafe left.loadUnaligned(fromByteOffset: 4 * place + 16, as: SIMD4<Float>.self)
            let v = unsafe right.loadUnaligned(fromByteOffset: 4 * place + 16, as: SIMD4<Float>.self)
            first += x * y
            second += u * v
            place += 8
        }
        var sum = (first + second).sum()
        while place < count {
            unsafe sum += a[place] * b[place]
            place += 1
        }
        return sum
    }
}
