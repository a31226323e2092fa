signed-out-title = You are signed out
signed-out-text = Your session here and at the sign-in service has ended.
signed-out-again = Sign in again
