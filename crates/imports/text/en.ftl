# Imports

import-title = Import people
import-says = Add many people from a CSV file. You see what happens to each line before anything changes.
import-card = File
import-file = CSV file
import-template = Download a template
import-encoding = Encoding
import-encoding-found = Detect automatically
import-encoding-help = Choose one only if names look wrong in the preview.
import-encoded = Read as { $encoding }. If names look wrong, choose another file or encoding.
import-paste = Or paste its text
import-columns = Name and email are needed; role, mailbox and private email are optional. Exports from Microsoft 365, Google Workspace and Zoho work as they are. Up to 2,000 people.
import-passwords = First password
import-passwords-invite = Email a link to choose one
import-passwords-later = Download first passwords and hand them over
import-passwords-invite-did = { $count ->
    [0] No links were emailed.
    [one] One link was emailed.
   *[other] { $count } links were emailed.
}
import-passwords-later-did = No one was emailed.
import-mailed = { $count ->
    [one] One person gets an email with a link to choose a password. It works for seven days.
   *[other] { $count } people get an email with a link to choose a password. It works for seven days.
}
import-unmailed = { $count ->
    [one] One person gets a first password, which you download when their account is ready.
   *[other] { $count } people get first passwords, which you download when their accounts are ready.
} A link would go to the mailbox it opens. To send links instead, add a column “private email”.
import-invites = { $count ->
    [one] One person may have an account already. They're invited by email, and join as themselves.
   *[other] { $count } people may have accounts already. They're invited by email, and join as themselves.
}
import-unasked = { $count ->
    [one] One address outside your domains wasn't checked: you looked up as many as you may within an hour. The import waits for it.
   *[other] { $count } addresses outside your domains weren't checked: you looked up as many as you may within an hour. The import waits for them.
}
import-link-to = Link to { $address }
import-first-password = First password to download
import-which = Columns
import-which-says = We couldn't tell which column is which. Choose below; we'll remember it for the next file.
import-which-summary = Choose what each column holds.
import-column-name = Full name
import-column-firstname = First name
import-column-lastname = Last name
import-column-email = Email
import-column-privateemail = Private email
import-column-role = Role
import-column-mailbox = Mailbox name
import-column-other = Not used
import-unused = Not used: { $heads }{ $more ->
    [0] .
   *[other] , and { $more } more.
}
import-check = Preview import
import-not-started = The import wasn't started
import-unreadable = This file can't be read
import-before = Imports of the last month
import-began = Started
import-running = Running
import-done = Finished
import-cancelled = Stopped
import-report = Preview
import-judged = { $good ->
    [one] One person can be added
   *[other] { $good } people can be added
}{ $bad ->
    [0] .
    [one] ; one line is skipped.
   *[other] ; { $bad } lines are skipped.
}
import-start-title = { $count ->
    [one] Add one person?
   *[other] Add { $count } people?
}
import-start = { $count ->
    [one] Add one person
   *[other] Add { $count } people
}
import-invite-title = { $count ->
    [one] Invite one person?
   *[other] Invite { $count } people?
}
import-invite = { $count ->
    [one] Invite one person
   *[other] Invite { $count } people
}
import-other = Choose another file
import-lines = Lines
import-line = Line
import-number = { $number }
import-good = Will be added
import-good-invited = Will be invited
import-invited-has-account = They may have an account already, and join with it.
import-invited-foreign-domain = The domain is someone else's. They join with the account they have.
import-bad = Skipped
import-one = Import
import-progress = Progress
import-progress-lines = Lines done
import-progress-ready = People ready
import-counts = { $made } added, { $invited } invited, { $left } skipped, { $waiting } to go.
import-waits = This import is waiting
import-waits-too-many-mails = As many emails went out as may within an hour.
import-waits-asked-too-often = The person who started it looked up as many addresses outside your domains as they may within an hour.
import-waits-not-done = A service it needs doesn't answer.
import-waits-workspace-closed = This workspace is suspended, so invitation links wouldn't let anyone in.
import-waits-until = { $minutes ->
    [one] It continues in a minute.
   *[other] It continues in { $minutes } minutes.
}
import-waits-again = We'll keep retrying.
import-done-says = { $count ->
    [one] One person was added and is ready.
   *[other] { $count } people were added and are ready.
}
import-cancelled-says = { $count ->
    [one] One person was added before and stays.
   *[other] { $count } people were added before and stay.
}
import-no-right-says = The person who started it can no longer add people here. { $count ->
    [one] One person was added before and stays.
   *[other] { $count } people were added before and stay.
}
import-failing = Something is failing
import-failing-says = { $count ->
    [one] One person isn't ready yet. We'll keep retrying; their page says why.
   *[other] { $count } people aren't ready yet. We'll keep retrying; their pages say why.
}
import-stop = Stop import
import-go-on = Keep importing
import-stop-title = Stop this import?
import-stop-says = People who were added stay: { $made } so far. { $waiting } lines aren't done. Import the same file later to continue; people who are here already are skipped.
import-unkeyed = { $count ->
    [one] One person has no password yet. The file shows it once; we don't keep it.
   *[other] { $count } people have no password yet. The file shows them once; we don't keep them.
}
import-make-passwords = { $count ->
    [one] Download one first password
   *[other] Download { $count } first passwords
}
import-given-to = { $count ->
    [one] The first password of one person was given to { $name }
   *[other] First passwords of { $count } people were given to { $name }
}
import-given = { $count ->
    [one] The first password of one person was given out
   *[other] First passwords of { $count } people were given out
}
import-passwords-soon = First passwords can be downloaded here once everyone is ready.
import-password-later = Not ready. Download again later.
import-download-skipped = { $count ->
    [one] Download the skipped line
   *[other] Download { $count } skipped lines
}
import-waiting = To do
import-made = Added
import-made-invited = Added, link sent
import-made-password = Added, first password given
import-invited-one = Invited
import-left = Skipped only
import-left-one = Skipped
import-shown = { $count ->
    [one] One line
   *[other] { $count } lines
}
import-reason-bad-name = Enter a name with at least one letter and no hidden characters.
import-reason-bad-address = Enter an email address such as anna@example.com.
import-reason-unknown-role = Use member, admin or owner as the role.
import-reason-bad-mailbox = Enter a mailbox name of letters and digits, such as anna.b.
import-reason-bad-private-address = Enter a private email address outside this workspace.
import-reason-duplicate-address = This email address is in the file twice. The first line counts.
import-reason-duplicate-mailbox = This mailbox is in the file twice. The first line counts.
import-reason-member-known = This person is a member already.
import-reason-has-account = This address may belong to an account already. Invite them instead.
import-reason-foreign-domain = This domain belongs to someone else. Invite the person instead.
import-reason-already-invited = This person is invited already.
import-reason-mailbox-taken = Someone else has this mailbox.
import-reason-address-taken = Something else has this address.
import-reason-no-seat = No seat is left.
import-reason-owners-only = Only owners can add owners.
import-reason-wrong-state = The workspace is closed.
import-reason-refused = It couldn't be added.

# In the log
audit-noun-import = Imports
action-import-check = Import previewed
action-import-start = Import started
action-import-cancel = Import stopped
action-import-end = Import finished
action-import-passwords = First passwords created for an import

## Errors
error-no-such-import = This workspace has no such import.
    .advice = Check the list of imports.
error-many-imports = This workspace has { $most } unfinished imports, the most it may.
    .advice = Wait until one has finished, or stop one.
error-unread-file = This file couldn’t be read.
error-too-many-files = Too many files are being read right now.
    .advice = Nothing was changed. Send the file again in a few seconds.
## What is wrong with a file
import-file-empty = There are no people in this file.
import-file-columns = Which column is the name, and which the email address? The file has { $heads }.
import-file-head = “{ $head }”
import-file-too-many = This file has more than { $most } people. Split it.
import-file-too-large = This file is larger than 1 MiB. Split it, or remove columns that aren’t needed.
import-file-too-wide = This file has more than { $most } columns. Remove those that aren’t needed.
import-file-not-csv = This isn’t a CSV file: { $why }.
import-file-workbook = This is a workbook. Save it as “CSV UTF-8” in your spreadsheet, and choose that file.
import-file-encoding = This file can’t be read as { $encoding }. Save it as “CSV UTF-8”, or choose another encoding.
import-file-no-encoding = “{ $encoding }” isn’t an encoding. Use one such as UTF-8 or windows-1252.
import-file-garbled = Line { $line } has characters that can’t be read as { $encoding }. Save the file as “CSV UTF-8”, or choose another encoding.
import-csv-missing = Send the file’s text here, or its bytes in `file`.
import-csv-and-file = Send `csv` or `file`, not both.
import-not-base64 = This isn’t base64.
