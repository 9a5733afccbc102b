internal import Glibc

/// How many processors there are now; a VM's may change while it runs.
package enum Processors {
    package static var online: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
