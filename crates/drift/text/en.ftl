# The operator's list of what differs upstream
nav-drift = Drift
drift-open = { $count ->
    [0] Nothing differs.
    [one] One difference is open.
   *[other] { $count } differences are open.
}
drift-last-scan = Everything was read last
drift-never-scanned = Nothing was read yet.
drift-scan = Read now
drift-unread = { $kind } list could not be read in full; what was found before stands.
drift-object = Object
drift-difference = Difference
drift-workspace = Workspace
drift-found = Found
drift-upstream = Upstream
drift-shown = { $count ->
    [one] One difference
   *[other] { $count } differences
}
drift-none = Everything is as it should be
drift-none-says = What is changed, removed or made behind Dezky’s back appears here at the next reading.
drift-decide = Decide
drift-accepted-count = { $count ->
    [one] one difference that may stay
   *[other] { $count } differences that may stay
}
drift-done-scan = All upstreams are being read.
drift-done-accept = The difference is accepted.
drift-done-withdraw = The difference counts again.
difference-missing = Missing
difference-missing-says = It is not there any more
difference-changed = Changed
difference-foreign = Foreign
difference-orphan = Left over

# Accepting a difference
drift-accept = Accept…
drift-accept-title = Accept how { $name } is?
drift-accept-says = Dezky leaves this difference as it is, and says nothing of it, until the time is over. Any other difference is still found.
drift-accept-submit = Accept
drift-accept-cancel = Cancel
drift-reason = Why
drift-reason-help = Whoever looks next reads this.
drift-for = For
drift-days = { $count ->
    [one] one day
    [365] a year
   *[other] { $count } days
}
drift-accepted = Accepted
drift-accepted-by = { $name } until
drift-end = End now
