# Members of a workspace

nav-members = Members

members-say = { $taken } of { $all } seats are taken; { $free ->
    [0] none is
    [one] one is
   *[other] { $free } are
} free.
members-search = Name or address
members-shown = { $count ->
    [one] One person
   *[other] { $count } people
}
members-none = Nobody is here yet
members-none-says = Add the first person: they get an account, a mailbox and a place for files.

member-person = Person
member-state = Status
member-role = Role
member-last-sign-in = Last sign-in
member-never = never
member-active = Active
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
member-no-password-says = Nothing is behind the doors yet. Once the steps below are done, make a new password on the page of the member.
member-door-sign-in = Sign-in
member-door-later = Not set everywhere
member-door-not-yet = { $what } is not there yet, so nobody gets in there. Once it is, make a new password on the page of the member.
member-door-failed = { $what } did not take the password. Make a new one in a moment.

member-facts = About
member-password = Password
member-password-own = their own
member-password-due = generated, to be replaced; made
member-password-ended = generated, and no longer good: make a new one
member-since = Member since
member-steps = What they have
member-change = Change
member-save = Save
member-role-help = Admins manage people, domains and settings. Owners can do all that, and manage owners.
member-not-done = Not done
member-deeds = Access
member-oneself = This is you. Suspending, signing out, new passwords and removing are for another admin to do.

member-reset-password = New password
member-reset-password-title = Make a new password for { $name }?
member-reset-password-says = The old one stops working for sign-in and mail, and they are signed out everywhere. The new one is shown once. Mail programs with a password of their own go on working: the person can end those, and offboarding does.
member-force-logout = Sign out everywhere
member-force-logout-title = Sign { $name } out everywhere?
member-force-logout-says = All their sessions end, and theirs alone. They can sign in again at once. Mail programs stay connected.
member-suspend = Suspend
member-suspend-title = Suspend { $name }?
member-suspend-says = They can't sign in, read mail or open files here until you resume them. Mail keeps arriving, nothing is lost, and their password stays. Mail programs that are connected now stay so until they reconnect.
member-resume = Resume
member-resume-title = Resume { $name }?
member-resume-says = They get everything back as it was, with the password they had.
member-remove = Remove
member-remove-title = Remove { $name }?
member-remove-says = Their mailbox is destroyed with all mail in it, and nothing brings it back. They lose what they have here; if this is their only workspace, their account and their own files go too.
member-wrong-name = That is not their name.

member-done-change = Saved.
member-done-suspend = Suspended. Mail keeps arriving.
member-done-resume = Resumed, with everything as it was.
member-done-force-logout = Signed out everywhere.
member-done-sign-out-later = Their sessions here have ended. The sign-in service does not answer; the rest follows by itself.
member-done-remove = Removed.
member-sign-out-open = Not signed out everywhere yet
member-sign-out-open-says = The sign-in service did not answer. It is tried again by itself.

kind-authentik-user = Account
kind-authentik-membership = Membership
kind-stalwart-mailbox = Mailbox
kind-ocis-user = Files account
kind-ocis-membership = Membership of the space
step-authentik-user = Account
step-authentik-membership = Membership
step-stalwart-mailbox = Mailbox
step-ocis-user = Files account
step-ocis-membership = Membership of the space

member-step-authentik-user = Account
member-step-authentik-user-open = Ready to sign in
member-step-authentik-user-closed = Opens only what they have in other workspaces
member-step-authentik-membership = Membership
member-step-authentik-membership-open = One of this workspace’s people
member-step-authentik-membership-closed = Closed
member-step-stalwart-mailbox = Mailbox
member-step-stalwart-mailbox-open = Ready; mail arrives
member-step-stalwart-mailbox-closed = Closed; mail arrives all the same
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
own-password-waiting = Your mailbox is not ready yet
own-password-waiting-says = { $which } takes no password before it is made. Choose a password once more when it is.
own-password-card = Choose a password
own-password-due = Your password was made for you. Choose one of your own to go on.
own-password-says = For sign-in and mail together.
own-password-new = New password
own-password-help = At least 10 characters. A few words that belong together for you alone are best.
own-password-after = All your sign-ins end, this one too. Sign in again with the new password.
own-password-set = Set password
own-password-again = You have been signed in for a while. Sign in again to choose another password.
own-password-sign-in = Sign in again

# One's own second factor

own-mfa-says = What you show besides your password when you sign in.
own-mfa-card = Your sign-in
own-mfa-on = Nobody gets in with your password alone.
own-mfa-off = Your password alone opens everything. An app that shows codes takes two minutes to set up.
own-mfa-set-up = Set up
own-mfa-another = Set up another
own-mfa-silent = Whether you have one can’t be shown.

# Sessions

nav-sessions = Sessions
sessions-say = Where you are signed in. End what you don’t know.
sessions-none = No sessions
sessions-none-says = Nobody is signed in with this account.
sessions-silent = Sessions at the sign-in service can’t be shown.
sessions-own-mean = Ending a session of these pages signs that browser out here. It gets back in without a password for as long as its session at the sign-in service lasts, so end that one too. Mail programs are not sessions; their passwords are on a page of their own.
sessions-mean = They are this person’s everywhere, not only at { $workspace }: ending one signs them out of their other workspaces too. A browser that is signed out here gets back in without a password for as long as its session at the sign-in service lasts; “Sign out everywhere” ends all of it. Mail programs stay connected.
sessions-end-all = Sign out everywhere
sessions-end-all-title = Sign out everywhere?
sessions-end-all-says = All your sessions end, this one too. Mail programs stay connected.
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
session-end-this-says = You are signed out, here and at the sign-in service.
session-end-says = That browser is signed out here at its next click. It gets back in without a password for as long as its session at the sign-in service lasts.
session-end-sign-in-says = That browser must give the password again when it signs in anywhere. Pages that it is signed in to already stay so until their own sessions end.
session-done-end = Ended.

# Invitations

members-tab-people = People
members-tab-invitations = Invitations
member-invite = Invite
invitations-waiting = { $count ->
    [0] No invitation waits for an answer.
    [one] One person has yet to answer.
   *[other] { $count } people have yet to answer.
}
invitations-shown = { $count ->
    [one] One invitation
   *[other] { $count } invitations
}
invitations-none = Nobody was invited yet
invitations-none-says = Invite people by mail: they choose their own password, and nobody else ever sees it.
invitation-title = Invite somebody
invitation-email = Address
invitation-email-help = The invitation goes there. Whoever has no account gets one with this address.
invitation-says = They get a link that is good for seven days. Their seat is kept as long.
invitation-send = Send invitation
invitation-not-sent = Not sent
invitation-sent = Sent
invitation-unsent = not yet
invitation-until = good until
invitation-waiting = Waiting
invitation-accepted = Accepted
invitation-revoked = Withdrawn
invitation-held = On hold
invitation-held-says = Whoever sent it may no longer do that. Send it again to let them in.
invitation-expired = Run out
invitation-resend = Send again
invitation-revoke = Withdraw
invitation-revoke-title = Withdraw the invitation to { $email }?
invitation-revoke-says = The link in their mail stops working, and their seat is free again.
invitation-revoke-account-says = The link in their mail stops working. Their account stays, without a password until you make one on their page.
invitation-done-invite = Invited. The mail is on its way.
invitation-done-resend = Sent again, with a new link. The old one is dead.
invitation-done-revoke = Withdrawn. The link is dead.

link-title = Join { $name }
link-says = { $inviter } invites you as { $role }.
link-says-alone = You are invited as { $role }.
link-password-title = Your account at { $name }
link-password-says = It is there for { $email }. Choose a password for sign-in and mail.
link-name = Your name
link-password = Choose a password
link-accept = Accept
link-known = You have an account already?
link-sign-in = Sign in
link-has-account = There is an account with the address that this was sent to. Sign in with it to accept.
link-join-as = Join as { $name }
link-not-you = To accept as somebody else, sign out and open the link again.
link-sign-out = Sign out
link-not-done = Not done
link-not-yet = Your account is being made. Try again in a moment: the link stays good.
link-no-seat = All seats of this workspace are taken. Ask whoever invited you; the link stays good.
link-mailbox-taken = The mailbox that was meant for you has gone to somebody else. Ask whoever invited you to do it again.
link-joined = You are in { $name }
link-joined-says = { $name } is now one of your workspaces. You choose where you work at the top of each page.
link-mailbox = A mailbox of your own
link-mailbox-says = { $address } opens once you have set your password anew, on the page of your account.
link-go-on = Go on
link-ready = Your account is ready
link-later = Not everything is ready
link-later-says = You can sign in. Your mailbox follows; once it is there, set your password again on the page of your account, for mail as well.

# Import

members-tab-import = Import
members-export = Export
import-title = Import people
import-says = From a CSV file. Nothing is changed before you have seen what would become of each line.
import-card = A file of people
import-file = File
import-paste = Or paste its text
import-columns = The first line names the columns: name and email, and if you like role and mailbox. At most 2000 people.
import-passwords = First password
import-passwords-invite = Each gets a mail with a link, and chooses one
import-passwords-later = Later: nobody gets a mail, and you make one for each on their page
import-passwords-invite-says = Each of them gets a mail with a link that is good for seven days.
import-passwords-later-says = Nobody gets a mail. Their accounts have no password until you make one on their page.
import-passwords-invite-did = Each gets a mail with a link to choose a password.
import-passwords-later-did = Nobody gets a mail; passwords are made on the page of each.
import-check = Look it over
import-unreadable = This file can't be read
import-before = Imports of the last month
import-began = Began
import-running = Under way
import-done = Done
import-cancelled = Stopped
import-report = What would happen
import-judged = { $good ->
    [one] One person can be made
   *[other] { $good } people can be made
}, { $bad ->
    [0] and every line is good.
    [one] one line is left out.
   *[other] { $bad } lines are left out.
}
import-start-title = { $count ->
    [one] Make one person?
   *[other] Make { $count } people?
}
import-start = { $count ->
    [one] Make one person
   *[other] Make { $count } people
}
import-other = Choose another file
import-lines = Lines
import-line = Line
import-number = { $number }
import-fate = Outcome
import-good = Will be made
import-bad = Left out
import-one = Import
import-progress = How far it is
import-progress-lines = Lines worked off
import-progress-ready = People with everything ready
import-counts = { $made } made, { $left } left out, { $waiting } to go.
import-done-says = { $count ->
    [one] One person was made, and has everything.
   *[other] { $count } people were made, and have everything.
}
import-cancelled-says = { $count ->
    [one] One person was made before, and stays.
   *[other] { $count } people were made before, and stay.
}
import-no-right-says = Whoever started it may no longer do so here. { $count ->
    [one] One person was made before, and stays.
   *[other] { $count } people were made before, and stay.
}
import-failing = Something fails
import-failing-says = { $count ->
    [one] One person does not have everything yet. It is tried again by itself; their page says what.
   *[other] { $count } people do not have everything yet. It is tried again by itself; their pages say what.
}
import-stop = Stop
import-go-on = Go on
import-stop-title = Stop this import?
import-stop-says = { $made } people were made and stay. { $waiting } lines are left undone; import them later with the same file, for who is there is left out.
import-waiting = To do
import-made = Made
import-made-invited = Made, mail sent
import-left = Left out alone
import-left-one = Left out
import-shown = { $count ->
    [one] One line
   *[other] { $count } lines
}
import-reason-bad-name = The name is missing, or can't be one.
import-reason-bad-address = The address is missing, or is none.
import-reason-unknown-role = There is no such role: it is member, admin or owner.
import-reason-bad-mailbox = A mailbox can't be called that.
import-reason-duplicate-address = The address is in the file twice; the first line counts.
import-reason-duplicate-mailbox = The mailbox is in the file twice; the first line counts.
import-reason-member-known = Somebody with this address is here already.
import-reason-has-account = Somebody with this address has an account already. Invite them instead: they must agree.
import-reason-already-invited = Somebody with this address is invited already.
import-reason-mailbox-taken = The mailbox belongs to somebody already.
import-reason-no-seat = There is no seat left.
import-reason-owners-only = Only owners make owners.
import-reason-wrong-state = The workspace is closed.
import-reason-refused = It was refused.

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
bulk-resume-says = They get everything back as it was, with the passwords they had.
bulk-force-logout-says = All their sessions end, and theirs alone. They can sign in again at once. Mail programs stay connected.
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
bulk-remind-done = Mail sent
bulk-remind-mfa-done = Mail sent
bulk-later = Here at once; the sign-in service follows by itself
bulk-nothing = Nothing to remind of
bulk-refused = Refused

# Offboarding

member-offboard = Offboard
member-offboard-title = Offboard { $name }?
member-offboard-says = Every door of theirs here is shut: sign-ins and tokens end, passwords of mail programs are destroyed, mailbox and files are closed. Then each door is looked at, and mail is tried. Mail keeps arriving; nothing is removed.
offboard-title = Offboarding of { $name }
offboard-began = Begun
offboard-shut = All shut
offboard-goes-on = Looked at again
offboard-open = Not all shut
offboard-doors = Doors
offboard-door = Door
offboard-how = How it is known
offboard-at = Looked at
offboard-left = { $count ->
    [one] One door is not known to be shut.
   *[other] { $count } doors are not known to be shut.
}
offboard-left-says = It is shut and looked at again by itself for a day.
offboard-counted = { $count } left
offboard-door-account = Account
offboard-door-membership = Membership of this workspace
offboard-door-groups = Groups of this workspace
offboard-door-pages = Browsers that are signed in here
offboard-door-sessions = Browsers that are signed in at the sign-in service
offboard-door-tokens = Tokens of programs
offboard-door-mail = Mail, with an app password
offboard-door-mailbox = Mailbox
offboard-door-app-passwords = Passwords of mail programs
offboard-door-files = Files
offboard-door-space = Shared space
offboard-door-group-spaces = Spaces of groups
offboard-verdict-refused = Shut
offboard-verdict-open = Open
offboard-verdict-elsewhere = Open, for they work elsewhere too
offboard-verdict-unknown = Not known
offboard-how-tried = Tried
offboard-how-read = Read back
offboard-not-at-once = Not everything can be cut at once.
offboard-not-at-once-says = Mail programs that were connected stay so until they reconnect. Files that are being read may be read on until that program’s pass runs out, within minutes.
offboard-mail-field = New mail goes to
offboard-mail-field-help = The address of a colleague here. Left empty, new mail goes on to their closed mailbox.
offboard-handed = Mail and files
offboard-new-mail = New mail
offboard-mail-to = Goes to
offboard-mail-to-nobody = Its addresses were handed over to somebody who is no longer here.
offboard-mail-stays = Goes on to their closed mailbox.
offboard-old-mail = Mail until now
offboard-old-mail-says = Stays in their mailbox until they are removed. The mail server lets nobody else read it.
offboard-own-files = Own files
offboard-own-files-says = Stay until they are removed. The file service lets nobody else read them.
offboard-shared-files = Shared files
offboard-shared-files-says = Stay in the shared space, for everybody.
