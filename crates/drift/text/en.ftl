# The operator's list of what differs upstream
nav-drift = Drift
drift-open = { $count ->
    [0] Everything matches.
    [one] One difference is open.
   *[other] { $count } differences are open.
}
drift-last-scan = Last scan
drift-never-scanned = Nothing has been scanned yet.
drift-scan = Scan now
drift-unread = { $kind } list couldn’t be read in full. Earlier results stay.
drift-object = Object
drift-difference = Difference
drift-workspace = Workspace
drift-found = Found
drift-upstream = Service
drift-shown = { $count ->
    [one] One difference
   *[other] { $count } differences
}
drift-none = Everything matches
drift-none-says = Anything changed, removed or created outside Dezky appears here after the next scan.
drift-decide = Review
drift-accepted-count = { $count ->
    [one] one ignored difference
   *[other] { $count } ignored differences
}
drift-done-scan = Scan of all services started.
drift-done-accept = The difference is ignored.
drift-done-withdraw = The difference is no longer ignored.
difference-missing = Missing
difference-missing-says = It’s no longer there
difference-changed = Changed
difference-foreign = Unmanaged
difference-orphan = Left over

# What differs, in words
drift-yes = yes
drift-no = no
drift-nothing = none
drift-bytes = { $bytes } bytes
drift-absent-authentik-membership = { $name } is missing from the group
drift-absent-ocis-membership = { $name } is missing from the shared space
drift-field-name = Name
drift-field-username = User name
drift-field-display-name = Display name
drift-field-description = Description
drift-field-email = Email address
drift-field-domain = Domain
drift-field-aliases = Aliases
drift-field-groups = Mailboxes they read
drift-field-recipients = Recipients
drift-field-quota-bytes = Storage limit
drift-field-frozen = Closed
drift-field-active = Can sign in
drift-field-enabled = Switched on
drift-field-present = Is a member
drift-field-own = Their own account
drift-field-person = Person
drift-field-group = Group
drift-field-space = Space
drift-field-tenant-id = Belongs to
drift-field-slug = Workspace ID
drift-field-state = State
drift-field-catch-all = Catch-all address
drift-field-plus-addresses = Plus addresses

# Accepting a difference
drift-accept = Ignore…
drift-accept-title = Ignore the difference in { $name }?
drift-accept-says = Dezky leaves this difference as it is. You won’t be alerted until it expires. Any other difference is still found.
drift-accept-submit = Ignore difference
drift-accept-cancel = Cancel
drift-reason = Reason
drift-reason-help = Visible to other operators.
drift-for = Ignore for
drift-days = { $count ->
    [one] one day
    [365] a year
   *[other] { $count } days
}
drift-accepted = Ignored
drift-accepted-by = { $name } until
drift-end = Stop ignoring

# In the log
audit-noun-drift = Differences
action-drift-accept = Difference ignored
action-drift-withdraw = Difference no longer ignored
action-drift-scan = Scan of all services started
action-tenant-apply = Plan applied
action-drift-find = Difference found
action-drift-revert = Difference reverted
action-drift-adopt = Difference adopted

# The plan of a tenant
tab-plan = Changes
plan-title = Planned changes for { $name }
plan-says = { $count ->
    [0] Everything matches.
    [one] One difference between the configuration and the services.
   *[other] { $count } differences between the configuration and the services.
}
plan-again = Check again
plan-apply = { $count ->
    [one] Apply one change
   *[other] Apply { $count } changes
}
plan-read-at = Checked at
plan-hash = Plan hash
plan-nothing = Nothing to change
plan-nothing-says = Everything in the services matches the configuration.
plan-differences = { $count ->
    [one] one difference
   *[other] { $count } differences
}
plan-moved = Something changed since you reviewed the plan, so nothing was applied. Review the new plan.
plan-create = Create
plan-update = Update
plan-delete = Delete
plan-foreign = Unmanaged
plan-unreadable = Can’t be read
plan-field = Field
plan-want = Expected
plan-have = Found
plan-differences-accepted = { $count ->
    [0] nothing open, { $accepted } ignored
    [one] one difference, { $accepted } ignored
   *[other] { $count } differences, { $accepted } ignored
}

# What is decided about a difference
drift-revert = Revert
drift-revert-says = Change the service back to what’s expected
drift-adopt = Adopt
drift-adopt-says = Expect what was found from now on
drift-missing = It’s missing.
done-revert = The difference was reverted.
done-adopt = The difference was adopted.
done-accept = The difference is ignored.
done-withdraw = The difference is no longer ignored.

# What was wanted before
history-title = Configuration history
history-says = newest first
history-version = version { $number }
history-gone = Removed from the configuration.
history-became = After
history-was = Before

## Errors
error-no-such-difference = There is no such difference.
    .advice = Reload the list.
error-no-such-change = There is no such difference.
    .advice = Create a new plan. It may already be fixed.
error-of-a-workspace = This object belongs to a workspace.
    .advice = Review it in the planned changes of that workspace.
error-plan-moved = Something changed since this plan was made.
    .advice = Create a new plan and review it.
error-nothing-to-do = This difference can’t be resolved here.
    .advice = Check the object in the service’s own console.
error-not-adoptable = This can’t be adopted.
    .advice = { $instead }
## What to do with what can’t be adopted
drift-instead-marked = It’s marked as another workspace’s. Check it in the service’s own console.
drift-instead-group-space = It’s a group’s space. Revert it, or change the group.
drift-instead-owner = It identifies the object’s owner, and access or mail depends on it. Revert it.
drift-instead-another = Another’s account, mailbox or group can’t be adopted. Rename or remove it in the service.
drift-instead-needed = The workspace needs it. Revert it, or end the workspace.
drift-instead-nothing = There’s nothing to adopt.
drift-instead-name = A workspace can’t have this name.
drift-instead-storage = A workspace needs a storage limit.
drift-instead-state = Suspend or resume the workspace instead.
drift-instead-space-owner = It identifies the space’s owner. Revert it.

## What is wrong with a field
drift-reason-short = Enter a reason of at least 3 characters.
