signed-out-title = You’re signed out
signed-out-text = Your session here and your single sign-on session have ended.
signed-out-again = Sign in again
password-changed-title = Your password was changed
password-changed-text = Sign in with your new password. You were signed out everywhere else.
password-changed-sign-in = Sign in
account-ready-title = Your account is ready
account-ready-text = Sign in with the password you’ve just chosen.
