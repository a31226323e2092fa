//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        TenantApply = "tenant.apply",
        DriftRevert = "drift.revert",
        DriftAdopt = "drift.adopt",
        DriftAccept = "drift.accept",
        DriftWithdraw = "drift.withdraw",
    }
    Platform {
        DriftScan = "drift.scan",
    }
}
