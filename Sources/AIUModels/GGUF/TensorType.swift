/// How the numbers of a tensor are stored. Types that engines use only while they compute are no types of a file.
package struct TensorType: Hashable, Sendable {
    /// As the file says it.
    package let number: UInt32
    /// As people say it.
    package let name: String
    /// Elements that are stored together, and the bytes that they take.
    package let elements: UInt64
    package let bytes: UInt64

    private init(_ number: UInt32, _ name: String, _ elements: UInt64, _ bytes: UInt64) {
        self.number = number
        self.name = name
        self.elements = elements
        self.bytes = bytes
    }

    package init?(number: UInt32) {
        guard let type = Self.byNumber[number] else { return nil }
        self = type
    }

    package static let all = [
        TensorType(0, "F32", 1, 4), TensorType(1, "F16", 1, 2), TensorType(30, "BF16", 1, 2),
        TensorType(28, "F64", 1, 8), TensorType(24, "I8", 1, 1), TensorType(25, "I16", 1, 2),
        TensorType(26, "I32", 1, 4), TensorType(27, "I64", 1, 8), TensorType(2, "Q4_0", 32, 18),
        TensorType(3, "Q4_1", 32, 20), TensorType(6, "Q5_0", 32, 22), TensorType(7, "Q5_1", 32, 24),
        TensorType(8, "Q8_0", 32, 34), TensorType(39, "MXFP4", 32, 17), TensorType(10, "Q2_K", 256, 84),
        TensorType(11, "Q3_K", 256, 110), TensorType(12, "Q4_K", 256, 144), TensorType(13, "Q5_K", 256, 176),
        TensorType(14, "Q6_K", 256, 210), TensorType(16, "IQ2_XXS", 256, 66), TensorType(17, "IQ2_XS", 256, 74),
        TensorType(22, "IQ2_S", 256, 82), TensorType(18, "IQ3_XXS", 256, 98), TensorType(21, "IQ3_S", 256, 110),
        TensorType(19, "IQ1_S", 256, 50), TensorType(29, "IQ1_M", 256, 56), TensorType(20, "IQ4_NL", 32, 18),
        TensorType(23, "IQ4_XS", 256, 136), TensorType(34, "TQ1_0", 256, 54), TensorType(35, "TQ2_0", 256, 66),
    ]

    private static let byNumber = Dictionary(uniqueKeysWithValues: all.map { ($0.number, $0) })
}
