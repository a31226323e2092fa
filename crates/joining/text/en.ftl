# Invitations

invitations-shown = { $count ->
    [one] One invitation
   *[other] { $count } invitations
}
invitations-none = Nobody was invited yet
invitations-none-says = Invite people by mail: they choose their own password, and nobody else ever sees it.
invitation-sent = Sent
invitation-unsent = not yet
invitation-until = good until
invitation-waiting = Waiting
invitation-accepted = Accepted
invitation-revoked = Withdrawn
invitation-held = On hold
invitation-held-says = Whoever sent it may no longer do that. Send it again to let them in.
invitation-expired = Run out
invitation-resend = Send again
invitation-revoke = Withdraw
invitation-revoke-title = Withdraw the invitation to { $email }?
invitation-revoke-says = The link in their mail stops working, and their seat is free again.
invitation-revoke-account-says = The link in their mail stops working. Their account stays, without a password until you make one on their page.
invitation-done-invite = Invited. The mail is on its way.
invitation-done-resend = Sent again, with a new link. The old one is dead.
invitation-done-revoke = Withdrawn. The link is dead.

link-title = Join { $name }
link-says = { $inviter } invites you as { $role }.
link-says-alone = You are invited as { $role }.
link-password-title = Your account at { $name }
link-password-says = It is there for { $email }. Choose a password for sign-in and mail.
link-name = Your name
link-password = Choose a password
link-accept = Accept
link-known = You have an account already?
link-sign-in = Sign in
link-has-account = There is an account with the address that this was sent to. Sign in with it to accept.
link-join-as = Join as { $name }
link-not-you = To accept as somebody else, sign out and open the link again.
link-sign-out = Sign out
link-not-done = Not done
link-not-yet = Your account is being made. Try again in a moment: the link stays good.
link-no-seat = All seats of this workspace are taken. Ask whoever invited you; the link stays good.
link-mailbox-taken = The mailbox that was meant for you has gone to somebody else. Ask whoever invited you to do it again.
link-joined = You are in { $name }
link-joined-says = { $name } is now one of your workspaces. You choose where you work at the top of each page.
link-mailbox = A mailbox of your own
link-mailbox-says = { $address } opens once you have set your password anew, on the page of your account.
link-go-on = Go on
link-ready = Your account is ready
link-later = Not everything is ready
link-later-says = You can sign in. Your mailbox follows; once it is there, set your password again on the page of your account, for mail as well.

# Import

import-title = Import people
import-says = From a CSV file. Nothing is changed before you have seen what would become of each line.
import-card = A file of people
import-file = File
import-paste = Or paste its text
import-columns = The first line names the columns: name and email, and if you like role and mailbox. At most 2000 people.
import-passwords = First password
import-passwords-invite = Each gets a mail with a link, and chooses one
import-passwords-later = Later: nobody gets a mail, and you make one for each on their page
import-passwords-invite-says = Each of them gets a mail with a link that is good for seven days.
import-passwords-later-says = Nobody gets a mail. Their accounts have no password until you make one on their page.
import-passwords-invite-did = Each gets a mail with a link to choose a password.
import-passwords-later-did = Nobody gets a mail; passwords are made on the page of each.
import-check = Look it over
import-unreadable = This file can't be read
import-before = Imports of the last month
import-began = Began
import-running = Under way
import-done = Done
import-cancelled = Stopped
import-report = What would happen
import-judged = { $good ->
    [one] One person can be made
   *[other] { $good } people can be made
}, { $bad ->
    [0] and every line is good.
    [one] one line is left out.
   *[other] { $bad } lines are left out.
}
import-start-title = { $count ->
    [one] Make one person?
   *[other] Make { $count } people?
}
import-start = { $count ->
    [one] Make one person
   *[other] Make { $count } people
}
import-other = Choose another file
import-lines = Lines
import-line = Line
import-number = { $number }
import-good = Will be made
import-bad = Left out
import-one = Import
import-progress = How far it is
import-progress-lines = Lines worked off
import-progress-ready = People with everything ready
import-counts = { $made } made, { $left } left out, { $waiting } to go.
import-done-says = { $count ->
    [one] One person was made, and has everything.
   *[other] { $count } people were made, and have everything.
}
import-cancelled-says = { $count ->
    [one] One person was made before, and stays.
   *[other] { $count } people were made before, and stay.
}
import-no-right-says = Whoever started it may no longer do so here. { $count ->
    [one] One person was made before, and stays.
   *[other] { $count } people were made before, and stay.
}
import-failing = Something fails
import-failing-says = { $count ->
    [one] One person does not have everything yet. It is tried again by itself; their page says what.
   *[other] { $count } people do not have everything yet. It is tried again by itself; their pages say what.
}
import-stop = Stop
import-go-on = Go on
import-stop-title = Stop this import?
import-stop-says = { $made } people were made and stay. { $waiting } lines are left undone; import them later with the same file, for who is there is left out.
import-waiting = To do
import-made = Made
import-made-invited = Made, mail sent
import-left = Left out alone
import-left-one = Left out
import-shown = { $count ->
    [one] One line
   *[other] { $count } lines
}
import-reason-bad-name = The name is missing, or can't be one.
import-reason-bad-address = The address is missing, or is none.
import-reason-unknown-role = There is no such role: it is member, admin or owner.
import-reason-bad-mailbox = A mailbox can't be called that.
import-reason-duplicate-address = The address is in the file twice; the first line counts.
import-reason-duplicate-mailbox = The mailbox is in the file twice; the first line counts.
import-reason-member-known = Somebody with this address is here already.
import-reason-has-account = This address may belong to somebody already. Invite them instead.
import-reason-foreign-domain = This domain belongs to somebody else. Invite the person instead.
import-reason-already-invited = Somebody with this address is invited already.
import-reason-mailbox-taken = The mailbox belongs to somebody already.
import-reason-no-seat = There is no seat left.
import-reason-owners-only = Only owners make owners.
import-reason-wrong-state = The workspace is closed.
import-reason-refused = It was refused.
