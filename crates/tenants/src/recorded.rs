//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        TenantCreate = "tenant.create",
        TenantUpdate = "tenant.update",
        TenantActivate = "tenant.activate",
        TenantSuspend = "tenant.suspend",
        TenantResume = "tenant.resume",
        TenantTerminate = "tenant.terminate",
        TenantBeginPurge = "tenant.begin_purge",
        TenantPurge = "tenant.purge",
        TenantReconcile = "tenant.reconcile",
        RoleGrant = "role.grant",
    }
}
