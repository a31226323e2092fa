signed-out-title = You’re signed out
signed-out-text = Your session here and your single sign-on session have ended.
signed-out-again = Sign in again
password-changed-title = Your password was changed
password-changed-text = Sign in with your new password. You were signed out everywhere else.
password-changed-sign-in = Sign in
account-ready-title = Your account is ready
account-ready-text = Sign in with the password you’ve just chosen.

## Errors
error-sign-in-expired = This sign-in took too long or was started in another window.
    .advice = Sign in again.
error-sign-in-refused = The sign-in service refused: { $why }
    .advice = Sign in again.
error-bad-token = The token isn’t valid: { $why }.
    .advice = Get a new token.
error-token-key-unknown = The token isn’t valid: its key is unknown.
    .advice = Get a new token.
error-signed-out = You were signed out everywhere during this sign-in.
    .advice = Sign in again.
error-issuer-down = The sign-in service can’t be used right now.
    .advice = Nothing was changed. Try again in a moment.
error-sign-in-misconfigured = Sign-in isn’t set up correctly, so no one can sign in.
    .advice = Trying again doesn’t help. Contact your provider with the request ID below.
error-form-too-large = You were signed out before this was sent, and it’s too large to keep.
    .advice = Go back and copy what you typed. Then sign in and send it again.

## What is wrong with the settings of sign-in
sign-in-trouble-call = { $why }.
    .advice = Check AUTHENTIK_ISSUER and AUTHENTIK_API_URL, and that Authentik runs. For a certificate of your own authority, set EXTRA_CA_CERTS.
sign-in-trouble-application = Authentik has no application with the slug { $client }.
    .advice = Run `dezky bootstrap authentik`: it creates an application with the slug { $client } and its provider in Authentik.
sign-in-trouble-issuer = Authentik names the issuer { $found } in the tokens of { $client }, but AUTHENTIK_ISSUER is { $wanted }.
    .advice = Set AUTHENTIK_ISSUER to Authentik’s public address. If AUTHENTIK_API_URL is set, add this machine to AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS of Authentik, or leave it out.
sign-in-trouble-key = Authentik publishes no key for the tokens of { $client }.
    .advice = Run `dezky bootstrap authentik`. Or choose a signing key for the provider { $client } in Authentik.
sign-in-trouble-secret = Authentik doesn’t accept the client secret of { $client }.
    .advice = Run `dezky bootstrap authentik`, which reads it, and restart Dezky. Or set { $setting } to the client secret of the provider { $client } in Authentik, and check that the provider’s redirect address is that of this console’s /sign-in/callback.
sign-in-trouble-client = Authentik refuses the client { $client }: { $why }.
    .advice = Run `dezky bootstrap authentik`. Or allow the grants authorization_code and refresh_token for the provider { $client }.
sign-in-trouble-subject = The tokens of { $client } don’t identify accounts by their UUID in Authentik.
    .advice = Run `dezky bootstrap authentik`. Or set the subject mode of the provider { $client } in Authentik to the user’s UUID (sub_mode user_uuid).
sign-in-trouble-token = Authentik issued a token for { $client } that can’t be used: { $why }.
    .advice = Run `dezky doctor`, and compare the clocks of both machines.
