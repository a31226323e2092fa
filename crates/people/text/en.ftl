# How people sign in

mfa = Second factor
mfa-on = On
mfa-off = Off
mail-use-of = of { $quota }
mail-use-no-limit = no limit
live-why-not-configured = That service isn’t part of this platform.
live-why-switched-off = That service is switched off for now.
live-why-unreachable = The service isn’t answering. Try again in a moment.
live-why-slow = The service hasn’t answered yet. Reload the page in a moment.
live-why-not-permitted = The service doesn’t let the platform read it. Contact your provider.
live-why-failed = The service returned an unusable response. If this continues, contact your provider.
live-why-no-account = No account yet
live-why-no-mailbox = No mailbox
live-why-not-there = Not created yet
member-no-mailbox = None
member-cancel = Cancel
keep-app-passwords = Keep app passwords
keep-app-passwords-help = Mail programs keep working. Leave off if someone else may know the password.

# One's own password

own-password = Password
own-password-waiting = Your mailbox isn’t ready yet.
own-password-earlier = Your mailbox still accepts an earlier password.
own-password-earlier-says = { $which } didn’t answer when the last one was set. Choose a password here (it can be the same) to open the mailbox too.
own-password-locked = Your mailbox has no password yet.
own-password-locked-says = Choose one here (it can be the same) so mail programs can sign in to { $which } too.
own-password-waiting-says = { $which } can’t take a password until it’s ready. Choose a password again then.
own-password-card = Choose a password
own-password-due = Your password was generated. Choose your own to continue.
own-password-says = Used for both sign-in and mail.
own-password-new = New password
own-password-help = At least 10 characters. A few words only you would put together work best.
own-password-after = All your sessions end, including this one, and so do app passwords unless you keep them. Sign in again with the new password.
own-password-set = Set password
own-password-again = You signed in a while ago. Sign in again to choose another password.
own-password-sign-in = Sign in again

# One's own second factor

own-mfa-says = What you need besides your password to sign in.
own-mfa-card = Your sign-in
own-mfa-on = Signing in with a browser needs your second factor. Mail programs still accept your password without it: give each one an app password, and don’t enter your own anywhere else.
own-mfa-app-passwords = Create app passwords
own-mfa-off = Your password alone signs you in. Setting up an authenticator app takes two minutes.
own-mfa-set-up = Set up second factor
own-mfa-another = Set up another factor
own-mfa-silent = Your second factor can’t be shown.

# Sessions

nav-sessions = Sessions
sessions-say = Browsers you’re signed in with. End any you don’t know.
sessions-browsers = Signed-in browsers
sessions-none = No sessions
sessions-none-says = No one is signed in with this account.
sessions-silent = Single sign-on sessions can’t be shown.
sessions-own-mean = Ending a session signs that browser out of everything listed for it. Mail programs aren’t sessions; they’re under App passwords.
sessions-mean-here = Only sessions that work in { $workspace } are shown and can be ended here. Mail programs aren’t sessions.
sessions-mean = Each row is one browser. Ending it signs that browser out of everything listed for it; “Sign out everywhere” ends all of them. Mail programs stay connected.
sessions-end-all = Sign out everywhere
sessions-end-all-title = Sign out everywhere?
sessions-end-all-says = All your sessions end, including this one, and so do app passwords unless you keep them. Mail programs that are connected keep working until they reconnect.
session-browser = Browser
session-browser-on = { $browser } on { $system }
session-browser-unknown = Unknown browser
session-place-portal = Portal
session-place-operator = Operator console
session-place-sign-in = Single sign-on
session-address = Address
session-began = Signed in
session-seen = Last used
session-this = This browser
session-end = End session
session-end-title = End this session?
session-end-this-says = This browser is signed out here and from single sign-on.
session-end-says = That browser is signed out here at its next click. Also end its single sign-on session, or it can sign back in without a password.
session-end-all-says = That browser is signed out at its next click and needs the password to sign back in.
session-end-sign-in-says = That browser needs the password the next time it signs in anywhere. Pages it’s already signed in to stay open until their own sessions end.
session-done-end = Session ended.

# In the log

action-member-end-password = First password expired
action-member-end-session = Session ended by an admin
action-user-set-password = Password set
action-user-end-password = First password expired
## What is wrong with a password
input-password-short = Use at least { $least } characters.
password-generated = It looks like a one-time password. Choose one of your own.
password-own-name = It contains your name or address.
password-repeats = It repeats a few characters.
password-part-silent = Part of your account isn’t answering.
