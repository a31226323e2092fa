//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        MemberUpdate = "member.update",
        MemberSuspend = "member.suspend",
        MemberResume = "member.resume",
        MemberResetPassword = "member.reset_password",
        MemberForceLogout = "member.force_logout",
        MemberRemindMfa = "member.remind_mfa",
    }
}
