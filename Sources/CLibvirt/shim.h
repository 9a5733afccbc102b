#pragma once
#include <libvirt/libvirt.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>

// libvirt passes callbacks of every event through one function type; the cast is a macro that Swift cannot see.
static inline int aiu_register_lifecycle(
    virConnectPtr connection, virConnectDomainEventCallback callback, void *context, virFreeCallback release) {
    return virConnectDomainEventRegisterAny(
        connection, (virDomainPtr)0, VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(callback), context, release);
}
