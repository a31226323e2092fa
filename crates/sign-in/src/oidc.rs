//! The OpenID Connect dance, by the `openidconnect` crate over our own way out.

use access::Surface;
use access::sessions::Tokens;
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreErrorResponseType};
use openidconnect::http::{Response, StatusCode};
use openidconnect::{
    AuthUrl, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardErrorResponse,
    TokenResponse, TokenUrl,
};
use outbound::{Call, CallError, Cause, Client, Method};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::error::Error;
use crate::examine::Trouble;
use crate::keys;
use crate::service::SignIn;

/// What the browser brings back, sealed in a cookie, while the person is at the identity provider.
#[derive(Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub state: String,
    nonce: String,
    verifier: String,
    pub next: String,
    pub began_at: kernel::Timestamp,
}

/// A client with the endpoints that are needed. The paths are Authentik's (authentik, section 14); discovery
/// answers with the host it is asked at, which need not be the one that browsers use.
type Oidc =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet, EndpointNotSet>;

#[expect(clippy::needless_pass_by_value, reason = "so that it fits `map_err` as it is")]
fn setting(error: impl ToString) -> Error {
    Error::Settings(error.to_string())
}

impl SignIn {
    fn oidc(&self, surface: Surface, keys: &Value) -> Result<Oidc, Error> {
        let oidc_client = self.oidc_client(surface).ok_or_else(|| setting("this surface has no client"))?;
        let browser = &self.0.settings.issuer_origin;
        let keys = keys::read(keys.clone(), surface)?;
        let issuer = IssuerUrl::new(self.issuer(surface)).map_err(setting)?;
        Ok(CoreClient::new(ClientId::new(surface.audience().to_owned()), issuer, keys)
            .set_client_secret(ClientSecret::new(oidc_client.client_secret.expose_secret().to_owned()))
            .set_auth_uri(AuthUrl::new(format!("{browser}/application/o/authorize/")).map_err(setting)?)
            .set_token_uri(TokenUrl::new(format!("{browser}/application/o/token/")).map_err(setting)?)
            .set_redirect_uri(
                RedirectUrl::new(format!("{}/sign-in/callback", oidc_client.origin)).map_err(setting)?,
            ))
    }

    /// Where to send the browser, and what to remember meanwhile.
    pub(crate) fn begin(&self, surface: Surface, next: String, again: bool) -> Result<(Url, Attempt), Error> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.oidc(surface, &serde_json::json!({"keys": []}))?;
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(["email", "profile", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge);
        let request = if again { request.add_prompt(CoreAuthPrompt::Login) } else { request };
        let (url, state, nonce) = request.url();
        let attempt = Attempt {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next,
            began_at: self.0.clock.now(),
        };
        Ok((url, attempt))
    }

    /// Trades the code for tokens and checks that the id token answers to this very attempt.
    pub(crate) async fn exchange(
        &self,
        surface: Surface,
        code: String,
        attempt: Attempt,
    ) -> Result<Tokens, Error> {
        let keys =
            self.key_set(surface).ok_or_else(|| setting("this surface has no keys"))?.with(None).await?;
        let client = self.oidc(surface, &keys)?;
        let http = |request| send(self.0.settings.provider.clone(), request);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier))
            .request_async(&http)
            .await
            .map_err(|error| refused(surface, error))?;
        let id_token = answer.id_token().ok_or_else(|| Error::Refused("no ID token was returned".into()))?;
        let checked = id_token.claims(&client.id_token_verifier(), &Nonce::new(attempt.nonce));
        checked.map_err(|error| match error {
            ClaimsVerificationError::InvalidNonce(_) => {
                Error::Refused("the answer belongs to another sign-in".into())
            }
            error => {
                Error::Misconfigured(Trouble::Token { client: surface.audience(), why: error.to_string() })
            }
        })?;
        Ok(Tokens {
            access: answer.access_token().secret().clone(),
            refresh: answer.refresh_token().map(|token| token.secret().clone()),
            id: Some(id_token.to_string()),
        })
    }

    /// New tokens for a refresh token. Where the issuer does not rotate, the old refresh token stays.
    pub(crate) async fn renew(&self, surface: Surface, old: &Tokens) -> Result<Tokens, Error> {
        let refresh =
            old.refresh.clone().ok_or_else(|| Error::Refused("there is no refresh token".into()))?;
        let client = self.oidc(surface, &serde_json::json!({"keys": []}))?;
        let http = |request| send(self.0.settings.provider.clone(), request);
        let token = RefreshToken::new(refresh.clone());
        let answer = client.exchange_refresh_token(&token).request_async(&http).await;
        let answer = answer.map_err(|error| refused(surface, error))?;
        Ok(Tokens {
            access: answer.access_token().secret().clone(),
            refresh: Some(answer.refresh_token().map_or(refresh, |token| token.secret().clone())),
            id: answer.id_token().map(ToString::to_string).or_else(|| old.id.clone()),
        })
    }

    /// Makes a refresh token worthless (RFC 7009); at a sign-out nothing else does (authentik, section 14).
    pub(crate) async fn revoke(&self, surface: Surface, refresh: &str) -> Result<(), Error> {
        let oidc_client = self.oidc_client(surface).ok_or_else(|| setting("this surface has no client"))?;
        let call = Call::new(Method::Post, "/application/o/revoke/")
            .basic(surface.audience(), SecretString::from(oidc_client.client_secret.expose_secret()))
            .form(&[("token", refresh), ("token_type_hint", "refresh_token")])
            .deadline(std::time::Duration::from_secs(3));
        self.0.settings.provider.send(call).await?.success(|_| None)?;
        Ok(())
    }

    /// Where the browser ends the session at the identity provider, and comes back from.
    pub(crate) fn end_session(&self, surface: Surface, id_token: &str) -> Result<Url, Error> {
        let oidc_client = self.oidc_client(surface).ok_or_else(|| setting("this surface has no client"))?;
        let back = format!("{}/signed-out", oidc_client.origin);
        let end = format!("{}end-session/", self.issuer(surface));
        Url::parse_with_params(&end, [("id_token_hint", id_token), ("post_logout_redirect_uri", &back)])
            .map_err(setting)
    }
}

/// What a failed call of the token endpoint means. Only `invalid_grant` says that code or token is worth nothing;
/// what is said of the client is a matter of settings.
fn refused(
    surface: Surface,
    error: RequestTokenError<CallError, StandardErrorResponse<CoreErrorResponseType>>,
) -> Error {
    let client = surface.audience();
    match error {
        RequestTokenError::Request(error) => Error::Issuer(error),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            CoreErrorResponseType::InvalidGrant => Error::Refused(answer.to_string()),
            CoreErrorResponseType::InvalidClient => Error::Misconfigured(Trouble::Secret(client)),
            _ => Error::Misconfigured(Trouble::Client { client, why: answer.to_string() }),
        },
        RequestTokenError::Parse(..) => Error::Issuer(CallError::unknown(
            "Authentik",
            Cause::Malformed("the token answer can't be read".into()),
        )),
        RequestTokenError::Other(why) => {
            Error::Issuer(CallError::without_effect("Authentik", Cause::Refused(400, Some(why))))
        }
    }
}

/// Sends a request of the protocol library by our own client: its base address, deadline and limits hold.
async fn send(provider: Client, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let malformed = |why: &str| CallError::without_effect("Authentik", Cause::Malformed(why.to_owned()));
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().ok_or_else(|| malformed("an address without a path"))?;
    let mut call = Call::new(Method::Post, path.as_str()).raw("application/x-www-form-urlencoded", body);
    for name in ["authorization", "accept"] {
        if let Some(value) = parts.headers.get(name).and_then(|value| value.to_str().ok()) {
            call = call.header(name, value);
        }
    }
    let answer = provider.send(call).await?;
    if answer.status >= 500 || answer.status == 429 {
        return answer.success(|_| None).and_then(|_| Err(malformed("no answer")));
    }
    let mut response = Response::builder().status(StatusCode::from_u16(answer.status).unwrap_or_default());
    if let Some(kind) = answer.header("content-type") {
        response = response.header("content-type", kind);
    }
    response.body(answer.body.to_vec()).map_err(|error| malformed(&error.to_string()))
}
