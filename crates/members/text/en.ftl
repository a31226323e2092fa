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
member-reset-password-says = The old one stops working for sign-in and mail, and they are signed out everywhere. The new one is shown once. Mail programs that are connected stay so until they reconnect.
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
member-step-authentik-user-ok = Ready to sign in
member-step-authentik-membership = Membership
member-step-authentik-membership-ok = Counts as one of this workspace's people, or not, as their status says
member-step-stalwart-mailbox = Mailbox
member-step-stalwart-mailbox-ok = Ready; mail arrives
member-step-ocis-user = Files
member-step-ocis-user-ok = Ready
member-step-ocis-membership = Shared space
member-step-ocis-membership-ok = Open or closed, as their status says
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
own-password-card = Choose a password
own-password-due = Your password was made for you. Choose one of your own to go on.
own-password-says = For sign-in and mail together.
own-password-new = New password
own-password-help = At least 10 characters. A few words that belong together for you alone are best.
own-password-after = All your sign-ins end, this one too. Sign in again with the new password.
own-password-set = Set password
