# The passwords of one's own mail programs

nav-app-passwords = App passwords

app-passwords-say = One password per mail program, so losing a phone means removing one.
app-passwords-none = No app passwords yet
app-passwords-none-says = Add one for each program or device that reads your mail.
app-password-add = Add app password
app-password-name = Program or device
app-password-name-help = A name to tell it apart, such as “Phone”.
app-password-mailbox = Mailbox
app-password-made-at = Created
app-password-for = Password for { $mailbox }
app-password-made = App password for { $name }
app-password-once = Enter it where the program asks for your mailbox password. Your user name there is the mailbox address.
app-password-done = Done
app-password-cancel = Cancel
app-password-not-done = Nothing was changed
app-password-remove = Remove password
app-password-remove-title = Remove password for { $name }?
app-password-remove-says = The program that uses it can’t sign in again. A connection that is open now lasts until the program closes it.
app-password-done-gone = Password removed.
app-password-no-mailbox = No mailbox is ready yet
app-password-no-mailbox-says = Once you have one, you can add app passwords here.
app-password-suspended = { $name } is suspended
app-password-closed-says = You can’t add app passwords while the workspace is suspended. Contact your provider.
app-password-silent = Your app passwords can’t be shown now.
app-password-silent-says = The mail server isn’t answering. Nothing is lost; try again in a moment.

# In the log
audit-noun-app-password = App passwords
action-app-password-create = App password created
action-app-password-remove = App password revoked

## Errors
error-no-such-password = You have no such app password.
    .advice = Check your list of app passwords.
error-no-own-mailbox = You have no mailbox that’s ready.
    .advice = Ask an admin of your workspace.
error-own-mailbox-closed = Your access to this mailbox is suspended.
    .advice = Ask an admin of your workspace.
error-mailbox-closed = The workspace { $name } is { $state }, so its mailboxes can’t get new passwords.
    .advice = Ask your provider to resume it.
error-own-password-first = Choose a password of your own first.
    .advice = Choose one on your password page.
error-too-many-passwords = This mailbox has { $most } app passwords, the most it may.
    .advice = Remove one that no program uses.
error-name-used = You already have an app password named “{ $name }”.
    .advice = Choose another name, so you can tell them apart.
error-mail-server-silent = The mail server isn’t answering.
    .advice = Try again in a moment.
