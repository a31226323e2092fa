signed-out-title = You are signed out
signed-out-text = Your session here and at the sign-in service has ended.
signed-out-again = Sign in again
password-changed-title = Your password was changed
password-changed-text = Sign in with it. You were signed out everywhere else.
password-changed-sign-in = Sign in
account-ready-title = Your account is ready
account-ready-text = Sign in with the password that you have just chosen.
