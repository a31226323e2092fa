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
mfa = Second factor
mfa-on = On
mfa-off = Off
mfa-with-on = With second factor
mfa-with-off = Without second factor
mfa-with-unknown = Second factor not known
mfa-silent = Second factors can’t be shown.
mfa-left-out = { $count ->
    [one] One person is left out because their second factor isn’t known.
   *[other] { $count } people are left out because their second factor isn’t known.
}
member-mailbox-use = Mailbox storage
mail-use-of = of { $quota }
mail-use-no-limit = no limit
mail-use-silent = Mailbox usage can’t be shown.
live-why-not-configured = That service isn’t part of this platform.
live-why-switched-off = That service is switched off for now.
live-why-unreachable = The service isn’t answering. Try again in a moment.
live-why-slow = The service hasn’t answered yet. Reload the page in a moment.
live-why-not-permitted = The service doesn’t let the platform read it. Contact your provider.
live-why-failed = The service returned an unusable response. If this continues, contact your provider.
live-why-no-account = No account yet
live-why-no-mailbox = No mailbox
live-why-not-there = Not created yet
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
member-no-mailbox = None
member-cancel = Cancel
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
keep-app-passwords = Keep app passwords
keep-app-passwords-help = Mail programs keep working. Leave off if someone else may know the password.
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
member-actions = Access
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

kind-authentik-user = Account
kind-authentik-membership = Membership
kind-ocis-user = Files account
kind-ocis-membership = Shared space membership
kind-ocis-quota = Limit of their own drive
step-authentik-user = Account
step-authentik-membership = Membership
step-ocis-user = Files account
step-ocis-membership = Shared space membership
step-ocis-quota = Limit of their own drive

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

# One's own password

own-password = Password
own-password-waiting = Your mailbox isn’t ready yet.
member-mailbox-give = Mailbox name. Leave empty for no mailbox.
member-mailbox-locked = No password yet. It’s set when they choose a password or you reset it.
member-mailbox-earlier = It still accepts an earlier password, not the last one. Reset the password.
own-password-earlier = Your mailbox still accepts an earlier password.
own-password-earlier-says = { $which } didn’t answer when the last one was set. Choose a password here (it can be the same) to open the mailbox too.
own-password-locked = Your mailbox has no password yet.
own-password-locked-says = Choose one here (it can be the same) so mail programs can sign in to { $which } too.
own-password-waiting-says = { $which } can’t take a password until it’s ready. Choose a password again then.
own-password-card = Choose a password
own-password-due = Your password was generated. Choose your own to continue.
own-password-says = Used for both sign-in and mail.
own-password-new = New password
own-password-help = At least 10 characters. A few words only you would put together work best.
own-password-after = All your sessions end, including this one, and so do app passwords unless you keep them. Sign in again with the new password.
own-password-set = Set password
own-password-again = You signed in a while ago. Sign in again to choose another password.
own-password-sign-in = Sign in again

# One's own second factor

own-mfa-says = What you need besides your password to sign in.
own-mfa-card = Your sign-in
own-mfa-on = Signing in with a browser needs your second factor. Mail programs still accept your password without it: give each one an app password, and don’t enter your own anywhere else.
own-mfa-app-passwords = Create app passwords
own-mfa-off = Your password alone signs you in. Setting up an authenticator app takes two minutes.
own-mfa-set-up = Set up second factor
own-mfa-another = Set up another factor
own-mfa-silent = Your second factor can’t be shown.

# Sessions

nav-sessions = Sessions
sessions-say = Browsers you’re signed in with. End any you don’t know.
sessions-browsers = Signed-in browsers
sessions-none = No sessions
sessions-none-says = No one is signed in with this account.
sessions-silent = Single sign-on sessions can’t be shown.
sessions-own-mean = Ending a session signs that browser out of everything listed for it. Mail programs aren’t sessions; they’re under App passwords.
sessions-mean-here = Only sessions that work in { $workspace } are shown and can be ended here. Mail programs aren’t sessions.
sessions-mean = Each row is one browser. Ending it signs that browser out of everything listed for it; “Sign out everywhere” ends all of them. Mail programs stay connected.
sessions-end-all = Sign out everywhere
sessions-end-all-title = Sign out everywhere?
sessions-end-all-says = All your sessions end, including this one, and so do app passwords unless you keep them. Mail programs that are connected keep working until they reconnect.
session-browser = Browser
session-browser-on = { $browser } on { $system }
session-browser-unknown = Unknown browser
session-place-portal = Portal
session-place-operator = Operator console
session-place-sign-in = Single sign-on
session-address = Address
session-began = Signed in
session-seen = Last used
session-this = This browser
session-end = End session
session-end-title = End this session?
session-end-this-says = This browser is signed out here and from single sign-on.
session-end-says = That browser is signed out here at its next click. Also end its single sign-on session, or it can sign back in without a password.
session-end-all-says = That browser is signed out at its next click and needs the password to sign back in.
session-end-sign-in-says = That browser needs the password the next time it signs in anywhere. Pages it’s already signed in to stay open until their own sessions end.
session-done-end = Session ended.

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
audit-noun-member = Members
action-member-create = Member added
action-member-update = Member changed
action-member-adopt = Member record created from a role
action-member-mailbox = Mailbox added
action-member-suspend = Member suspended
action-member-resume = Member resumed
action-member-remove = Member removed
action-member-reset-password = Password reset
action-member-end-password = First password expired
action-member-force-logout = Member signed out everywhere
action-member-end-session = Session ended by an admin
action-member-remind-mfa = Second factor reminder sent
action-invitation-resend = Invitation sent again
action-user-set-password = Password set
action-user-end-password = First password expired
