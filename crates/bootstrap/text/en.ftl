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

# What isn’t as it must be in Stalwart: what it is, and why it matters or what helps.
bootstrap-stalwart-administrator-rights = This account isn’t an administrator of Stalwart. It lacks { $names }.
    .advice = Use an administrator in STALWART_ADMIN_USER, such as the one from Stalwart’s own setup.
bootstrap-stalwart-no-default-domain = Stalwart’s settings name no default domain.
    .advice = Dezky’s account needs an address on it. Set the default domain in Stalwart, then run this again.
bootstrap-stalwart-account-missing = Stalwart has no account { $name }.
    .advice = Dezky’s API key belongs to this account.
bootstrap-stalwart-account-foreign = The account { $name } isn’t Dezky’s.
    .advice = Dezky didn’t create it, so it stays as it is. Rename that account, then run this again.
bootstrap-stalwart-address-taken = The address of Dezky’s account belongs to something else: { $name } { $last }.
    .advice = Give that another address, then run this again.
bootstrap-stalwart-account-roles = The account { $name } has other roles than mailboxes have.
    .advice = With the role of mailboxes and the permissions of its own, it can do what Dezky needs and nothing else.
bootstrap-stalwart-account-rights-missing = Dezky’s account lacks permissions: { $names }.
    .advice = Its key can’t do more than the account. Without “authenticate”, the account is frozen.
bootstrap-stalwart-account-rights-surplus = Dezky’s account has permissions that Dezky doesn’t need: { $names }.
    .advice = Anyone who gets hold of the account could use them.
bootstrap-stalwart-account-password = The account { $name } has a password or an app password.
    .advice = Whoever has it would get Dezky’s permissions. Dezky signs in with its key only: remove the password, or the account if it isn’t Dezky’s, then run this again.
bootstrap-stalwart-account-keys = Dezky’s account lacks permissions, and whoever has its keys would get them too: { $names }.
    .advice = Remove these keys, then run this again. With --replace-key, the keys that this command created before are removed.
bootstrap-stalwart-key-missing = Dezky has no API key.
    .advice = It signs in to Stalwart with one.
bootstrap-stalwart-key-refused = Stalwart doesn’t accept the key in STALWART_API_KEY.
    .advice = It’s wrong, was removed, or has expired. Dezky can’t manage mail until a new key replaces it.
bootstrap-stalwart-key-shut = Stalwart knows the key in STALWART_API_KEY, but doesn’t let it in.
    .advice = Its account is frozen, or the key is restricted to other addresses, or this address is blocked. Dezky can’t manage mail until that changes.
bootstrap-stalwart-key-blocked = The key in STALWART_API_KEY doesn’t work from this address. It’s restricted to { $names }.
    .advice = Run this again with --allow-from and the addresses that Dezky connects from, or “any”.
bootstrap-stalwart-key-banned = Stalwart doesn’t let the key in STALWART_API_KEY in, although its rights are right.
    .advice = Check whether Stalwart blocks this address, then run this again.
bootstrap-stalwart-key-foreign = The key in STALWART_API_KEY belongs to the account { $name }.
    .advice = Dezky gets a key of its own account. The other key stays as it is; remove it if nothing else uses it.
bootstrap-stalwart-key-untold = Stalwart doesn’t say which of Dezky’s keys is the one in STALWART_API_KEY.
    .advice = A new key replaces it, so that its rights and its expiry can be checked.
bootstrap-stalwart-key-rights-missing = Dezky’s key lacks permissions: { $names }.
    .advice = Without them, part of Dezky’s work in Stalwart fails. A new key replaces it.
bootstrap-stalwart-key-expires = Dezky’s key is valid only until { $name }.
    .advice = After that, Dezky can’t manage mail. A new key without an expiry replaces it.
bootstrap-stalwart-key-expires-later = Dezky’s key is valid until { $name }.
    .advice = In the 30 days before that, this command replaces it: `dezky bootstrap stalwart`.
bootstrap-stalwart-key-addresses = Dezky’s key is to work from other addresses than now.
    .advice = A new key replaces it.
bootstrap-stalwart-key-restricted = Dezky’s key works only from { $names }.
    .advice = If Dezky moves to another address, run `dezky bootstrap stalwart --allow-from` before.
bootstrap-stalwart-keys-superseded = Older keys of Dezky aren’t needed any more, created { $names }.
    .advice = They’re removed once the key in use is tried and saved. Don’t go on if another Dezky uses one of them.
bootstrap-stalwart-keys-kept = Dezky has older keys, created { $names }, and none of them is known from the settings.
    .advice = They stay, since a running Dezky may use one. If its settings are in another file, use --settings. To remove the keys, add --replace-key.
bootstrap-stalwart-keys-full = Dezky’s account can’t have more keys. It has { $names }.
    .advice = Remove one that isn’t needed, then run this again. With --replace-key, an older key of Dezky is removed.
bootstrap-stalwart-roles-unread = The permissions of mailboxes can’t be read with this key.
    .advice = Dezky needs all of them to add mailboxes, so this can’t be checked.
bootstrap-stalwart-key-unread = The expiry of the key can’t be read with it.
    .advice = Look it up in Stalwart, or get a key whose expiry is known with `dezky bootstrap stalwart`.
bootstrap-stalwart-more = { $count } more

# What went wrong with Stalwart.
bootstrap-stalwart-error-call = { $why }.
    .advice = Run this command again; nothing is made twice.
bootstrap-stalwart-unproven = Dezky’s key was tried, and this failed: { $step } ({ $why }).
    .advice = No settings were written and no other key was removed. Run this command again.
bootstrap-stalwart-step-leftovers = removing what an earlier try left
bootstrap-stalwart-step-reading = reading what mailboxes may do
bootstrap-stalwart-step-domain = adding a mail domain
bootstrap-stalwart-step-signing-keys = getting signing keys for a mail domain
bootstrap-stalwart-step-mailbox = adding and freezing a mailbox
bootstrap-stalwart-step-app-password = adding an app password
bootstrap-stalwart-step-list = adding a distribution list
bootstrap-stalwart-step-removal = removing what was added
