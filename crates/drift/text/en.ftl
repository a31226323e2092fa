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
