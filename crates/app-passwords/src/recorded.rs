//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        AppPasswordCreate = "app_password.create",
        AppPasswordRemove = "app_password.remove",
    }
}
