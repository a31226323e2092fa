## Words of the components
ui-skip = Skip to content
ui-menu = Menu
ui-nav = Main
ui-apps = Open another app
ui-nav-people = People
ui-nav-services = Services
ui-nav-security = Security
ui-nav-customers = Customers
ui-nav-platform = Platform
ui-nav-account = Your account
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
ui-shown-of = { $n } of { $all } shown
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
ui-domain = Domain
ui-add-to = Add to { $name }
ui-add-one = Add…
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
failure-held = We’ll be back soon

# A restored database, until it is released
hold-lead = Held since a restore.
hold-says = This is a backup of { $taken }, restored on { $restored }. Nothing acts upstream by itself, no mail is sent, and the portal is closed.
hold-advice = Compare with `dezky plan`, then run `dezky resume`.

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

## What is wrong with a field
input-required = This field is required.
input-unknown-field = This field doesn’t exist.
input-unknown-value = This value doesn’t exist.
input-more = And { $count } more.
input-too-long = Use at most { $most } characters.
input-too-long-each = Use at most { $most } characters for each.
input-too-many = Enter at most { $most }.
input-one-of = Use one of: { $words }.
input-range = Enter a number from { $least } to { $most }.
input-whole-number = Enter a whole number.
input-text = This must be text.
input-flag = This must be true or false.
input-texts = This must be a list of texts.
input-object = This must be an object.
input-search-too-long = Search for at most { $most } characters.
input-search-words = Search for at most { $most } words.
input-json-object = Send a JSON object.
input-json = The body isn’t valid JSON (line { $line }, column { $column }).
input-too-deep = The body is nested deeper than { $most } levels.
input-form = The form can’t be read: { $why }.
input-query = The query of this address can’t be read.
input-cursor = Use a cursor from the list.
input-id = Use an ID that begins with { $prefix }_.
input-time = Use an RFC 3339 time, such as 2026-01-31T12:00:00Z.

input-full-domain = Enter the full domain, such as acme.com.
input-domain = Enter a domain such as acme.com.
input-domain-too-long = Enter a domain of at most 253 characters.
input-dns-name = Enter a valid DNS name.
input-email = Enter an email address such as anna@acme.com.
input-slug = Use 2 to 40 lower-case letters, digits and single hyphens, starting with a letter.
input-name = Enter a name.
input-no-letter = Use at least one letter or digit.
input-marks = Use at most { $most } marks on a letter.
input-hidden = Remove the hidden character ({ $code }), or retype the text.
input-hidden-after = Remove the hidden character ({ $code }) after “{ $after }”, or retype the text.

## What the edge refuses
error-invalid-input = Some fields need correcting.
error-fields = { $count ->
    [one] One field needs correcting.
   *[other] { $count } fields need correcting.
}
error-not-found = This doesn’t exist, or you don’t have access to it.
    .advice = Check the address.
error-method-not-allowed = This address doesn’t support that method.
error-bad-request = This request can’t be read. { $why }
error-sign-in-needed = You aren’t signed in.
    .advice = Sign in and try again.
error-token-needed = You aren’t signed in.
    .advice = Send a valid access token as `Authorization: Bearer`.
error-no-account = Your token is valid, but has no account yet.
    .advice = Send PUT /api/users/me once, or sign in to the portal.
error-account-removed = Your account was removed.
    .advice = Ask an admin of your workspace to invite you again.
error-issuer-unavailable = The sign-in service can’t be reached.
    .advice = Nothing was changed. Try again in a moment.
error-no-workspace = You aren’t in any workspace.
    .advice = Ask an admin to invite you to a workspace.
error-forged-request = This page is too old, or the request didn’t come from this console.
    .advice = Reload the page and try again.
error-address-too-long = The address is longer than { $most } KiB.
    .advice = Ask for less at a time.
error-too-many-parameters = The address has more than { $most } parameters.
    .advice = Ask for less at a time.
error-bad-address = The address has a character that isn’t allowed.
error-body-too-large = The request is larger than { $most } { $unit }.
    .advice = Send less at a time.
error-too-many-fields = The form has more than { $most } fields.
    .advice = Send fewer at a time.
error-too-slow = The request took too long to arrive.
    .advice = Send it again.
error-unreadable-body = The request couldn’t be read in full.
error-content-encoding = The body must not be compressed.
    .advice = Send it without `Content-Encoding`.
error-not-json = The body must be JSON, with `Content-Type: application/json`.
error-not-a-form = The body must be a form.
error-bad-idempotency-key = The Idempotency-Key must be 1 to 200 visible ASCII characters.
error-idempotency-keys = Send one Idempotency-Key, not several.
error-idempotency-key-reused = This Idempotency-Key was used for another request.
    .advice = Use a new key.
error-answer-not-kept = This was already done, but its answer was too large to keep.
    .advice = Read the changed object.
error-still-running = The first request with this key is still running.
    .advice = Try again in a moment.
error-too-many-streams = Too many live pages are open.
    .advice = This page doesn’t update live. Close other pages, or reload this one.
error-held = This service was restored from a backup and is being checked before it opens again.
    .advice = Mail and files aren’t affected. Try again in a few minutes.
error-internal = Something went wrong on our side.
    .advice = Try again. If it keeps happening, send us the request ID.

## Errors of the database and of rights
error-taken = This is already taken.
    .advice = Choose another.
error-database-unavailable = The database can’t be used right now.
    .advice = Nothing was changed. Try again in a few seconds.
error-missing-audience = This needs a token with the audience { $needed }; yours has the audience { $has }.
    .advice = Sign in to the operator console and use its token.
error-missing-platform-admin = Only platform admins can do this, and your account isn’t one.
    .advice = Ask a platform admin to do it or to make you an admin, or sign in with another account.
error-missing-role = { $has ->
    [support] Only { $needed } can do this, and you’re support staff.
    [billing] Only { $needed } can do this, and you’re billing staff.
    [admin] Only { $needed } can do this, and you’re an admin.
    [owner] Only { $needed } can do this, and you’re an owner.
   *[other] Only { $needed } can do this, and you’re a { $has }.
}
    .advice = Ask one of them to do it, or to change your role.
error-tenant-suspended = The workspace { $name } is suspended.
    .advice = No one can use it until it is resumed. Nothing is deleted. Ask your provider to resume it.
error-tenant-ended = The workspace { $name } has ended.
    .advice = No one can use it any more. Ask your provider which data is still kept.
error-workspace-wrong-state = The workspace { $name } is { $state }, so nothing in it can be changed.
    .advice = You can view it, but not change it.
error-wrong-state = The workspace is { $state }, so this can’t be changed.
    .advice = Contact your provider.
error-no-open-workspace = You’re in no active workspace, so you can’t change your account.
    .advice = Ask an admin to invite you to a workspace.
error-signed-out-of-workspace = { $name } signed you out.
    .advice = Sign out and in again to open it.
error-password-due = Your password is a one-time password. Choose your own first.
    .advice = Sign in to the portal and choose a password of your own.
error-stale = Someone else has changed this since you read it.
    .advice = Read it again and repeat your change.
error-asked-too-often = You looked up { $most } addresses or domains within an hour, the most you may.
    .advice = { $minutes ->
        [one] Nothing was changed. Try again in a minute.
       *[other] Nothing was changed. Try again in { $minutes } minutes.
    }

people-of-owner = owners
people-of-admin = admins
people-of-member = members
people-of-support = support staff
people-of-billing = billing staff
people-of-viewer = viewers
list-and = { $first } and { $last }
