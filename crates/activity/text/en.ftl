# Navigation
nav-audit = Activity
tab-audit = Activity

# The log
audit-caption = Activity, newest first
audit-says-platform = Who did what on the platform and in all workspaces, with the outcome.
audit-says-tenant = Who did what in this workspace, with the outcome.
audit-search = Actor, action or target
audit-shown = { $count ->
    [one] One entry
   *[other] { $count } entries
}
audit-none = Nothing recorded yet
audit-none-says = Changes appear here as people make them.
audit-latest = Recent activity
audit-all = View all
audit-time = Time
audit-action = Action
audit-target = Target
audit-all-workspaces = All workspaces
audit-actor = Actor
audit-outcome = Outcome
audit-system = Dezky
audit-name = Name
audit-behalf = On behalf of
audit-address = Address
audit-agent = Program
audit-request = Request
audit-hash = Chain hash
audit-before = Before
audit-after = After
audit-changes = What changed
audit-raw = Raw
audit-missing = Missing
audit-gap = The backup is of { $taken }. What happened from then until { $restored } isn’t in this log.
outcome-ok = Done
outcome-denied = Denied
outcome-failed = Failed

# What the platform itself writes into the log
audit-noun-look-up = Look-ups
audit-noun-user = Accounts
audit-noun-session = Sessions
audit-noun-access = Access
action-look-up-answer = Account or domain elsewhere revealed
action-user-create = Account created
action-user-update = Account updated from sign-in
action-session-sign-in = Signed in
action-session-sign-out = Signed out
action-session-expire = Session expired
action-session-end = Session ended
action-session-end-all = All sessions ended
action-access-denied = Access denied
audit-noun-backup = Backups
audit-noun-key = Encryption keys
action-backup-create = Backup created
action-backup-restore = Restored from a backup
action-backup-release = Resumed after a restore
action-key-rotate = Encryption key rotated
