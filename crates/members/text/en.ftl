# Members of a workspace

nav-members = Members

members-search = Name or address
members-shown = { $count ->
    [one] One person
   *[other] { $count } people
}
members-none = No members yet
members-none-yet = Members appear here once they’re added or accept an invitation.
members-none-says = Add the first member: they get an account, a mailbox and file storage.

member-person = Person
member-state = Status
member-role = Role
member-last-sign-in = Last sign-in
member-never = Never
member-active = Active
member-workspace-closed = Workspace closed
member-no-password-yet = No password
member-suspended = Suspended
member-removing = Being removed
mfa-with-on = With second factor
mfa-with-off = Without second factor
mfa-with-unknown = Second factor not known
mfa-silent = Second factors can’t be shown.
mfa-left-out = { $count ->
    [one] One person is left out because their second factor isn’t known.
   *[other] { $count } people are left out because their second factor isn’t known.
}
member-mailbox-use = Mailbox storage
mail-use-silent = Mailbox usage can’t be shown.
member-failing = Failed, retrying
member-busy = Being set up

member-add = Add member
member-add-title = Add member
member-not-added = Member not added
member-name = Full name
member-email = Sign-in address
member-email-help = Used to sign in. On one of your domains, it’s also their mailbox.
member-mailbox = Mailbox
member-mailbox-help = Mailbox name. Leave empty to use the sign-in address.
member-made-title = { $name } was added
member-password-title = New password for { $name }
member-made-done = Done
member-password-both = Password for sign-in and mail
member-password-sign-in = Password for sign-in
member-password-mail = Password for mail
member-password-says = They choose their own password when they first sign in. If they don’t within 7 days, this one stops working and you need to create another.
member-no-password = No password was set
member-no-password-says = The account and mailbox aren’t ready yet. Once the steps below are done, reset the password on the member’s page.
member-credential-sign-in = Sign-in
member-credential-later = Password not set everywhere
member-credential-not-yet = { $what } isn’t ready yet, so no one can get in there. Once it is, reset the password on the member’s page.
member-credential-failed = { $what } didn’t accept the password. Reset it again in a moment.

member-facts = About
member-password = Password
member-password-own = Chosen by them
member-password-theirs = Managed with their own account
member-own-account = { $name } signs in with their own account.
member-own-account-says = You manage their role, mailbox and access here. They change their name, password and account where they got the account.
address-unverified = Unverified
member-invite-instead = Invite instead
member-password-due = Generated, not replaced yet. Created
member-password-none = None yet. No invitation is waiting, so use “Reset password” to create one.
member-password-invited = None yet. They choose one with their invitation link, or you create one.
member-password-waiting = None yet: their account is being created.
member-sign-in-earlier = Sign-in still accepts an earlier password, not the last one. Reset the password.
member-password-ended = Generated, and no longer valid. Reset the password.
member-since = Member since
member-steps = Services
member-addresses = Addresses
address-is-mailbox = Mailbox
address-is-alias = Alias
address-is-list = List
address-is-shared = Shared mailbox
address-is-group = Group
member-change = Edit member
member-save = Save changes
member-role-help = Admins manage people, domains and settings. Owners also manage owners.
member-not-done = Nothing was changed
member-oneself = This is you. Ask another admin to change your role, reset your password, sign you out, suspend or remove you.

member-reset-password = Reset password
member-reset-password-title = Reset password for { $name }?
member-reset-password-says = Their password stops working for sign-in and mail, and they’re signed out everywhere. The new one is shown once. App passwords end too, unless you keep them.
member-force-logout = Sign out everywhere
member-force-logout-title = Sign { $name } out everywhere?
member-force-logout-says = All their sessions and app passwords end; no one else is affected. They can sign in again at once. Mail programs that are connected keep working until they reconnect.
member-force-logout-says-shared = They’re also a member of other workspaces. Their sessions in this workspace end, and so do the app passwords of their mailbox here. Their other sessions continue, and they can open this workspace again from there.
member-force-logout-says-own = They sign in with their own account. Their sessions in this workspace end, and so do the app passwords of their mailbox here. That account stays signed in, so they can open this workspace again.
member-suspend = Suspend member
member-suspend-says-own = They can’t open this workspace, its files or their mailbox here until you resume them. Mail keeps arriving and nothing is lost. The account they sign in with is their own and stays as it is.
member-suspend-title = Suspend { $name }?
member-suspend-says = They can’t sign in, read mail or open files here until you resume them. Mail keeps arriving, nothing is lost, and their password stays. Mail programs that are connected keep working until they reconnect.
member-resume = Resume member
member-resume-title = Resume { $name }?
member-resume-says = Everything they had is restored, with the same password.
member-remove = Remove member
member-remove-says-own = Their mailbox here and all mail in it are permanently deleted. They lose this workspace and its files. The account they sign in with is their own and stays as it is.
member-remove-title = Remove { $name }?
member-remove-says = Their mailbox and all mail in it are permanently deleted. They lose everything they have here. If this is their only workspace, their account and own files are deleted too.
member-wrong-name = This doesn’t match the member’s name.

member-done-change = Changes saved.
member-done-suspend = Member suspended. Mail keeps arriving.
member-done-resume = Member resumed. Everything is as it was.
member-done-force-logout = Signed out everywhere.
member-done-force-logout-here = Signed out of this workspace. Their other sessions continue.
member-done-sign-out-later = Their sessions here have ended. The sign-in service isn’t answering; we’ll keep retrying.
member-done-remove = Member removed.
member-sign-out-open = Not signed out everywhere yet
member-sign-out-open-says = The sign-in service didn’t answer. We’ll keep retrying.

member-step-authentik-user = Account
member-step-authentik-user-open = Ready to sign in
member-step-no-password = No password yet, so they can’t sign in
member-step-authentik-user-closed = Works only for their other workspaces
member-step-authentik-membership = Membership
member-step-authentik-membership-open = Member of this workspace
member-step-authentik-membership-closed = Closed
member-step-stalwart-mailbox = Mailbox
member-step-stalwart-mailbox-open = Ready; mail arrives
member-step-stalwart-mailbox-closed = Closed; mail still arrives
member-step-ocis-user = Files
member-step-ocis-user-open = Ready
member-step-ocis-user-closed = Works only for their other workspaces
member-step-ocis-membership = Shared space
member-step-ocis-membership-open = Can edit its files
member-step-ocis-membership-closed = Closed
member-step-pending = In progress
member-step-error = Failed. We’ll keep retrying.
member-step-failed = A service didn’t complete the request.
member-step-means = Nothing is lost. If this continues, contact your provider.
member-reason-waits-for-dependency = Waiting for another step
member-reason-awaiting-ownership = Waiting until you verify the domain
member-reason-no-domain = No mail domain yet. The mailbox follows once there is one.
member-reason-no-mailbox = No mailbox here
member-reason-not-configured = Not part of this platform
member-reason-switched-off = Switched off for now
member-reason-drift-accepted = Left as it is by your provider

# Passwords

member-mailbox-give = Mailbox name. Leave empty for no mailbox.
member-mailbox-locked = No password yet. It’s set when they choose a password or you reset it.
member-mailbox-earlier = It still accepts an earlier password, not the last one. Reset the password.

# Invitations

members-tab-people = People
members-tab-invitations = Invitations
member-invite = Invite people
member-invite-people = Invite people
invitations-waiting = { $count ->
    [0] No invitations are waiting.
    [one] One person hasn’t answered yet.
   *[other] { $count } people haven’t answered yet.
}
invitation-title = Invite people
invitation-email = Email
invitation-email-help = We’ll email the invitation here. Without an account, they get one with this address.
invitation-says = They get a link that works for 7 days. It holds a seat until then.
invitation-send = Send invitation
invitation-not-sent = Invitation not sent

# Import and export

members-tab-import = Import
members-export = Export
import-fate = Outcome

# Several members at once

bulk-suspend = Suspend
bulk-resume = Resume
bulk-force-logout = Sign out
bulk-remind = Send password link
bulk-remind-mfa = Ask for second factor
bulk-suspend-title = { $count ->
    [one] Suspend one person?
   *[other] Suspend { $count } people?
}
bulk-resume-title = { $count ->
    [one] Resume one person?
   *[other] Resume { $count } people?
}
bulk-force-logout-title = { $count ->
    [one] Sign one person out everywhere?
   *[other] Sign { $count } people out everywhere?
}
bulk-remind-title = { $count ->
    [one] Send a password link to one person?
   *[other] Send a password link to { $count } people?
}
bulk-suspend-says = They can’t sign in, read mail or open files here until you resume them. Mail keeps arriving, nothing is lost, and their passwords stay. Mail programs that are connected keep working until they reconnect.
bulk-resume-says = Everything they had is restored, with the same passwords. Addresses handed over to colleagues when they were offboarded come back to them.
bulk-force-logout-says = All their sessions and app passwords end; no one else is affected. They can sign in again at once. For people who are also in other workspaces, or sign in with their own account, only what they have in this workspace ends.
bulk-remind-mfa-title = { $count ->
    [one] Ask one person for a second factor?
   *[other] Ask { $count } people for a second factor?
}
bulk-remind-mfa-says = People without one get an email with a link to set one up, at most one a day. People who have one, or for whom it isn’t known, get nothing.
bulk-remind-says = People who haven’t chosen a first password get an email with a new link; the old link stops working. Others get nothing.
bulk-suspend-sure = { $count ->
    [one] Suspend one person
   *[other] Suspend { $count } people
}
bulk-resume-sure = { $count ->
    [one] Resume one person
   *[other] Resume { $count } people
}
bulk-force-logout-sure = { $count ->
    [one] Sign one person out
   *[other] Sign { $count } people out
}
bulk-remind-sure = { $count ->
    [one] Send password link
   *[other] Send password links
}
bulk-remind-mfa-sure = { $count ->
    [one] Ask one person
   *[other] Ask { $count } people
}
bulk-sure = Selected people
bulk-nothing-yet = Nothing has changed yet.
bulk-done = Done for { $done } of { $all }.
bulk-suspend-done = Suspended
bulk-resume-done = Resumed
bulk-force-logout-done = Signed out
bulk-force-logout-here = Signed out of this workspace
bulk-remind-done = Email sent
bulk-remind-mfa-done = Email sent
bulk-later = Signed out here; single sign-on follows
bulk-nothing = Nothing to send
bulk-refused = Not done

# Offboarding

member-offboard = Offboard member
member-offboard-says-own = They’re signed out of this workspace and lose access to mail and files. The app passwords of their mailbox end. We then check that every way in is closed. Mail keeps arriving and nothing else is deleted. The account they sign in with is their own and stays as it is.
member-offboard-title = Offboard { $name }?
member-offboard-says = They’re signed out and lose access to mail and files here. Their app passwords end. We then check that every way in is closed. Mail keeps arriving and nothing else is deleted.
offboard-mail-field = New mail goes to
offboard-mail-field-help = They receive mail to these addresses in their own mailbox.
offboard-mail-field-help-typed = Enter a colleague’s address. Leave empty to keep mail in the closed mailbox.
offboard-mail-nobody = No one: it stays in the closed mailbox
member-departure = Offboarding
member-departed = Offboarded. All access is removed. Started
member-departing = Offboarded. Some access is still open. Started
member-came-back = Was offboarded and has access again. Offboarding started
member-restored = Access was restored on
member-handed-over = New mail for { $addresses } goes to { $name }.
member-nobody-here = someone who’s no longer here
member-departure-report = View report
member-resume-takes = { $addresses } comes back from { $name }, who no longer gets its mail.

# In the log
action-member-update = Member changed
action-member-suspend = Member suspended
action-member-resume = Member resumed
action-member-reset-password = Password reset
action-member-force-logout = Member signed out everywhere
action-member-remind-mfa = Second factor reminder sent
## What is wrong with a field
member-cursor-of-other-order = This cursor belongs to a list in another order.
