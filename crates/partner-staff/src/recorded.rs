//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Platform {
        StaffInvite = "staff.invite",
        StaffResend = "staff.resend",
        StaffRevoke = "staff.revoke",
        StaffAdd = "staff.add",
        StaffJoin = "staff.join",
        StaffUpdate = "staff.update",
        StaffRemove = "staff.remove",
    }
}
