# Offboarding

offboard-title = Offboarding of { $name }
offboard-began = Started
offboard-shut = Access removed
offboard-goes-on = Checking again
offboard-open = Access still open
offboard-restored = Access restored
offboard-restored-on = Access was restored on
offboard-restored-earlier = Access was restored.
offboard-restored-says = This report is history: it shows access as checked while it was removed.
offboard-was-refused = Was closed
offboard-was-open = Was open
offboard-was-elsewhere = Was open elsewhere
offboard-was-own = Their own account
offboard-was-unknown = Wasn’t known
offboard-accesses = Access
offboard-access = Access
offboard-how = Checked by
offboard-at = Checked
offboard-left = { $count ->
    [one] One way in isn’t confirmed as closed.
   *[other] { $count } ways in aren’t confirmed as closed.
}
offboard-left-says = We’ll keep closing and checking it for a day.
offboard-counted = { $count } left
offboard-access-account = Account
offboard-access-membership = Workspace membership
offboard-access-groups = Workspace groups
offboard-access-pages = Sessions here
offboard-access-sessions = Single sign-on sessions
offboard-access-tokens = Access tokens of programs
offboard-access-mail = Mail with an app password
offboard-access-mailbox = Mailbox
offboard-access-app-passwords = App passwords
offboard-access-files = Files
offboard-access-space = Shared space
offboard-access-group-spaces = Group spaces
offboard-verdict-refused = Closed
offboard-verdict-open = Open
offboard-verdict-elsewhere = Open elsewhere
offboard-verdict-own = Their own account
offboard-verdict-unknown = Not known
offboard-how-tried = Tested
offboard-how-read = Confirmed
offboard-not-at-once = Some access ends with a delay.
offboard-not-at-once-says = Mail programs that were connected stay connected until they reconnect. A program that is reading files can continue until its access token expires, within minutes.
offboard-handed = Mail and files
offboard-new-mail = New mail
offboard-mail-to = Goes to
offboard-mail-to-nobody = Its addresses were handed over to someone who’s no longer here.
offboard-mail-stays = Still goes to their closed mailbox.
offboard-old-mail = Earlier mail
offboard-old-mail-says = Stays in their mailbox until they’re removed. The mail server lets no one else read it.
offboard-own-files = Own files
offboard-own-files-says = Stay until they’re removed. The file service lets no one else read them.
offboard-shared-files = Shared files
offboard-shared-files-says = Stay in the shared space for everyone.

# In the log
action-member-offboard = Member offboarded

## Errors
error-no-heir = { $address } isn’t the mailbox of an active member here.
    .advice = Enter the address of a member who isn’t suspended.
    .field = { $address } isn’t the mailbox of an active member here. Choose a colleague’s.
error-nothing-to-hand-over = They have no mailbox to hand over.
    .advice = Leave the field for new mail empty.
