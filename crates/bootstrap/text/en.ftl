# What is set up in the upstreams, for those who run the servers. Each entry has its name here, `bootstrap-<id>`.

bootstrap-admins = the group { $name }
bootstrap-groups-claim = the claim of groups, { $name }
bootstrap-portal-provider = the provider { $name }
bootstrap-portal-application = the application { $name }
bootstrap-operator-provider = the provider { $name }
bootstrap-operator-application = the application { $name }
bootstrap-operator-binding = the operator console’s binding to the group { $name }
bootstrap-files-claim = the claim of the file service, { $name }
bootstrap-files-provider = the provider { $name }
bootstrap-files-application = the application { $name }
bootstrap-recovery = the recovery flow { $name }
bootstrap-recovery-password = the field { $name }
bootstrap-recovery-repeat = the field { $name }
bootstrap-recovery-by-link = the policy { $name }
bootstrap-recovery-identification = the stage { $name }
bootstrap-recovery-email = the stage { $name }
bootstrap-recovery-second-factor = the stage { $name }
bootstrap-recovery-prompt = the stage { $name }
bootstrap-recovery-write = the stage { $name }
bootstrap-recovery-login = the stage { $name }
bootstrap-recovery-step-identification = the recovery flow’s step { $name }
bootstrap-recovery-step-email = the recovery flow’s step { $name }
bootstrap-recovery-step-second-factor = the recovery flow’s step { $name }
bootstrap-recovery-step-prompt = the recovery flow’s step { $name }
bootstrap-recovery-step-write = the recovery flow’s step { $name }
bootstrap-recovery-step-login = the recovery flow’s step { $name }
bootstrap-recovery-skip-identification = the condition of the step dezky-recovery-identification
bootstrap-recovery-skip-email = the condition of the step dezky-recovery-email
bootstrap-brand = the recovery flow of the default brand
bootstrap-role = the role { $name }
bootstrap-account = the service account { $name }
bootstrap-token = the API token { $name }

# What doesn't work without it.
bootstrap-why-sign-in = People can’t sign in without it, or only in part.
bootstrap-why-groups = Without it, members of the operators’ group aren’t recognised at their first sign-in.
bootstrap-why-operators = It decides who can open the operator console.
bootstrap-why-files = The file service can’t sign people in without it.
bootstrap-why-recovery = Without it, people can’t choose or reset a password by a link.
bootstrap-why-rights = Without it, Dezky can’t manage accounts and groups.

# Why something is left alone.
bootstrap-left-superusers = The members of { $name } are superusers of Authentik. Use another group in AUTHENTIK_ADMIN_GROUP, so that operators of Dezky get no rights in Authentik.
bootstrap-left-person = An account named like { $name } belongs to a person. Rename that account, then run this again.
bootstrap-left-token = A token named like { $name } belongs to another account or purpose. Delete that token, then run this again.
bootstrap-left-recovery = The default brand already has another recovery flow, which stays in use.
bootstrap-left-needs = It needs { $name }, which was left as it is.
bootstrap-unread-needs = It needs { $name }, which can’t be read.

# What went wrong.
bootstrap-error-call = { $why }.
bootstrap-error-entry = Authentik: { $name } failed: { $why }. Run this command again; what is done stays done.
bootstrap-error-not-taken = Authentik confirmed every change, but these still differ or can’t be read: { $names }. Run this command again.
