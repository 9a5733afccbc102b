internal import CLinux

/// Zeroes an array that has held a secret.
package func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { unsafe aiu_wipe($0.baseAddress, $0.count) }
    bytes = []
}
