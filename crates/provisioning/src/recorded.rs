//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        TenantAllowRemovals = "tenant.allow_removals",
    }
}
