## Words of the components
ui-skip = Skip to content
ui-menu = Menu
ui-nav = Main
ui-crumbs = Breadcrumb
ui-sections-of = Sections of { $name }
ui-operator = Operator console
ui-portal = Workspace console
ui-environment = Environment
ui-help = Help
ui-account-of = { $name }: your account
ui-switch = Switch workspace
ui-switch-to = You also work in
ui-sandbox = Open the sandbox
ui-theme = Appearance
ui-theme-light = Light
ui-theme-dark = Dark
ui-theme-system = System
ui-sign-out = Sign out
ui-sign-in-again = Sign in again
ui-signed-out = You were signed out. This page may be out of date. What you’ve typed is kept when you send it.
ui-offline = The server couldn’t be reached. Nothing was changed. Try again in a moment.

ui-find = Search or jump to
ui-find-hint = A name, an address or an action
ui-find-says = Search members, groups, addresses, invitations, domains and actions.
ui-find-says-operator = Search tenants, members, invitations, domains and actions.
ui-find-pages = Pages
ui-find-actions = Actions
ui-find-failed = Search isn’t answering. The pages listed still open. Try again in a moment.
ui-found = Results
ui-found-count = Results: { $n }
ui-found-none = No results for “{ $q }”
ui-keys-choose = choose
ui-keys-open = open
ui-keys-close = close

ui-close = Close
ui-dismiss = Dismiss
ui-again = Try again
ui-loading = Loading
ui-not-known = not known
ui-request = Request
ui-actions = Actions
ui-actions-for = Actions for { $name }
ui-shown = { $n } shown
ui-shown-more = { $n } shown, more available
ui-load-more = Load more
ui-pick = Select { $name }
ui-pick-all = Select all shown
ui-picked = { $n } selected
ui-with-picked = With selected
ui-clear = Clear
ui-clear-all = Clear all
ui-apply = Apply
ui-filter-off = remove this filter
ui-no-match = No results for “{ $query }”
ui-no-match-says = Check the spelling, or search with fewer filters.
ui-no-match-filter = Nothing matches this filter
ui-no-match-filter-says = Choose another filter, or clear it to see everything.
ui-clear-filter = Clear filter

ui-copy = Copy
ui-copied = Copied
ui-uncopied = Your browser can’t copy here. The text is selected: press Ctrl+C or ⌘C.
ui-copy-value = Copy { $value }
ui-saved-it = I’ve saved or shared this password
ui-not-again = You won’t see it again.
ui-save-first = Tick the box once you’ve saved or shared this password
ui-expected = Expected
ui-found-value = Found
ui-field = Field
ui-absent = absent
ui-as-table = Show as a table

ui-optional = optional
ui-to-fix = { $count ->
    [one] One thing to fix
   *[other] { $count } things to fix
}
ui-changed = Someone else changed this while you were editing
ui-changed-says = What you typed is still here. Compare, then save again to replace their version.
ui-changed-same = Your values match what was saved. Save again to confirm.
ui-changed-yours = Yours
ui-changed-now = Saved now
ui-changed-take = Use { $value }
ui-type-name = Type { $name } to continue
ui-leave-title = Leave without saving?
ui-leave-says = What you typed here isn’t saved.
ui-leave-stay = Keep editing
ui-leave-go = Leave

ui-attempts = { $count ->
    [one] 1 attempt
   *[other] { $count } attempts
}
ui-state-ok = Done
ui-state-active = Active
ui-state-attention = Needs attention
ui-state-pending = Waiting
ui-state-running = Running
ui-state-error = Failed
ui-state-skipped = Skipped
ui-state-invited = Invited
ui-state-suspended = Suspended
ui-state-terminated = Ended
ui-state-unknown = No answer

ui-ago-now = just now
ui-ago-seconds = { $n } s ago
ui-ago-minutes = { $n } min ago
ui-ago-hours = { $n } h ago
ui-ago-days = { $n } d ago
ui-date = { $day } { $month } { $year }
ui-months = Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec

# Failures as pages
failure-not-found = Page not found
failure-forbidden = You don’t have access
failure-unavailable = A service isn’t answering
failure-refused = This couldn’t be done
failure-internal = Something went wrong on our side
failure-home = Go to the start page
failure-back = Go back
failure-to = Go to { $page }
failure-account = View your sessions
failure-portal = Open your workspace
failure-suspended = This workspace is suspended
failure-ended = This workspace has ended

# A form that was sent after its session had ended
kept-undone-lead = You were signed out before this was sent.
kept-filled-in = We filled in the form again. Check it, then send it.
kept-forget = Discard draft
kept-undone = Nothing was changed. Repeat it if you still want to.
kept-elsewhere = Nothing was changed. Open the form again: it’s filled in.
kept-over-lead = What you sent while signed out is gone.
kept-over = It was kept for 15 minutes. Nothing was changed. Fill in the form again.

ui-day-today = Today, { $date }
ui-day-yesterday = Yesterday, { $date }
