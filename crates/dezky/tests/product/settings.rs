//! Every setting, run with another value than its usual one. What was offered and never run is broken without anybody
//! knowing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use kernel::Clock;
use outbound::{Call, Method};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json as value};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use crate::harness::{client, command, get, inventory, json, origin, spoil};
use crate::session::{Person, Visitor};
use crate::tenant_api::{IDA, METTE, eventually, items, text};
use crate::world::{Sockets, World, free_sockets, tenant, wait_until_ready};

/// Of `localhost`, and whom it is of: for tests alone.
const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../outbound/tests/tls");
const EXAMPLE: &str = include_str!("../../../../.env.example");

/// Where a setting is run with another value than its usual one.
enum Run {
    /// By every test in a `World`, with what the sandbox gives or what `World` sets over it: nothing works without it.
    Always,
    /// In every `World`; what comes of it is seen by this test.
    InWorld(&'static str, &'static str),
    /// By this test, in a file of the product's tests that sets it.
    By(&'static str, &'static str),
    /// By this test of a crate, which is given what comes of the setting: a DNS host of a sandbox has no template.
    ByUnit(&'static str, &'static str),
}
use Run::{Always, By, ByUnit, InWorld};

const HERE: &str = "dezky/tests/product/settings.rs";
const INNER: Run = By(HERE, "inner_addresses_behind_tls_are_used_as_the_public_ones_are");
const SWITCHES: Run = By(HERE, "what_is_switched_off_is_left_out_and_what_is_renamed_is_shown_so");
const ALONE: Run = By(HERE, "the_portal_alone_takes_no_operators_token");
const CONNECT: &str = "publishing/src/connect/tests.rs";
const LINK: Run = ByUnit(CONNECT, "a_link_holds_the_groups_and_the_values_of_what_is_to_change");
const SIGNED: Run = ByUnit(CONNECT, "a_signed_link_can_be_checked_with_the_public_key");
const STORAGE: &str = "dezky/tests/product/storage.rs";
const BOOTSTRAP: Run =
    By(STORAGE, "the_file_services_own_user_is_made_step_by_step_and_again_changes_nothing");
const REFRESHING: Run =
    By(STORAGE, "a_service_user_with_a_refresh_token_is_signed_in_once_or_whenever_the_password_is_there");
const ADMINISTRATOR: Run = By(
    "dezky/tests/product/bootstrap_stalwart.rs",
    "an_administrator_who_can_t_be_used_is_told_why_and_nothing_changes",
);
const COLLECTOR: Run =
    By("dezky/tests/product/traces.rs", "a_collector_is_sent_the_spans_of_a_request_with_what_it_asks_for");

const HELD: &str = "dezky/tests/product/held.rs";
const SLOW: Run = By(HELD, "a_connection_without_a_whole_request_is_ended");
const STREAMS: Run = By(HELD, "live_pages_are_counted_and_what_is_not_there_has_none");
const LIMITS: &str = "dezky/tests/product/limits.rs";
const MAILS: Run = By(LIMITS, "mails_are_limited_by_workspace_and_by_address_and_nothing_is_lost");
const ENDED: Run = By(HERE, "an_ended_workspace_is_kept_as_long_as_is_said_and_the_deployment_is_named");

const RUNS: [(&str, Run); 70] = [
    ("DEZKY_CONFIG", By(HERE, "settings_are_read_from_the_file_that_is_named_and_logs_are_for_programs")),
    ("DATABASE_URL", Always),
    ("MIGRATE_AT_START", Always),
    ("PORTAL_URL", Always),
    ("OPERATOR_URL", Always),
    ("API_URL", Always),
    ("PORTAL_LISTEN", Always),
    ("OPERATOR_LISTEN", Always),
    ("API_LISTEN", Always),
    ("METRICS_LISTEN", By("dezky/tests/product/monitor.rs", "a_mail_that_is_not_sent_is_seen_to_wait")),
    ("TRUST_FORWARDED", SWITCHES),
    ("IDLE_SECONDS", SLOW),
    ("BODY_SECONDS", SLOW),
    ("MOST_CONNECTIONS", By(HELD, "connections_beyond_the_most_wait_for_a_place")),
    ("MOST_CONNECTIONS_PER_ADDRESS", By(HELD, "one_address_has_so_many_connections_and_is_told")),
    ("MOST_STREAMS_PER_SESSION", STREAMS),
    ("MOST_STREAMS_PER_ADDRESS", By(HELD, "live_pages_are_counted_by_address_whoever_s_they_are")),
    ("STREAM_SECONDS", STREAMS),
    ("AUTHENTIK_ISSUER", Always),
    ("AUTHENTIK_AUDIENCE", ALONE),
    ("AUTHENTIK_PORTAL_CLIENT_SECRET", Always),
    ("AUTHENTIK_OPERATOR_CLIENT_SECRET", Always),
    ("AUTHENTIK_ADMIN_GROUP", INNER),
    ("AUTHENTIK_API_URL", INNER),
    ("AUTHENTIK_API_TOKEN", Always),
    ("AUTHENTIK_PROVISIONING_ENABLED", SWITCHES),
    (
        "AUTHENTIK_ADMIN_TOKEN",
        By(
            "dezky/tests/product/bootstrap.rs",
            "a_token_that_is_wrong_or_too_weak_changes_nothing_and_is_said",
        ),
    ),
    ("STALWART_API_URL", INNER),
    ("STALWART_API_KEY", Always),
    ("STALWART_PROVISIONING_ENABLED", SWITCHES),
    ("STALWART_ADMIN_USER", ADMINISTRATOR),
    ("STALWART_ADMIN_PASSWORD", ADMINISTRATOR),
    ("OCIS_API_URL", INNER),
    ("OCIS_CREDENTIAL", REFRESHING),
    ("OCIS_CLIENT_ID", ALONE),
    ("OCIS_SERVICE_USER", BOOTSTRAP),
    ("OCIS_SERVICE_PASSWORD", Always),
    ("OCIS_SERVICE_LOGIN_PASSWORD", REFRESHING),
    ("OCIS_ADMIN_USER_ID", BOOTSTRAP),
    ("OCIS_PROVISIONING_ENABLED", SWITCHES),
    ("WEBMAIL_URL", INNER),
    ("FILES_URL", INNER),
    ("DNS_RESOLVERS", Always),
    ("DNS_REACH", Always),
    ("MAIL_CLIENT_CHECK_URL", Always),
    ("DOMAIN_CHALLENGE_LABEL", SWITCHES),
    ("DOMAIN_CHALLENGE_PREFIX", SWITCHES),
    ("DOMAIN_CONNECT_PROVIDER", LINK),
    ("DOMAIN_CONNECT_SERVICE", LINK),
    ("DOMAIN_CONNECT_KEY", SIGNED),
    ("MAIL_URL", Always),
    ("MAIL_FROM", Always),
    ("ENCRYPTION_KEYS", Always),
    ("PLATFORM_SLUG", SWITCHES),
    ("PLATFORM_NAME", SWITCHES),
    ("PLATFORM_DOMAINS", By(LIMITS, "the_platform_s_own_domains_are_refused_like_those_of_others")),
    ("TERMINATION_GRACE_DAYS", ENDED),
    ("UNORDERED_REMOVALS_AN_HOUR", By(HERE, "what_nobody_ordered_to_go_stops_at_the_number_that_is_said")),
    ("SEATS_MAY_BE_EXCEEDED", SWITCHES),
    ("MAILS_PER_WORKSPACE_AND_HOUR", MAILS),
    ("MAILS_PER_ADDRESS_AND_HOUR", MAILS),
    ("LOOK_UPS_PER_PERSON_AND_HOUR", By(LIMITS, "who_is_known_here_is_told_so_often_and_recorded")),
    ("ENVIRONMENT_NAME", ENDED),
    (
        "LEASE_SECONDS",
        InWorld("dezky/tests/product/crashes.rs", "a_death_at_any_point_leaves_every_group_once"),
    ),
    ("EXTRA_CA_CERTS", INNER),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR),
    ("OTEL_EXPORTER_OTLP_HEADERS", COLLECTOR),
    ("OTEL_SERVICE_NAME", COLLECTOR),
    ("LOG_FORMAT", By(HERE, "settings_are_read_from_the_file_that_is_named_and_logs_are_for_programs")),
    ("RUST_LOG", By(HERE, "settings_are_read_from_the_file_that_is_named_and_logs_are_for_programs")),
];

/// The settings of `.env.example` with their usual value; those that must be set have none.
fn offered() -> BTreeMap<&'static str, Option<&'static str>> {
    let setting = |line: &'static str| {
        let (name, usual) = line.trim_start_matches('#').split_once('=')?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        is_name.then_some((name, line.starts_with('#').then_some(usual)))
    };
    EXAMPLE.lines().filter_map(setting).collect()
}

/// The source of a file below `crates`, where it has that test.
fn source_of(name: &str, file: &str, test: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let source = std::fs::read_to_string(&path).unwrap();
    assert!(source.contains(&format!("fn {test}(")), "{name}: {file} has no test {test}");
    source
}

/// What a file sets a setting to: the literals after its name, and nothing for what is computed.
fn given<'s>(source: &'s str, name: &str) -> Vec<Option<&'s str>> {
    let pair = format!("(\"{name}\",");
    let value = |after: &'s str| after.trim_start().strip_prefix('"')?.split('"').next();
    source.match_indices(&pair).map(|(at, _)| value(&source[at + pair.len()..])).collect()
}

#[tokio::test]
async fn every_setting_is_run_with_another_value_than_its_usual_one() {
    let offered = offered();
    let named: BTreeSet<&str> = RUNS.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, offered.keys().copied().collect(), "each has its line here");
    let world = World::start().await;
    let always: BTreeMap<String, String> = world.settings(&free_sockets()).into_iter().collect();
    let in_world = |name: &str| {
        let value = always.get(name).unwrap_or_else(|| panic!("{name} is given nowhere"));
        assert_ne!(Some(value.as_str()), offered[name], "{name} has its usual value");
    };
    for (name, run) in &RUNS {
        match run {
            Always => in_world(name),
            InWorld(file, test) => {
                in_world(name);
                source_of(name, file, test);
            }
            ByUnit(file, test) => drop(source_of(name, file, test)),
            By(file, test) => {
                let source = source_of(name, file, test);
                // The table below names settings too.
                let after = source.split_once("const RUNS").and_then(|(_, rest)| rest.split_once("];\n"));
                let tests = after.map_or(source.as_str(), |(_, tests)| tests);
                let values = given(tests, name);
                let is_other = |value: Option<&str>| value.is_none() || value != offered[name];
                assert!(values.into_iter().any(is_other), "{file} never sets {name} to another value");
            }
        }
    }
}

/// A server with a certificate of its own in front of another; its address.
pub async fn tls_before(inner: &str) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let pem = |name: &str| std::fs::read(Path::new(TLS).join(name)).unwrap();
    let certificate = CertificateDer::from_pem_slice(&pem("certificate.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&pem("key.pem")).unwrap();
    let config = builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let inner = inner.trim_start_matches("http://").to_owned();
    let tracker = TaskTracker::new();
    tracker.clone().spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, inner) = (acceptor.clone(), inner.clone());
            tracker.spawn(async move {
                let (Ok(mut outer), Ok(mut inner)) =
                    (acceptor.accept(stream).await, TcpStream::connect(&inner).await)
                else {
                    return;
                };
                let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
    format!("https://localhost:{port}")
}

/// Where people reach the instance, by what the sandbox says.
fn public(world: &World) -> Sockets {
    ["portal", "operator", "api"]
        .map(|part| origin(&world.said, part).trim_start_matches("http://").to_owned())
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn password(world: &World, email: &str) -> String {
    let people = world.said["people"].as_array().unwrap();
    text(&people.iter().find(|person| person["email"] == email).unwrap()["password"])
}

/// The group of the operators has another name than it usually has.
async fn rename_group(world: &World, from: &str, to: &str) {
    let authentik = origin(&world.said, "sandbox/authentik");
    let groups = inventory(authentik).await["groups"].clone();
    let group = groups.as_array().unwrap().iter().find(|group| group["name"] == from).unwrap().clone();
    spoil(authentik, &format!("groups/{}", text(&group["id"])), &value!({"name": to})).await;
}

// What is in front of the simulators runs here, and must go on while a command is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inner_addresses_behind_tls_are_used_as_the_public_ones_are() {
    let world = World::start().await;
    let mut inner = Vec::new();
    for simulator in ["authentik", "stalwart", "ocis"] {
        inner.push(tls_before(origin(&world.said, &format!("sandbox/{simulator}"))).await);
    }
    let root = format!("{TLS}/root.pem");
    let over = [
        ("AUTHENTIK_API_URL", inner[0].as_str()),
        ("STALWART_API_URL", &inner[1]),
        ("OCIS_API_URL", &inner[2]),
        ("EXTRA_CA_CERTS", &root),
        ("AUTHENTIK_ADMIN_GROUP", "operators-of-ours"),
        ("WEBMAIL_URL", "https://webmail.example.test/"),
        ("FILES_URL", "https://files.example.test/"),
    ];
    assert!(world.run(&["migrate"]).status.success());
    rename_group(&world, "dezky-platform-admins", "operators-of-ours").await;
    let administrator = text(&world.said["env"]["AUTHENTIK_API_TOKEN"]);
    let set_up: Vec<_> =
        over.into_iter().chain([("AUTHENTIK_ADMIN_TOKEN", administrator.as_str())]).collect();
    let set_up = world.run_with(&["bootstrap", "authentik", "--yes"], &set_up);
    assert!(set_up.status.success(), "{}", printed(&set_up));
    let well = world.run_with(&["doctor"], &over);
    assert!(well.status.success(), "{}", printed(&well));
    assert!(printed(&well).contains("ok    Sign-in: a real token names the issuer"), "{}", printed(&well));
    let without: Vec<_> = over.into_iter().filter(|(name, _)| *name != "EXTRA_CA_CERTS").collect();
    let untrusted = printed(&world.run_with(&["doctor"], &without));
    let refused = untrusted.lines().filter(|line| line.contains("an issuer that isn't trusted")).count();
    assert!(refused >= 4, "each of the three, and sign-in: {untrusted}");
    let advised = untrusted.lines().filter(|line| line.contains("EXTRA_CA_CERTS")).count();
    assert!(advised >= 4, "{untrusted}");

    // People sign in at the public address, and the group of that name alone makes an operator.
    let sockets = public(&world);
    let _serve = world.serve_with(&sockets, &over);
    wait_until_ready(&sockets).await;
    let operator = origin(&world.said, "operator");
    let mut ida = Visitor::default();
    let (at, page) = ida.sign_in(operator, IDA, &password(&world, IDA)).await;
    assert_eq!((at.as_str(), page.status), (format!("{operator}/").as_str(), 200));

    // What is made goes to all three, and its owner's first password opens the portal.
    let made = world.call(&sockets, Method::Post, "/api/tenants", Some(tenant("acme"))).await.unwrap();
    assert!(made.status < 300, "{}", json(&made));
    eventually("the workspace is there", async || {
        let now = json(&world.call(&sockets, Method::Get, "/api/tenants/acme", None).await.unwrap());
        if now["status"] == "active" { Ok(()) } else { Err(now) }
    })
    .await;
    let new = value!({"name": "Mette Hvid", "email": METTE, "mailbox": "mette"});
    let added =
        json(&world.call(&sockets, Method::Post, "/api/tenants/acme/users", Some(new)).await.unwrap());
    let once = text(&added["oneTimePassword"]);
    let mut mette = Person { visitor: Visitor::default(), origin: origin(&world.said, "portal") };
    mette.signs_in(METTE, &once).await.expect("the password is right");
    let own = [("password", "seven brown goats in the fog")];
    assert_eq!(mette.send("/account/password", "/account/password", &own).await.0, 303);
    mette.signs_in(METTE, own[0].1).await.expect("her own is right");
    eventually("her home leads to files and mail", async || {
        let (_, home) = mette.page("/").await;
        let leads = |to: &str| home.contains(&format!("href=\"{to}\""));
        if leads("https://files.example.test/") && leads("https://webmail.example.test/") {
            Ok(())
        } else {
            Err(home)
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_switched_off_is_left_out_and_what_is_renamed_is_shown_so() {
    let world = World::start().await;
    let over = [
        ("AUTHENTIK_PROVISIONING_ENABLED", "false"),
        ("STALWART_PROVISIONING_ENABLED", "false"),
        ("OCIS_PROVISIONING_ENABLED", "false"),
        ("SEATS_MAY_BE_EXCEEDED", "true"),
        ("TRUST_FORWARDED", "true"),
        ("PLATFORM_SLUG", "house"),
        ("PLATFORM_NAME", "The House"),
        ("DOMAIN_CHALLENGE_LABEL", "_our-proof"),
        ("DOMAIN_CHALLENGE_PREFIX", "our-proof="),
        ("DOMAIN_CONNECT_PROVIDER", "house.example"),
        ("DOMAIN_CONNECT_SERVICE", "mail"),
        (
            "DOMAIN_CONNECT_KEY",
            concat!("_dck1=", env!("CARGO_MANIFEST_DIR"), "/../publishing/tests/domain-connect.pem"),
        ),
    ];
    assert!(world.run(&["migrate"]).status.success());
    let said = printed(&world.run_with(&["doctor"], &over));
    for upstream in ["Authentik", "Stalwart", "oCIS"] {
        let why = format!("skip  {upstream}: {}_PROVISIONING_ENABLED is false", upstream.to_uppercase());
        assert!(said.contains(&why), "{said}");
    }
    let sockets = public(&world);
    let _serve = world.serve_with(&sockets, &over);
    wait_until_ready(&sockets).await;
    world.admit(&sockets).await;
    let call =
        async |method, path: &str, body| json(&world.call(&sockets, method, path, body).await.unwrap());

    // The platform's own workspace and name.
    let house = call(Method::Get, "/api/tenants/house", None).await;
    assert_eq!(house["slug"], "house", "{house}");
    let page = get(origin(&world.said, "portal"), "/signed-out").await;
    assert!(String::from_utf8_lossy(&page.body).contains("The House"));

    // No upstream is touched, and nothing waits for one.
    let small = value!({"slug": "acme", "name": "Acme", "plan": "starter", "seats": 1});
    call(Method::Post, "/api/tenants", Some(small)).await;
    let acme = eventually("nothing is waited for", async || {
        let acme = call(Method::Get, "/api/tenants/acme", None).await;
        if acme["status"] == "active" { Ok(acme) } else { Err(acme) }
    })
    .await;
    let skipped = value!({"authentik": "skipped", "stalwart": "skipped", "ocis": "skipped"});
    assert_eq!(acme["provisioningStatus"], skipped, "{acme}");
    for simulator in ["authentik", "stalwart", "ocis"] {
        let held = inventory(origin(&world.said, &format!("sandbox/{simulator}"))).await;
        assert!(
            !held.to_string().contains("dezky-tenant-acme") && !held.to_string().contains("res_"),
            "{held}"
        );
    }

    // More people than seats, from an address that the proxy in front tells.
    for email in ["one@private.test", "two@private.test"] {
        let new = value!({"name": "Somebody", "email": email});
        let add = Call::new(Method::Post, "/api/tenants/acme/users").bearer(world.token().into()).json(&new);
        let add = add.header("x-forwarded-for", "203.0.113.7, 198.51.100.4");
        let added = client(origin(&world.said, "api")).send(add).await.unwrap();
        assert_eq!(added.status, 201, "{}", json(&added));
    }
    let log = call(Method::Get, "/api/tenants/acme/audit?action=member.create", None).await;
    assert!(items(&log).iter().all(|row| row.to_string().contains("198.51.100.4")), "{log}");

    // How a domain is proven.
    let claim = value!({"name": "claim.test"});
    let claimed = call(Method::Post, "/api/tenants/acme/domains", Some(claim)).await.to_string();
    assert!(claimed.contains("_our-proof.claim.test") && claimed.contains("our-proof="), "{claimed}");
}

/// An instance with `acme`, which is all there; its id.
async fn with_acme(world: &World, sockets: &Sockets) -> String {
    wait_until_ready(sockets).await;
    world.admit(sockets).await;
    world.call(sockets, Method::Post, "/api/tenants", Some(tenant("acme"))).await.unwrap();
    let acme = eventually("the workspace is there", async || {
        let now = json(&world.call(sockets, Method::Get, "/api/tenants/acme", None).await.unwrap());
        if now["status"] == "active" { Ok(now) } else { Err(now) }
    });
    text(&acme.await["id"])
}

#[tokio::test]
async fn an_ended_workspace_is_kept_as_long_as_is_said_and_the_deployment_is_named() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let sockets = public(&world);
    let over = [("TERMINATION_GRACE_DAYS", "2"), ("ENVIRONMENT_NAME", "Rehearsal")];
    let _serve = world.serve_with(&sockets, &over);
    with_acme(&world, &sockets).await;
    let mut ida = Visitor::default();
    let (_, page) = ida.sign_in(origin(&world.said, "operator"), IDA, &password(&world, IDA)).await;
    assert!(String::from_utf8_lossy(&page.body).contains(">Rehearsal</span>"));

    world.call(&sockets, Method::Delete, "/api/tenants/acme", None).await.unwrap();
    let acme = json(&world.call(&sockets, Method::Get, "/api/tenants/acme", None).await.unwrap());
    assert_eq!(acme["status"], "terminated", "{acme}");
    let on = world.database.db.read();
    let days = "SELECT (purge_after - terminated_at) / 86400000000 AS n FROM tenants WHERE slug = 'acme'";
    let days = on.query_one_raw(Statement::from_string(on.get_database_backend(), days)).await.unwrap();
    assert_eq!(days.unwrap().try_get::<i64>("", "n").unwrap(), 2);
    // Two days go by.
    on.execute_unprepared("UPDATE tenants SET purge_after = 1 WHERE slug = 'acme'").await.unwrap();
    eventually("it is purged", async || {
        let now = json(&world.call(&sockets, Method::Get, "/api/tenants/acme", None).await.unwrap());
        if now["status"] == "purged" { Ok(()) } else { Err(now) }
    })
    .await;
}

#[tokio::test]
async fn what_nobody_ordered_to_go_stops_at_the_number_that_is_said() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let sockets = public(&world);
    let _serve = world.serve_with(&sockets, &[("UNORDERED_REMOVALS_AN_HOUR", "0")]);
    let id = with_acme(&world, &sockets).await;
    // What looks like a mistake: the space is wanted no more.
    let tx = world.database.db.begin().await.unwrap();
    reconcile::destroy(&tx, &Clock::System, &id, "ocis.drive", Clock::System.now()).await.unwrap();
    tx.commit_silently("a test").await.unwrap();
    eventually("it has stopped", async || {
        let path = "/api/tenants/acme/stopped-removals";
        let now = json(&world.call(&sockets, Method::Get, path, None).await.unwrap());
        if now["count"] == 1 { Ok(()) } else { Err(now) }
    })
    .await;
    let [_, _, drives] = world.marked().await;
    assert!(drives.iter().any(|drive| drive.contains(&id)), "nothing is destroyed: {drives:?}");
}

#[tokio::test]
async fn the_portal_alone_takes_no_operators_token() {
    let world = World::start().await;
    assert!(world.run(&["migrate"]).status.success());
    let over = [("AUTHENTIK_AUDIENCE", "dezky-portal"), ("OPERATOR_URL", "")];
    let sockets = public(&world);
    let serve = world.serve_with(&sockets, &over);
    wait_until_ready(&sockets).await;
    let people = world.said["people"].as_array().unwrap();
    for (surface, status) in [("portal", 201), ("operator", 401)] {
        let token = people.iter().find(|person| person["surface"] == surface && person["email"] == IDA);
        let call = Call::new(Method::Put, "/api/users/me").bearer(text(&token.unwrap()["token"]).into());
        assert_eq!(client(origin(&world.said, "api")).send(call).await.unwrap().status, status, "{surface}");
    }
    assert!(client(origin(&world.said, "operator")).send(Call::get("/")).await.is_err(), "nobody listens");
    drop(serve);

    // Another client than the one that oCIS trusts: Authentik gives it tokens, oCIS takes none of them.
    let said = printed(&world.run_with(&["doctor"], &[("OCIS_CLIENT_ID", "dezky-portal")]));
    assert!(said.contains("ok    Sign-in: a real token"), "{said}");
    assert!(said.contains("FAIL  oCIS: accepts the service user's token"), "{said}");
}

#[tokio::test]
async fn settings_are_read_from_the_file_that_is_named_and_logs_are_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.env");
    std::fs::write(&file, "DATABASE_URL=sqlite:own.db\nLOG_FORMAT=text\n").unwrap();
    // The environment wins over the file.
    let over = [("DEZKY_CONFIG", file.to_str().unwrap()), ("LOG_FORMAT", "json"), ("RUST_LOG", "debug")];
    let done = command(folder.path(), &["migrate"], &over).output().unwrap();
    let logged = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{logged}");
    assert!(folder.path().join("own.db").exists());
    let lines: Vec<Value> = logged.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line.to_string().contains("the database is up to date")), "{logged}");
}
