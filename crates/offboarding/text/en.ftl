# Offboarding

offboard-title = Offboarding of { $name }
offboard-began = Begun
offboard-shut = All shut
offboard-goes-on = Looked at again
offboard-open = Not all shut
offboard-restored = Access restored
offboard-restored-on = Access was restored on
offboard-restored-earlier = Access was restored.
offboard-restored-says = This report is history: it shows how access was found while it was removed.
offboard-was-refused = Was shut
offboard-was-open = Was open
offboard-was-elsewhere = Was open elsewhere
offboard-was-own = Their own account
offboard-was-unknown = Wasn’t known
offboard-accesses = Access
offboard-access = Access
offboard-how = How it is known
offboard-at = Looked at
offboard-left = { $count ->
    [one] One way in isn’t confirmed as closed.
   *[other] { $count } ways in aren’t confirmed as closed.
}
offboard-left-says = It is shut and looked at again by itself for a day.
offboard-counted = { $count } left
offboard-access-account = Account
offboard-access-membership = Membership of this workspace
offboard-access-groups = Groups of this workspace
offboard-access-pages = Browsers that are signed in here
offboard-access-sessions = Browsers that are signed in at the sign-in service
offboard-access-tokens = Tokens of programs
offboard-access-mail = Mail, with an app password
offboard-access-mailbox = Mailbox
offboard-access-app-passwords = Passwords of mail programs
offboard-access-files = Files
offboard-access-space = Shared space
offboard-access-group-spaces = Spaces of groups
offboard-verdict-refused = Shut
offboard-verdict-open = Open
offboard-verdict-elsewhere = Open elsewhere
offboard-verdict-own = Their own account
offboard-verdict-unknown = Not known
offboard-how-tried = Tried
offboard-how-read = Read back
offboard-not-at-once = Not everything can be cut at once.
offboard-not-at-once-says = Mail programs that were connected stay so until they reconnect. Files that are being read may be read on until that program’s pass runs out, within minutes.
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
