internal import Glibc

/// How many processors there are now; a VM's may change while it runs.
enum Processors {
    static var online: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }
}
