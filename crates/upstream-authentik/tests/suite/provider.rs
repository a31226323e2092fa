//! Replays recorded sign-ins, tokens and sign-outs against the simulator's provider. Recorded codes and tokens stand
//! for the simulator's own; where the recording lacks the request that gave one, it is made here.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use outbound::{Answer, Call, Method};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use simulator::{State as _, Step};
use upstream_authentik::sim::{AppSetup, ServiceAccountSetup, Setup};
use url::Url;
use url::form_urlencoded::{Serializer, parse};

use crate::browser::{Browser, claims, parameter};
use crate::fidelity::dezkys;
use crate::lab::{Lab, TOKEN, person};
use crate::transcripts;

const ORIGIN: &str = "https://id.example.test";
const PAGE: &str = "/if/flow/default-authentication-flow/?next=%2F";
const PASSWORD: &str = "correct horse";
/// A verifier for codes that no recorded request needs to answer.
const VERIFIER: &str = "_ZVdUlsD-GNsoeGGwlGnPzKSJmF1vm1_at2i_8oz4E86Y7hZ_cfy_-D1bKhAfz6X";
const SERVICE: &str = "svc-platform-api";
const FILES_GROUP: &str = "00000000-0000-4000-8000-00000000f11e";

/// One application as the recordings have it.
fn app(name: &str) -> AppSetup {
    let secret = SecretString::from(format!("{name}-secret"));
    let host = format!("https://{name}.example.test");
    AppSetup {
        access_token_validity: Duration::from_mins(10),
        ..AppSetup::new(name, secret, &format!("{host}/auth/callback"), &format!("{host}/signed-out"))
    }
}

fn of_people() -> Vec<String> {
    ["authorization_code", "refresh_token"].map(str::to_owned).to_vec()
}

/// The application that oCIS trusts.
fn files() -> AppSetup {
    AppSetup {
        client_secret: Some("fake-client-secret".into()),
        redirect_uris: vec!["https://files.example.test/oidc-callback.html".to_owned()],
        refresh_token_threshold: Duration::from_hours(24),
        ..app("dezky-files")
    }
}

struct Replay {
    lab: Lab,
    browser: Browser,
    /// Recorded codes and tokens, and ours.
    known: HashMap<String, String>,
    /// The tokens of a sign-in that the recording lacks, and which of them stand for a recorded one already.
    fresh: HashMap<&'static str, String>,
    /// Verifiers and requested scopes by recorded code, from the exchange that succeeded.
    codes: HashMap<String, Exchange>,
    client: &'static str,
    /// Recorded ids of what ships and of the provider, and ours.
    ids: HashMap<String, String>,
    /// The id token that all sign-outs of a recording name.
    hint: Option<String>,
}

#[derive(Clone)]
struct Exchange {
    fields: HashMap<String, String>,
    scope: String,
}

pub async fn oidc() -> Vec<Step> {
    let apps = vec![
        AppSetup { sign_out_ends_session: false, grant_types: of_people(), ..app("dezky-portal") },
        AppSetup { bound_groups: vec!["operators".to_owned()], ..app("dezky-operator") },
        AppSetup { client_secret: None, ..app("dezky-public") },
        AppSetup { has_signing_key: false, ..app("dezky-hs256") },
        AppSetup { grant_types: Vec::new(), ..app("dezky-nogrant") },
    ];
    run(include_str!("../transcripts/31-oidc.json"), apps, "dezky-portal", "anna@acme.test").await
}

pub async fn full_sign_out() -> Vec<Step> {
    let text = include_str!("../transcripts/33-full-sign-out.json");
    // The recording changes that.
    let portal = AppSetup { sign_out_ends_session: false, ..app("dezky-portal") };
    run(text, vec![portal], "dezky-portal", "anna@acme.test").await
}

/// How the service user of oCIS comes by its tokens, from the recording with both servers.
pub async fn tokens_of_ocis() -> Vec<Step> {
    let text = include_str!("../../../upstream-ocis/tests/transcripts/40-authentik-issuer.json");
    let steps: Vec<Value> = serde_json::from_str(text).unwrap();
    let tokens: Vec<&Value> =
        steps.iter().filter(|step| step["request"]["path"] == "/application/o/token/").collect();
    run(&json!(tokens).to_string(), vec![files()], "dezky-files", SERVICE).await
}

async fn run(text: &str, apps: Vec<AppSetup>, client: &'static str, login: &str) -> Vec<Step> {
    let recorded: Vec<Value> = serde_json::from_str(text).unwrap();
    let lab = Lab::with(|setup| Setup {
        origin: Some(ORIGIN.to_owned()),
        apps,
        users: vec![
            person("anna@acme.test", &["acme"]),
            person("anna@tenant-a.example.test", &[]),
            person(SERVICE, &[]),
        ],
        service_accounts: vec![
            account(SERVICE, "fake-app-password-of-svc"),
            account("SVC-Platform-API", "fake-app-password-of-the-look-alike"),
        ],
        ..setup
    })
    .await;
    let browser = signed_in(&lab, login).await;
    let codes = exchanges(&recorded);
    let (known, fresh) = (HashMap::new(), HashMap::new());
    let mut ids = transcripts::Replay::of_shipped(&lab).ids;
    let provider = lab.row("providers", "client_id", client)["pk"].clone();
    ids.insert("/oauth2/25/".to_owned(), format!("/oauth2/{provider}/"));
    let mut replay = Replay { lab, browser, known, fresh, codes, client, ids, hint: None };
    let mut steps = Vec::new();
    for step in recorded {
        let name = step["name"].as_str().unwrap().to_owned();
        let (request, wanted) = (&step["request"], &step["response"]);
        replay.do_left_out(&name).await;
        let call = replay.call(request).await;
        let answer = replay.lab.http.send(call).await.unwrap();
        let difference = replay.compare(request, wanted, &answer).err();
        steps.push(Step { name, calls: dezkys(request).into_iter().collect(), difference });
    }
    steps
}

fn account(username: &str, password: &str) -> ServiceAccountSetup {
    ServiceAccountSetup { username: username.to_owned(), app_password: password.into() }
}

async fn signed_in(lab: &Lab, login: &str) -> Browser {
    let mut browser = Browser::new(lab);
    assert_eq!(browser.submit(PAGE, login, PASSWORD).await.status, 302);
    browser
}

/// What each recorded code was exchanged with in the end.
fn exchanges(recorded: &[Value]) -> HashMap<String, Exchange> {
    let good = recorded.iter().filter(|step| step["response"]["status"] == 200);
    let exchange = |step: &Value| {
        let mut fields = fields_of(&step["request"]);
        let code = fields.remove("code")?;
        if let Some((id, _)) = basic_of(&step["request"]) {
            fields.insert("client_id".to_owned(), id);
        }
        let scope = step["response"]["body"]["scope"].as_str()?.to_owned();
        Some((code, Exchange { fields, scope }))
    };
    good.filter_map(exchange).collect()
}

fn fields_of(request: &Value) -> HashMap<String, String> {
    if let Some(text) = request["body"].as_str() {
        return parse(text.as_bytes()).into_owned().collect();
    }
    let form = request["form"].as_object().into_iter().flatten();
    form.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

/// The client's id and secret of `Basic base64(id:secret)`.
fn basic_of(request: &Value) -> Option<(String, String)> {
    let text =
        request["headers"]["Authorization"].as_str()?.strip_prefix("Basic base64(")?.strip_suffix(')')?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

impl Replay {
    async fn call(&mut self, request: &Value) -> Call {
        let method = match request["method"].as_str().unwrap() {
            "GET" => Method::Get,
            "PATCH" => Method::Patch,
            _ => Method::Post,
        };
        let path = self.path(request["path"].as_str().unwrap()).await;
        let mut call = Call::new(method, path);
        let cookie = request["headers"]["Cookie"].as_str().unwrap_or_default();
        if let Some(ours) = self.browser.cookie.as_ref().filter(|_| cookie.contains("authentik_device")) {
            call = call.header("cookie", ours);
        }
        if let Some((id, secret)) = basic_of(request) {
            call = call.basic(id, secret.into());
        } else if let Some(token) =
            request["headers"]["Authorization"].as_str().and_then(|value| value.strip_prefix("Bearer "))
        {
            let ours = if token.starts_with("eyJ") {
                self.ours("access_token", token).await
            } else {
                token.replace("<admin-token>", TOKEN)
            };
            call = call.bearer(ours.into());
        }
        if let Some(body) = request.get("json") {
            let body: Value = serde_json::from_str(&self.translate(&body.to_string())).unwrap();
            return call.json(&body);
        }
        let mut fields = fields_of(request);
        if fields.is_empty() {
            return call;
        }
        for (name, value) in &mut fields {
            *value = match name.as_str() {
                "code" => self.code(value).await,
                "refresh_token" => self.ours("refresh_token", value).await,
                "token" if value != "nope" => {
                    let kind = if value.starts_with("eyJ") { "access_token" } else { "refresh_token" };
                    self.ours(kind, value).await
                }
                "client_secret" => packed(value),
                _ => value.clone(),
            };
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        call.form(&fields)
    }

    async fn path(&mut self, path: &str) -> String {
        let Some((place, query)) = path.split_once('?') else {
            return self.translate(path);
        };
        let mut pairs: Vec<(String, String)> = parse(query.as_bytes()).into_owned().collect();
        if let Some((_, hint)) = pairs.iter_mut().find(|(name, _)| name == "id_token_hint") {
            // The tokens that come after the first sign-out belong to one more sign-in before it.
            if self.hint.is_none() {
                self.fresh.clear();
                self.hint = Some(self.ours("id_token", hint).await);
            }
            *hint = self.hint.clone().unwrap();
        }
        format!("{place}?{}", Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    fn translate(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (recorded, ours)| text.replace(recorded, ours))
    }

    /// Our token for a recorded one.
    async fn ours(&mut self, kind: &'static str, recorded: &str) -> String {
        if let Some(ours) = self.known.get(recorded) {
            return ours.clone();
        }
        if !self.fresh.contains_key(kind) {
            let exchange = Exchange {
                fields: HashMap::from([("code_verifier".to_owned(), VERIFIER.to_owned())]),
                scope: self.scope().to_owned(),
            };
            let code = self.authorize(&exchange).await;
            let app = redirect(self.client);
            let (id, secret) = (self.client, self.secret());
            let form = [
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", &app),
                ("code_verifier", VERIFIER),
                ("client_id", id),
                ("client_secret", &secret),
            ];
            let tokens: Value = self.lab.token(&form).await.json().unwrap();
            for kind in ["access_token", "id_token", "refresh_token"] {
                self.fresh.insert(kind, tokens[kind].as_str().unwrap().to_owned());
            }
        }
        let ours = self.fresh.remove(kind).unwrap();
        self.known.insert(recorded.to_owned(), ours.clone());
        ours
    }

    fn scope(&self) -> &'static str {
        match self.client {
            "dezky-files" => "openid profile email offline_access",
            _ => "openid profile email groups offline_access",
        }
    }

    fn secret(&self) -> String {
        match self.client {
            "dezky-files" => "fake-client-secret".to_owned(),
            client => format!("{client}-secret"),
        }
    }

    async fn code(&mut self, recorded: &str) -> String {
        if let Some(ours) = self.known.get(recorded) {
            return ours.clone();
        }
        let exchange = self.codes.get(recorded).cloned().unwrap_or_else(|| panic!("{recorded}"));
        let ours = self.authorize(&exchange).await;
        self.known.insert(recorded.to_owned(), ours.clone());
        ours
    }

    async fn authorize(&self, exchange: &Exchange) -> String {
        let field = |name: &str| exchange.fields.get(name).map(String::as_str);
        let client = field("client_id").unwrap_or(self.client);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier").unwrap_or(VERIFIER)));
        let query = Serializer::new(String::new())
            .extend_pairs([
                ("client_id", client),
                ("response_type", "code"),
                ("scope", &exchange.scope),
                ("redirect_uri", &redirect(client)),
                ("nonce", "n-456"),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let answer = self.browser.get(&format!("/application/o/authorize/?{query}")).await;
        parameter(&answer, "code").unwrap_or_else(|| panic!("{client}: {:?}", answer.header("location")))
    }

    /// Does what happened between two recorded requests.
    async fn do_left_out(&mut self, step: &str) {
        let put = |login: &str, fields: Value| {
            let lab = &self.lab;
            let login = login.to_owned();
            async move {
                let pk = lab.pk_of(&login).await.to_string();
                lab.sim.store.write(|world| world.put("users", &pk, &fields)).unwrap();
            }
        };
        let anna = "anna@tenant-a.example.test";
        match step {
            "A: threshold set above the rest of the lifetime (days=366): the refresh rotates" => {
                let threshold = Duration::from_hours(366 * 24);
                self.lab.sim.put_app(AppSetup { refresh_token_threshold: threshold, ..files() });
            }
            "A: reuse of the rotated refresh token" => self.lab.sim.put_app(files()),
            "A: refresh of a suspended user" => put(SERVICE, json!({"isActive": false})).await,
            "A: refresh after resume: the refresh token is gone" => {
                put(SERVICE, json!({"isActive": true})).await;
                self.fresh.clear();
            }
            "B: anna: refresh, token not yet shown to oCIS" | "B: anna, session ended: refresh works" => {
                self.browser = signed_in(&self.lab, anna).await;
                self.fresh.clear();
            }
            "B: anna, suspended: refresh" => put(anna, json!({"isActive": false})).await,
            "B: anna, resumed: refresh (tokens were deleted)" => put(anna, json!({"isActive": true})).await,
            "C: provider changed to public: code exchange without a secret" => {
                self.browser = signed_in(&self.lab, SERVICE).await;
                self.lab.sim.put_app(AppSetup { is_public: true, ..files() });
            }
            step if step.starts_with("C: second app password") => {
                self.lab.sim.put_app(files());
                put(SERVICE, json!({"appPassword": "fake-app-password-2"})).await;
            }
            "C: that app password deleted" => {
                put(SERVICE, json!({"appPassword": "fake-app-password-of-svc"})).await;
            }
            step if step.starts_with("C: application bound to a group") => {
                self.lab.sim.store.write(|world| {
                    world.put("groups", FILES_GROUP, &json!({"name": "files"})).unwrap();
                });
                self.lab.sim.put_app(AppSetup { bound_groups: vec!["files".to_owned()], ..files() });
            }
            "C: service account added to the group: client credentials" => {
                put(SERVICE, json!({"groups": [FILES_GROUP]})).await;
            }
            "D: client credentials: preferred_username in the token" => self.lab.sim.put_app(files()),
            _ => {}
        }
    }

    fn compare(&mut self, request: &Value, wanted: &Value, answer: &Answer) -> Result<(), String> {
        if wanted["status"] != answer.status {
            return Err(format!("status {} instead of {}", answer.status, wanted["status"]));
        }
        if answer.status == 302 {
            return same_place(request, wanted["headers"]["location"].as_str().unwrap(), answer);
        }
        for header in ["content-type", "cache-control", "www-authenticate", "access-control-allow-origin"] {
            let expected = wanted["headers"][header].as_str();
            if expected.is_some() && expected != answer.header(header) {
                return Err(format!("{header} {:?} instead of {expected:?}", answer.header(header)));
            }
        }
        match &wanted["body"] {
            Value::Null if answer.body.is_empty() => Ok(()),
            Value::Null => Err("a body instead of none".to_owned()),
            Value::Object(body) => {
                let mut ours: Map<String, Value> = answer.json().map_err(|error| error.to_string())?;
                if wanted["trimmed"] == true {
                    ours.retain(|name, _| body.contains_key(name));
                }
                self.same_fields(body, &ours)
            }
            _ => Ok(()),
        }
    }

    fn same_fields(&mut self, body: &Map<String, Value>, ours: &Map<String, Value>) -> Result<(), String> {
        same_names(body, ours)?;
        for (name, value) in body {
            let (theirs, given) =
                (value.as_str().unwrap_or_default(), ours[name].as_str().unwrap_or_default());
            match name.as_str() {
                "error" | "error_description" | "token_type" | "expires_in" | "active" | "email"
                    if *value != ours[name] =>
                {
                    return Err(format!("{name} is {} instead of {value}", ours[name]));
                }
                "scope" if words(theirs) != words(given) => {
                    return Err(format!("scope is {given:?} instead of {theirs:?}"));
                }
                "access_token" | "id_token" => {
                    self.known.insert(theirs.to_owned(), given.to_owned());
                    same_token(theirs, given)?;
                }
                "refresh_token" => {
                    self.known.insert(theirs.to_owned(), given.to_owned());
                }
                "keys" => same_keys(value, &ours[name])?,
                _ => {}
            }
        }
        Ok(())
    }
}

fn redirect(client: &str) -> String {
    match client {
        "dezky-files" => "https://files.example.test/oidc-callback.html".to_owned(),
        client => format!("https://{client}.example.test/auth/callback"),
    }
}

/// In place of a client secret, user name and app password in base64.
fn packed(secret: &str) -> String {
    let inner = secret.strip_prefix("base64(").and_then(|text| text.strip_suffix(')'));
    inner.map_or_else(|| secret.to_owned(), |text| STANDARD.encode(text))
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

fn same_names(body: &Map<String, Value>, ours: &Map<String, Value>) -> Result<(), String> {
    let names = |fields: &Map<String, Value>| fields.keys().cloned().collect::<BTreeSet<_>>();
    if names(body) == names(ours) {
        return Ok(());
    }
    Err(format!("it has {:?} instead of {:?}", names(ours), names(body)))
}

/// The same algorithm and the same claims; recordings of some tokens hold a name in their place.
fn same_token(theirs: &str, ours: &str) -> Result<(), String> {
    if !theirs.starts_with("eyJ") {
        return Ok(());
    }
    let algorithm = |token: &str| {
        let head = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        serde_json::from_slice::<Value>(&head).unwrap()["alg"].clone()
    };
    if algorithm(theirs) != algorithm(ours) {
        return Err(format!("a token is signed with {}", algorithm(ours)));
    }
    same_names(claims(theirs).as_object().unwrap(), claims(ours).as_object().unwrap())
}

/// The same members, but for certificates: nobody verifies a token by them.
fn same_keys(theirs: &Value, ours: &Value) -> Result<(), String> {
    let (theirs, ours) = (theirs[0].as_object().unwrap(), ours[0].as_object().unwrap());
    let plain = theirs.iter().filter(|(name, _)| !name.starts_with("x5"));
    same_names(&plain.map(|(name, value)| (name.clone(), value.clone())).collect(), ours)
}

/// The same address, but for the code. The simulator has no invalidation flow: it signs out at once and goes
/// where the flow would go in the end.
fn same_place(request: &Value, theirs: &str, answer: &Answer) -> Result<(), String> {
    let ours = answer.header("location").unwrap_or_default();
    let base = Url::parse(ORIGIN).unwrap();
    let requested = base.join(request["path"].as_str().unwrap()).unwrap();
    let end = requested.query_pairs().find(|(name, _)| name == "post_logout_redirect_uri");
    let at = |text: &str| base.join(text).map_err(|error| error.to_string());
    let (theirs, ours) = match end {
        Some((_, end)) => {
            let state = requested.query_pairs().find(|(name, _)| name == "state");
            let mut wanted = at(&end)?;
            if let Some((name, value)) = state {
                wanted.query_pairs_mut().append_pair(&name, &value);
            }
            (wanted, at(ours)?)
        }
        None => (at(theirs)?, at(ours)?),
    };
    let pairs = |url: &Url| {
        let pairs = url.query_pairs().into_owned();
        pairs.map(hidden).collect::<BTreeSet<_>>()
    };
    let same = theirs.path() == ours.path() && theirs.host_str() == ours.host_str();
    if same && pairs(&theirs) == pairs(&ours) {
        return Ok(());
    }
    Err(format!("it goes to {ours} instead of {theirs}"))
}

fn hidden((name, value): (String, String)) -> (String, String) {
    let value = if name == "code" { String::new() } else { value };
    (name, value)
}
