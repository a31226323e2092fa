//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`. That a
//! customer is attached or detached is a change of the tenant, and stands in its own log.

audit::actions! {
    Platform {
        PartnerCreate = "partner.create",
        PartnerUpdate = "partner.update",
        PartnerSuspend = "partner.suspend",
        PartnerResume = "partner.resume",
        PartnerTerminate = "partner.terminate",
    }
}
