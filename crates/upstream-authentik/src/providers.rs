//! Providers of OAuth 2: how they are set up, and what the file service needs of its own: a claim that names its accounts,
//! and a service account with an app password (sections 6 to 8, 12 and 14).

use outbound::{Call, CallError, Method};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use url::{Host, Url};

use crate::Authentik;
use crate::client::{accept, body_of};
use crate::objects::Row;
use crate::pages::Listing;
use crate::users::{USERS, User};

const PROVIDERS: &str = "/api/v3/providers/oauth2/";
const MAPPINGS: &str = "/api/v3/propertymappings/provider/scope/";
const TOKENS: &str = "/api/v3/core/tokens/";

/// A provider of OAuth 2.
#[derive(Debug, Clone, Deserialize)]
pub struct Provider {
    /// The number that the API goes by.
    #[serde(rename = "pk")]
    pub id: i64,
    /// The client id.
    pub client_id: String,
    /// The mappings that make its claims, by their ids.
    #[serde(rename = "property_mappings", default)]
    pub mappings: Vec<String>,
    #[serde(default)]
    sub_mode: Option<String>,
    #[serde(default)]
    issuer_mode: Option<String>,
    #[serde(default)]
    grant_types: Option<Vec<String>>,
    #[serde(default)]
    redirect_uris: Option<Vec<RedirectUri>>,
}

#[derive(Debug, Clone, Deserialize)]
struct RedirectUri {
    matching_mode: String,
    url: String,
    /// `authorization` or `logout`; servers of before know no other than the first.
    #[serde(rename = "redirect_uri_type", default)]
    kind: Option<String>,
}

impl Provider {
    /// What has to be changed at a provider with which people sign in at `origin`. What the server doesn't say is not
    /// judged.
    pub fn faults(&self, origin: &str) -> Vec<String> {
        let mut faults = self.token_faults();
        for grant in ["authorization_code", "refresh_token"] {
            faults.extend(self.grant_fault(grant));
        }
        for (kind, path) in [("authorization", "/sign-in/callback"), ("logout", "/signed-out")] {
            let url = format!("{origin}{path}");
            if self.redirect_uris.as_ref().is_some_and(|known| !known.iter().any(|it| it.may_be(kind, &url)))
            {
                faults.push(format!("add {url} to its redirect addresses, with the type {kind}"));
            }
        }
        faults
    }

    /// The redirect addresses that let codes of sign-ins go elsewhere than below `origin`, each with why. The person's own
    /// machine isn't elsewhere.
    pub fn foreign_redirects(&self, origin: &str) -> Vec<String> {
        let known = self.redirect_uris.iter().flatten();
        let gets_codes = |uri: &&RedirectUri| uri.kind.as_deref().is_none_or(|kind| kind == "authorization");
        known.filter(gets_codes).filter_map(|uri| uri.foreign(origin)).collect()
    }

    /// What has to be changed for tokens that name accounts and issuer as Dezky reads them (sections 7 and 14).
    pub fn token_faults(&self) -> Vec<String> {
        let wanted =
            [("sub_mode", &self.sub_mode, "user_uuid"), ("issuer_mode", &self.issuer_mode, "per_provider")];
        let differs = |(_, found, wanted): &(&str, &Option<String>, &str)| {
            found.as_ref().is_some_and(|found| found != wanted)
        };
        let said = |(name, found, wanted): (&str, &Option<String>, &str)| {
            format!("set {name} to {wanted} (it is {})", found.as_deref().unwrap_or_default())
        };
        wanted.into_iter().filter(differs).map(said).collect()
    }

    /// What has to be changed for this grant.
    pub fn grant_fault(&self, grant: &str) -> Option<String> {
        let known = self.grant_types.as_ref()?;
        (!known.iter().any(|known| known == grant)).then(|| format!("allow the grant {grant}"))
    }
}

impl RedirectUri {
    /// Whether it lets an address pass. What a pattern means is left to the server.
    fn may_be(&self, kind: &str, url: &str) -> bool {
        let is_of_kind = self.kind.as_deref().is_none_or(|known| known == kind);
        is_of_kind && (self.matching_mode != "strict" || self.url == url)
    }

    /// Why it isn't below an origin, if it isn't. A pattern may mean more than it seems to.
    fn foreign(&self, origin: &str) -> Option<String> {
        if self.matching_mode != "strict" {
            return Some(format!("{} is a pattern ({})", self.url, self.matching_mode));
        }
        let address = Url::parse(&self.url).ok();
        let is_at_home = match address.as_ref().and_then(Url::host) {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        let is_below = address.is_some_and(|address| address.origin().ascii_serialization() == origin);
        (!is_at_home && !is_below).then(|| format!("{} isn't below {origin}", self.url))
    }
}

/// What makes claims of a scope.
#[derive(Debug, Clone, Deserialize)]
pub struct ScopeMapping {
    /// The UUID.
    #[serde(rename = "pk")]
    pub id: String,
    /// The unique name.
    pub name: String,
    /// The code that gives the claims.
    pub expression: String,
}

impl Authentik {
    /// The provider of a client id.
    pub async fn provider(&self, client_id: &str) -> Result<Option<Provider>, CallError> {
        let filters = [("client_id", client_id)];
        let listing = Listing { path: PROVIDERS, what: "providers", ordering: "name", filters: &filters };
        let found = self.rows(&listing, |provider: &Provider| provider.id).await?;
        Ok(found.into_iter().find(|provider| provider.client_id == client_id))
    }

    /// The scope mapping of a name.
    pub async fn scope_mapping(&self, name: &str) -> Result<Option<ScopeMapping>, CallError> {
        let filters = [("name", name)];
        let listing = Listing { path: MAPPINGS, what: "scope mappings", ordering: "name", filters: &filters };
        let found = self.rows(&listing, |mapping: &ScopeMapping| mapping.id.clone()).await?;
        Ok(found.into_iter().find(|mapping| mapping.name == name))
    }

    /// Makes a mapping of the scope. After an error of unknown effect, find it by its name.
    pub async fn create_scope_mapping(
        &self,
        name: &str,
        scope: &str,
        expression: &str,
    ) -> Result<ScopeMapping, CallError> {
        let body = json!({"name": name, "scope_name": scope, "expression": expression});
        self.read(Call::new(Method::Post, MAPPINGS).json(&body)).await
    }

    /// Changes the code of a mapping. Safe to repeat.
    pub async fn set_expression(&self, id: &str, expression: &str) -> Result<ScopeMapping, CallError> {
        let call = Call::new(Method::Patch, format!("{MAPPINGS}{id}/"));
        self.read(call.json(&json!({"expression": expression}))).await
    }

    /// Lets a provider use a mapping beside those that it has. Safe to repeat.
    pub async fn attach_mapping(&self, provider: &Provider, id: &str) -> Result<(), CallError> {
        if provider.mappings.iter().any(|known| known == id) {
            return Ok(());
        }
        // PATCH replaces the whole list (section 1).
        let mut mappings = provider.mappings.clone();
        mappings.push(id.to_owned());
        let call = Call::new(Method::Patch, format!("{PROVIDERS}{}/", provider.id));
        let changed: Provider = self.read(call.json(&json!({"property_mappings": mappings}))).await?;
        if changed.mappings.iter().any(|known| known == id) {
            return Ok(());
        }
        Err(self.refused(502, "the provider did not take the mapping"))
    }

    /// The service account of that name. Refused when the account is a person's, or suspended (section 3).
    pub async fn service_account(&self, username: &str) -> Result<Option<User>, CallError> {
        let is_it = |row: &Row| row.get("username").is_some_and(|name| *name == username);
        let filters = [("username", username), ("include_groups", "false"), ("include_roles", "false")];
        let Some(row) = self.objects_at(USERS, &filters, is_it).await?.into_iter().next() else {
            return Ok(None);
        };
        if row.get("type").is_none_or(|kind| *kind != "service_account") {
            let why = format!("the account {username:?} is no service account, Dezky does not use it");
            return Err(self.refused(409, why));
        }
        let user: User = serde_json::from_value(Value::Object(row))
            .map_err(|error| self.malformed(&format!("an account can't be read: {error}")))?;
        if !user.is_active {
            return Err(self.refused(409, format!("the service account {username:?} is suspended")));
        }
        Ok(Some(user))
    }

    /// Makes a service account; one that is there already stays as it is. The app password that comes along is not used:
    /// it is shown once, and a repeat would have none.
    pub async fn ensure_service_account(&self, username: &str) -> Result<User, CallError> {
        if let Some(user) = self.service_account(username).await? {
            return Ok(user);
        }
        let body = json!({"name": username, "create_group": false, "expiring": false});
        let call = Call::new(Method::Post, "/api/v3/core/users/service_account/").json(&body);
        accept(self.send(call).await?)?;
        let made = self.service_account(username).await?;
        made.ok_or_else(|| self.refused(502, "the service account is not there after it was made"))
    }

    /// The app password of that identifier, made unless it is there. Refused when the token of that identifier is another
    /// account's, is for something else, or ends (section 12).
    pub async fn ensure_app_password(&self, identifier: &str, user: i64) -> Result<SecretString, CallError> {
        // Without `expiring` it would end after half an hour (section 12).
        let body =
            json!({"identifier": identifier, "intent": "app_password", "user": user, "expiring": false});
        let answer = self.send(Call::new(Method::Post, TOKENS).json(&body)).await?;
        let exists =
            answer.status == 400 && body_of(&answer).is_some_and(|body| body["identifier"] != Value::Null);
        if !exists {
            accept(answer)?;
        }
        let token = self.object_at(TOKENS, identifier).await?;
        let is =
            |field: &str, wanted: &Value| token.as_ref().and_then(|token| token.get(field)) == Some(wanted);
        let fields = ["user", "intent", "expiring"];
        if let Some(other) = fields.into_iter().find(|field| !is(field, &body[*field])) {
            let why =
                format!("the token {identifier:?} isn't the app password that is needed: {other} differs");
            return Err(self.refused(409, why));
        }
        self.token_key(identifier).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign_redirects(mode: &str, url: &str, kind: &str) -> Vec<String> {
        let uri = json!({"matching_mode": mode, "url": url, "redirect_uri_type": kind});
        let row = json!({"pk": 1, "client_id": "dezky-portal", "redirect_uris": [uri]});
        serde_json::from_value::<Provider>(row).unwrap().foreign_redirects("https://portal.test")
    }

    #[test]
    fn only_addresses_below_the_origin_get_codes() {
        let code = "authorization";
        for (mode, url, kind) in [
            ("strict", "https://portal.test/sign-in/callback", code),
            ("strict", "https://portal.test:443/", code),
            ("strict", "http://localhost:9200/back", code),
            ("strict", "http://127.0.0.1:33333", code),
            // No code goes there.
            ("regex", ".*", "logout"),
        ] {
            assert_eq!(foreign_redirects(mode, url, kind), Vec::<String>::new(), "{url}");
        }
        for (mode, url, said) in [
            ("regex", "https://portal.test/.*", "https://portal.test/.* is a pattern (regex)"),
            ("strict", "https://portal.test.evil.test/", "isn't below https://portal.test"),
            ("strict", "https://portal.test@evil.test/", "isn't below"),
            ("strict", "http://portal.test/", "isn't below"),
            ("strict", "https://portal.test:8443/", "isn't below"),
            ("strict", "oc://android", "isn't below"),
            ("strict", "anything", "isn't below"),
        ] {
            let found = foreign_redirects(mode, url, code);
            assert!(found.len() == 1 && found[0].contains(said), "{url}: {found:?}");
        }
    }
}
