//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        SharedCreate = "shared.create",
        SharedUpdate = "shared.update",
        SharedRemove = "shared.remove",
    }
}
