//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        MemberCreate = "member.create",
        MemberUpdate = "member.update",
        MemberAdopt = "member.adopt",
        MemberMailbox = "member.mailbox",
        MemberSuspend = "member.suspend",
        MemberResume = "member.resume",
        MemberRemove = "member.remove",
        MemberResetPassword = "member.reset_password",
        MemberEndPassword = "member.end_password",
        MemberForceLogout = "member.force_logout",
        MemberEndSession = "member.end_session",
        MemberRemindMfa = "member.remind_mfa",
        InvitationResend = "invitation.resend",
        UserSetPassword = "user.set_password",
    }
    Platform {
        UserEndPassword = "user.end_password",
    }
}
