# Members of a workspace

nav-members = Members

members-search = Name or address
members-shown = { $count ->
    [one] One person
   *[other] { $count } people
}
members-none = Nobody is here yet
members-none-yet = People appear here once the workspace adds them, or once they accept an invitation.
members-none-says = Add the first person: they get an account, a mailbox and a place for files.

member-person = Person
member-state = Status
member-role = Role
member-last-sign-in = Last sign-in
member-never = never
member-active = Active
member-workspace-closed = Closed with the workspace
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
    [one] One person of whom it isn’t known is left out.
   *[other] { $count } people of whom it isn’t known are left out.
}
member-mailbox-use = Mail kept
mail-use-of = of { $quota }
mail-use-no-limit = no limit
mail-use-silent = How full mailboxes are can’t be shown.
live-why-not-configured = That service is no part of this platform.
live-why-switched-off = That service is switched off for now.
live-why-unreachable = The service does not answer. Look again in a moment.
live-why-slow = The service has not answered yet. Load the page again in a moment.
live-why-not-permitted = The service does not let the platform read it. Tell whoever runs the platform for you.
live-why-failed = The service answered with something that can’t be used. Tell whoever runs the platform if it stays so.
live-why-no-account = No account yet
live-why-no-mailbox = No mailbox
live-why-not-there = Not made yet
member-failing = Something failed
member-busy = Being set up

member-add = Add member
member-add-title = Add a member
member-not-added = Not added
member-name = Full name
member-email = Sign-in address
member-email-help = They sign in with it. An address on one of your domains is their mailbox too.
member-mailbox = Mailbox
member-mailbox-help = What stands before the @; leave it empty to take it from the address.
member-no-mailbox = none
member-cancel = Cancel
member-made-title = { $name }: the password
member-made-done = Done
member-password-both = Password for sign-in and mail
member-password-sign-in = Password for sign-in
member-password-mail = Password for mail
member-password-says = At the first sign-in they choose their own. If that has not happened within seven days, this one stops working and you make a new one.
member-no-password = No password could be set
member-no-password-says = The account and mailbox aren’t ready yet. Once the steps below are done, reset the password on the member’s page.
member-credential-sign-in = Sign-in
member-credential-later = Not set everywhere
member-credential-not-yet = { $what } is not there yet, so nobody gets in there. Once it is, make a new password on the page of the member.
member-credential-failed = { $what } did not take the password. Make a new one in a moment.

member-facts = About
member-password = Password
member-password-own = their own
member-password-theirs = that of their own account
member-own-account = { $name } signs in with an account of their own.
member-own-account-says = You decide about their role, their mailbox and their access here. Name, password and account are theirs: they change them where they got the account.
address-unverified = unverified
keep-app-passwords = Keep app passwords
keep-app-passwords-help = Mail programs go on working. Leave it off if somebody else may have known the password.
member-invite-instead = Invite instead
member-password-due = generated, to be replaced; made
member-password-none = None yet. No invitation waits, so create one for them.
member-password-invited = None yet. They choose one with their invitation link, or you create one.
member-password-waiting = None yet: their account is being made.
member-sign-in-earlier = Sign-in still accepts an earlier password, not the last one. Create a new one.
member-password-ended = generated, and no longer good: make a new one
member-since = Member since
member-steps = What they have
member-addresses = Addresses
address-is-mailbox = Mailbox
address-is-alias = Alias
address-is-list = List
address-is-shared = Shared mailbox
address-is-group = Group
member-change = Change
member-save = Save
member-role-help = Admins manage people, domains and settings. Owners can do all that, and manage owners.
member-not-done = Not done
member-actions = Access
member-oneself = This is you. Your role, suspending, signing out, new passwords and removing are for another admin to do.

member-reset-password = New password
member-reset-password-title = Make a new password for { $name }?
member-reset-password-says = The old one stops working for sign-in and mail, and they are signed out everywhere. The new one is shown once. App passwords of mail programs end too, unless you keep them.
member-force-logout = Sign out everywhere
member-force-logout-title = Sign { $name } out everywhere?
member-force-logout-says = All their sessions and app passwords end, and theirs alone. They can sign in again at once. Mail programs that are connected stay so until they reconnect.
member-force-logout-says-shared = They work in other workspaces too. Their sessions in this workspace end, and the app passwords of their mailbox here. Their other sessions go on, and they can open this workspace again from there.
member-force-logout-says-own = They sign in with an account of their own. Their sessions in this workspace end, and the app passwords of their mailbox here. That account stays signed in, so they can open this workspace again.
member-suspend = Suspend
member-suspend-says-own = They can't open this workspace, its files or their mailbox here until you resume them. Mail keeps arriving and nothing is lost. The account that they sign in with is their own: it stays as it is.
member-suspend-title = Suspend { $name }?
member-suspend-says = They can't sign in, read mail or open files here until you resume them. Mail keeps arriving, nothing is lost, and their password stays. Mail programs that are connected now stay so until they reconnect.
member-resume = Resume
member-resume-title = Resume { $name }?
member-resume-says = They get everything back as it was, with the password they had.
member-remove = Remove
member-remove-says-own = Their mailbox here is destroyed with all mail in it, and nothing brings it back. They lose this workspace and its files. The account that they sign in with is their own: it stays as it is.
member-remove-title = Remove { $name }?
member-remove-says = Their mailbox is destroyed with all mail in it, and nothing brings it back. They lose what they have here; if this is their only workspace, their account and their own files go too.
member-wrong-name = That is not their name.

member-done-change = Saved.
member-done-suspend = Suspended. Mail keeps arriving.
member-done-resume = Resumed, with everything as it was.
member-done-force-logout = Signed out everywhere.
member-done-force-logout-here = Signed out of this workspace. Their sessions elsewhere go on.
member-done-sign-out-later = Their sessions here have ended. The sign-in service does not answer; the rest follows by itself.
member-done-remove = Removed.
member-sign-out-open = Not signed out everywhere yet
member-sign-out-open-says = The sign-in service did not answer. It is tried again by itself.

kind-authentik-user = Account
kind-authentik-membership = Membership
kind-stalwart-mailbox = Mailbox
kind-ocis-user = Files account
kind-ocis-membership = Membership of the space
kind-ocis-quota = Limit of their own files
step-authentik-user = Account
step-authentik-membership = Membership
step-stalwart-mailbox = Mailbox
step-ocis-user = Files account
step-ocis-membership = Membership of the space
step-ocis-quota = Limit of their own files

member-step-authentik-user = Account
member-step-authentik-user-open = Ready to sign in
member-step-no-password = No password yet, so they can’t sign in
member-step-authentik-user-closed = Opens only what they have in other workspaces
member-step-authentik-membership = Membership
member-step-authentik-membership-open = One of this workspace’s people
member-step-authentik-membership-closed = Closed
member-step-stalwart-mailbox = Mailbox
member-step-stalwart-mailbox-open = Ready; mail arrives
member-step-stalwart-mailbox-closed = Closed; mail still arrives
member-step-ocis-user = Files
member-step-ocis-user-open = Ready
member-step-ocis-user-closed = Opens only what they have in other workspaces
member-step-ocis-membership = Shared space
member-step-ocis-membership-open = May edit what is in it
member-step-ocis-membership-closed = Closed
member-step-pending = Under way
member-step-error = It failed and is tried again by itself
member-step-failed = A service did not do what it was asked.
member-step-means = Nothing is lost. If it stays like this, ask whoever runs the platform for you.
member-reason-waits-for-dependency = Waits for another step
member-reason-awaiting-ownership = Waits until it is proven that the domain is yours
member-reason-no-domain = There is no mail domain yet; the mailbox follows by itself once there is
member-reason-no-mailbox = Has no mailbox here
member-reason-not-configured = Not part of this platform
member-reason-switched-off = Switched off for now
member-reason-drift-accepted = Left as it is, by decision of the operator

# One's own password

own-password = Password
own-password-waiting = Your mailbox is not ready yet.
member-mailbox-give = What stands before the @. Empty gives none.
member-mailbox-locked = No password yet. It gets one when its person chooses a password, or you make a new one.
member-mailbox-earlier = It still accepts an earlier password, not the last one. Create a new one.
own-password-earlier = Your mailbox still accepts an earlier password.
own-password-earlier-says = { $which } didn’t answer when the last one was set. Choose a password here, the same if you like, and it opens the mailbox too.
own-password-locked = Your mailbox has no password yet.
own-password-locked-says = Choose one here, the same if you like, and mail programs can sign in to { $which } too.
own-password-waiting-says = { $which } takes no password before it is made. Choose a password once more when it is.
own-password-card = Choose a password
own-password-due = Your password was made for you. Choose one of your own to go on.
own-password-says = For sign-in and mail together.
own-password-new = New password
own-password-help = At least 10 characters. A few words that belong together for you alone are best.
own-password-after = All your sign-ins and app passwords end, this one too. Sign in again with the new password.
own-password-set = Set password
own-password-again = You have been signed in for a while. Sign in again to choose another password.
own-password-sign-in = Sign in again

# One's own second factor

own-mfa-says = What you show besides your password when you sign in.
own-mfa-card = Your sign-in
own-mfa-on = Signing in with a browser needs your second factor. Mail programs still take your password without it: give each an app password, and type your own nowhere else.
own-mfa-app-passwords = Create app passwords
own-mfa-off = Your password alone signs you in. An app that shows codes takes two minutes to set up.
own-mfa-set-up = Set up
own-mfa-another = Set up another
own-mfa-silent = Whether you have one can’t be shown.

# Sessions

nav-sessions = Sessions
sessions-say = Each row is one browser that you are signed in with. End what you don’t know.
sessions-browsers = Signed-in browsers
sessions-none = No sessions
sessions-none-says = Nobody is signed in with this account.
sessions-silent = Sessions at the sign-in service can’t be shown.
sessions-own-mean = Ending a session signs that browser out everywhere it is listed for. Mail programs are not sessions; their passwords are on a page of their own.
sessions-mean-here = Only sessions that work at { $workspace } are shown and can be ended here; others are not this workspace’s. Mail programs are not sessions.
sessions-mean = Each row is one browser. Ending it signs that browser out everywhere it is listed for; “Sign out everywhere” ends all of them. Mail programs stay connected.
sessions-end-all = Sign out everywhere
sessions-end-all-title = Sign out everywhere?
sessions-end-all-says = All your sessions and app passwords end, this one too. Mail programs that are connected stay so until they reconnect.
session-browser = Browser
session-browser-on = { $browser } on { $system }
session-browser-unknown = Unknown browser
session-place-portal = Portal
session-place-operator = Operator console
session-place-sign-in = Sign-in service
session-address = Address
session-began = Signed in
session-seen = Last used
session-this = This one
session-end = End
session-end-title = End this session?
session-end-this-says = This browser is signed out, here and at the sign-in service.
session-end-says = That browser is signed out here at its next click. It gets back in without a password for as long as its session at the sign-in service lasts.
session-end-all-says = That browser is signed out at its next click and needs the password to get back in.
session-end-sign-in-says = That browser must give the password again when it signs in anywhere. Pages that it is signed in to already stay so until their own sessions end.
session-done-end = Ended.

# Invitations

members-tab-people = People
members-tab-invitations = Invitations
member-invite = Invite
member-invite-people = Invite people
invitations-waiting = { $count ->
    [0] No invitation waits for an answer.
    [one] One person has yet to answer.
   *[other] { $count } people have yet to answer.
}
invitation-title = Invite somebody
invitation-email = Address
invitation-email-help = The invitation goes there. Whoever has no account gets one with this address.
invitation-says = They get a link that is good for seven days. Their seat is kept as long.
invitation-send = Send invitation
invitation-not-sent = Not sent

# Import and export

members-tab-import = Import
members-export = Export
import-fate = Outcome

# Several members at once

bulk-suspend = Suspend
bulk-resume = Resume
bulk-force-logout = Sign out
bulk-remind = Remind
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
    [one] Remind one person?
   *[other] Remind { $count } people?
}
bulk-suspend-says = They can't sign in, read mail or open files here until you resume them. Mail keeps arriving, nothing is lost, and their passwords stay. Mail programs that are connected now stay so until they reconnect.
bulk-resume-says = They get everything back as it was, with the passwords they had. Addresses that went to colleagues when they were offboarded come back to them.
bulk-force-logout-says = All their sessions and app passwords end, and theirs alone. They can sign in again at once. Of people who work in other workspaces too, or sign in with an account of their own, only what they have in this workspace ends.
bulk-remind-mfa-title = { $count ->
    [one] Ask one person for a second factor?
   *[other] Ask { $count } people for a second factor?
}
bulk-remind-mfa-says = Whoever has none gets a mail with the way to set one up, at most one a day. Whoever has one, or of whom it isn’t known, gets nothing.
bulk-remind-says = Whoever has yet to choose a first password gets a new mail with a new link; the old one is dead. Others get nothing.
bulk-suspend-sure = { $count ->
    [one] Suspend one
   *[other] Suspend { $count }
}
bulk-resume-sure = { $count ->
    [one] Resume one
   *[other] Resume { $count }
}
bulk-force-logout-sure = { $count ->
    [one] Sign one out
   *[other] Sign { $count } out
}
bulk-remind-sure = { $count ->
    [one] Remind one
   *[other] Remind { $count }
}
bulk-remind-mfa-sure = { $count ->
    [one] Ask one
   *[other] Ask { $count }
}
bulk-sure = These people
bulk-nothing-yet = Nothing has happened yet.
bulk-done = Done for { $done } of { $all }.
bulk-suspend-done = Suspended
bulk-resume-done = Resumed
bulk-force-logout-done = Signed out
bulk-force-logout-here = Signed out of this workspace
bulk-remind-done = Mail sent
bulk-remind-mfa-done = Mail sent
bulk-later = Here at once; the sign-in service follows by itself
bulk-nothing = Nothing to remind of
bulk-refused = Refused

# Offboarding

member-offboard = Offboard
member-offboard-says-own = They lose this workspace: their sessions here and the app passwords of their mailbox end, mailbox and files are closed, and we check each. Mail keeps arriving; nothing is removed. The account that they sign in with is their own: it stays as it is.
member-offboard-title = Offboard { $name }?
member-offboard-says = Every door of theirs here is shut: sign-ins and tokens end, passwords of mail programs are destroyed, mailbox and files are closed. Then each door is looked at, and mail is tried. Mail keeps arriving; nothing is removed.
offboard-mail-field = New mail goes to
offboard-mail-field-help = They get it in their own mailbox, under these addresses too.
offboard-mail-field-help-typed = Enter a colleague's address. Leave empty to keep mail in the closed mailbox.
offboard-mail-nobody = Nobody: it stays in the closed mailbox
member-departure = Offboarding
member-departed = Offboarded. All access is removed. Began
member-departing = Offboarded. Some access is still open. Began
member-came-back = Was offboarded and has access again. Offboarding began
member-restored = Access was restored on
member-handed-over = New mail for { $addresses } goes to { $name }.
member-nobody-here = somebody who is no longer here
member-departure-report = View report
member-resume-takes = { $addresses } comes back from { $name }, who gets no more mail for it.
