//! What is in `deploy/` keeps the rules that it states. No container is started.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::Value;

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");
const SETTINGS: &str = include_str!("../../../../.env.example");
const COMPOSE: &str = "compose.yaml";
/// Those that go over it.
const VARIANTS: [&str; 2] = ["compose.own-ca.yaml", "compose.opencloud.yaml"];

/// The text of a file in the folder.
fn text(name: &str) -> String {
    let path = Path::new(DEPLOY).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn value(node: &Yaml<'_>) -> Value {
    if let Some(mapping) = node.as_mapping() {
        let pairs = mapping.iter().map(|(name, inner)| (name.as_str().unwrap().to_owned(), value(inner)));
        return Value::Object(pairs.collect());
    }
    if let Some(items) = node.as_sequence() {
        return items.iter().map(value).collect();
    }
    if let Some(number) = node.as_integer() {
        return number.into();
    }
    match (node.as_str(), node.as_bool()) {
        (Some(text), _) => text.into(),
        (None, Some(is)) => is.into(),
        (None, None) => Value::Null,
    }
}

fn yaml(name: &str) -> Value {
    let text = text(name);
    let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(documents.len(), 1, "{name}");
    value(&documents[0])
}

fn services(name: &str) -> BTreeMap<String, Value> {
    let file = yaml(name);
    let services = file["services"].as_object().unwrap_or_else(|| panic!("{name} has no services"));
    services.iter().map(|(service, what)| (service.clone(), what.clone())).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The settings that a file of them documents, each with what it has there; none where it is commented out.
fn documented(text: &str) -> BTreeMap<&str, Option<&str>> {
    let settings = text.lines().filter_map(|line| {
        let bare = line.trim_start_matches('#');
        let (name, value) = bare.split_once('=')?;
        is_name(name).then_some((name, (bare == line).then_some(value)))
    });
    settings.collect()
}

/// Where variables are used in a compose file: the name, and what follows it up to the brace.
fn used(text: &str) -> Vec<(&str, &str)> {
    let uncommented = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let uses = uncommented.flat_map(|line| line.split("${").skip(1));
    uses.map(|rest| {
        let inside = rest.split_once('}').expect("the brace is closed").0;
        inside.split_at(inside.find(|c: char| !is_name(&c.to_string())).unwrap_or(inside.len()))
    })
    .collect()
}

fn is_secret(name: &str) -> bool {
    ["PASSWORD", "SECRET", "TOKEN", "KEYS"].iter().any(|part| name.contains(part))
}

/// A version, not a name that moves.
fn is_pinned(image: &str) -> bool {
    let image = image.strip_prefix("${DEZKY_IMAGE:-").map_or(image, |rest| rest.trim_end_matches('}'));
    let named = image.split_once('@').map_or(image, |(named, _)| named);
    let tag = named.rsplit_once(':').map_or("", |(_, tag)| tag);
    tag.trim_start_matches('v').split(['.', '-']).take(2).filter(|part| part.parse::<u32>().is_ok()).count()
        == 2
}

#[test]
fn a_tag_without_a_whole_version_is_not_pinned() {
    for image in ["traefik:v3.7.13", "a/b:2026.8.5", "rust:1.95.0-slim", "${DEZKY_IMAGE:-dezky:0.1.0}"] {
        assert!(is_pinned(image), "{image}");
    }
    for image in ["traefik", "postgres:17", "a:latest", "a:v3", "${DEZKY_IMAGE:-dezky}", "a/b:trixie-slim"] {
        assert!(!is_pinned(image), "{image}");
    }
}

#[test]
fn every_service_is_pinned_restarted_and_watched() {
    let services = services(COMPOSE);
    let names: Vec<&str> = services.keys().map(String::as_str).collect();
    let wanted = ["authentik-server", "authentik-worker", "dezky", "ocis", "postgres", "stalwart", "traefik"];
    assert_eq!(names, wanted);
    for (name, service) in &services {
        assert!(is_pinned(service["image"].as_str().unwrap()), "{name}: {}", service["image"]);
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        assert!(service["healthcheck"]["test"].is_array(), "{name}");
        assert_ne!(service["privileged"], true, "{name}");
    }
    for name in VARIANTS {
        for (service, over) in self::services(name) {
            assert!(services.contains_key(&service), "{name} has a service {service} that {COMPOSE} lacks");
            let image = over["image"].as_str();
            assert!(image.is_none_or(is_pinned), "{name}: {image:?}");
        }
    }
    let own = services["dezky"]["image"].as_str().unwrap();
    assert!(own.ends_with(&format!(":{}}}", env!("CARGO_PKG_VERSION"))), "{own} is this version");
    assert!(text("Containerfile").contains(&format!("--tag dezky:{}", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn traefik_alone_is_reached_from_outside_besides_mail() {
    let services = services(COMPOSE);
    let ports = |service: &Value| -> Vec<String> {
        let ports = service["ports"].as_array().into_iter().flatten();
        // By IPv6 every caller would look like Docker's gateway.
        let of_ipv4 = |port: &Value| port.as_str().unwrap().strip_prefix("0.0.0.0:").unwrap().to_owned();
        ports.map(|port| of_ipv4(port).split(':').next().unwrap().to_owned()).collect()
    };
    let open: BTreeMap<&str, Vec<String>> =
        services.iter().map(|(name, service)| (name.as_str(), ports(service))).collect();
    for (name, ports) in &open {
        match *name {
            "traefik" => assert_eq!(ports, &["80", "443"]),
            // No HTTP among them.
            "stalwart" => assert_eq!(ports, &["25", "465", "993", "995", "4190"]),
            _ => assert!(ports.is_empty(), "{name} publishes {ports:?}"),
        }
    }
    assert_eq!(services["postgres"]["networks"], serde_json::json!(["database"]));
    assert_eq!(yaml(COMPOSE)["networks"]["database"]["internal"], true);
    for name in [COMPOSE, VARIANTS[0], VARIANTS[1]] {
        assert!(!text(name).contains("docker.sock"), "{name}");
    }
}

#[test]
fn every_route_leads_to_a_port_of_a_service() {
    let text = text("traefik/routes.yaml");
    let routes = yaml("traefik/routes.yaml");
    for part in ["http", "tcp"] {
        for (name, router) in routes[part]["routers"].as_object().unwrap() {
            assert!(routes[part]["services"][router["service"].as_str().unwrap()].is_object(), "{name}");
        }
    }
    let services = services(COMPOSE);
    let dezky = &services["dezky"]["environment"];
    for (name, port) in [("PORTAL_LISTEN", 4400), ("OPERATOR_LISTEN", 4401), ("API_LISTEN", 4402)] {
        assert_eq!(dezky[name], format!("0.0.0.0:{port}"));
        assert!(text.contains(&format!("\"http://dezky:{port}\"")), "{port}");
    }
    for at in text.split("http://").skip(1) {
        assert!(services.contains_key(at.split(':').next().unwrap()), "{at}");
    }
    // Names are the same inside, so that tokens name the issuer that browsers see.
    let aliases = services["traefik"]["networks"]["web"]["aliases"].as_array().unwrap();
    for alias in aliases {
        let host = alias.as_str().unwrap().split('.').next().unwrap();
        assert!(text.contains(&format!("Host(`{host}.")), "{host}");
    }
    assert_eq!(aliases.len(), routes["http"]["routers"].as_object().unwrap().len());
}

#[test]
fn every_variable_is_documented_and_no_secret_has_a_usual_value() {
    let example = text(".env.example");
    let documented = documented(&example);
    let script = text("up");
    let files: Vec<String> = [COMPOSE, VARIANTS[0], VARIANTS[1]].into_iter().map(text).collect();
    let uses: Vec<(&str, &str)> = files.iter().flat_map(|file| used(file)).collect();
    assert!(uses.len() > 30, "they were read");
    for (name, _) in &uses {
        assert!(documented.contains_key(name), "{name} isn't in deploy/.env.example");
    }
    let names: BTreeSet<&str> = uses.iter().map(|(name, _)| *name).collect();
    for (name, given) in &documented {
        // Compose itself reads this one.
        let is_read = names.contains(name) || script.contains(name) || *name == "COMPOSE_FILE";
        assert!(is_read, "{name} is read by nothing");
        assert!(!is_secret(name) || given.is_none_or(str::is_empty), "{name} has a value for everybody");
    }
    // What is made by `deploy/up` must be there; what people choose may be left out.
    let made = documented.iter().filter(|(name, given)| is_secret(name) && given.is_some());
    let made: Vec<&str> = made.map(|(name, _)| *name).collect();
    assert!(made.len() >= 9, "{made:?}");
    for name in made {
        assert!(script.contains(name), "deploy/up doesn't make {name}");
        let mut how = uses.iter().filter(|(used, _)| *used == name).map(|(_, how)| *how);
        assert!(how.all(|how| how.starts_with(":?")), "{name} may be empty");
    }
}

#[test]
fn what_dezky_is_given_are_settings_of_it() {
    let known = documented(SETTINGS);
    let mut given = BTreeSet::new();
    for name in [COMPOSE, VARIANTS[0], VARIANTS[1]] {
        if let Some(dezky) = services(name).get("dezky") {
            given.extend(dezky["environment"].as_object().unwrap().keys().cloned());
        }
    }
    assert!(given.len() > 20, "{given:?}");
    for name in &given {
        assert!(known.contains_key(name.as_str()), "{name} isn't a setting of Dezky");
    }
    // What `dezky bootstrap` finds out is in its file alone: an empty variable must not stand over it.
    for found in ["AUTHENTIK_API_TOKEN", "STALWART_API_KEY", "OCIS_SERVICE_PASSWORD", "AUTHENTIK_ADMIN_TOKEN"]
    {
        assert!(!given.contains(found), "{found}");
    }
}

#[test]
fn the_file_service_is_set_up_as_its_contract_says() {
    let base = services(COMPOSE);
    let ocis = &base["ocis"]["environment"];
    for (name, wanted) in [
        ("OCIS_OIDC_ISSUER", "https://id.${DOMAIN}/application/o/dezky-files/"),
        ("OCIS_EXCLUDE_RUN_SERVICES", "idp"),
        ("OCIS_ADD_RUN_SERVICES", "audit"),
        ("PROXY_OIDC_REWRITE_WELLKNOWN", "true"),
        ("PROXY_USER_OIDC_CLAIM", "dezky_files_account"),
        ("PROXY_USER_CS3_CLAIM", "username"),
        ("GRAPH_USERNAME_MATCH", "none"),
        ("PROXY_AUTOPROVISION_ACCOUNTS", "false"),
        ("PROXY_ROLE_ASSIGNMENT_DRIVER", "default"),
        ("PROXY_ENABLE_BASIC_AUTH", "false"),
        ("AUDIT_LOG_TO_FILE", "true"),
    ] {
        assert_eq!(ocis[name], wanted, "{name}");
    }
    // The fork has the same by its own names.
    let fork = services(VARIANTS[1]);
    let fork = fork["ocis"]["environment"].as_object().unwrap();
    let renamed = |name: &String| name.strip_prefix("OCIS_").map(|rest| format!("OC_{rest}"));
    for (name, wanted) in ocis.as_object().unwrap() {
        if let Some(other) = renamed(name) {
            let wanted = wanted.as_str().unwrap().split(":?").next().unwrap().trim_end_matches('}');
            let found = fork[&other].as_str().unwrap().trim_end_matches('}');
            assert_eq!(found, wanted, "{other}");
        }
    }
}

#[test]
fn the_blueprint_is_not_applied_with_the_addresses_of_an_example() {
    assert!(text("authentik/dezky.yaml").contains("https://portal.example.com"));
    for (name, service) in services(COMPOSE) {
        let volumes = service["volumes"].to_string();
        assert!(!volumes.contains("authentik/dezky.yaml") && !volumes.contains("/blueprints"), "{name}");
    }
}

#[test]
fn files_that_are_mounted_are_there() {
    for name in [COMPOSE, VARIANTS[0], VARIANTS[1]] {
        for (service, what) in services(name) {
            for volume in what["volumes"].as_array().into_iter().flatten() {
                let from = volume.as_str().unwrap().split(':').next().unwrap();
                // Who uses certificates of their own brings them.
                if from.starts_with("./") && !from.starts_with("./tls") {
                    assert!(Path::new(DEPLOY).join(from).exists(), "{service}: {from}");
                }
            }
        }
    }
    for name in ["traefik/routes.yaml", "traefik/own-ca.yaml", "ocis/csp.yaml"] {
        assert!(yaml(name).is_object(), "{name}");
    }
}

#[test]
fn the_image_is_small_in_rights_and_has_no_sandbox() {
    let file = text("Containerfile");
    let bases: Vec<&str> = file.lines().filter_map(|line| line.strip_prefix("FROM ")).collect();
    assert_eq!(bases.len(), 2);
    for base in bases {
        assert!(is_pinned(base.split(' ').next().unwrap()), "{base}");
    }
    let (_, last) = file.rsplit_once("FROM ").unwrap();
    assert!(last.contains("\nUSER 10001:10001\n"));
    assert!(file.contains("cargo build --release --locked --no-default-features"));
    // Its programs copy a server that is not newer.
    let postgres = services(COMPOSE)["postgres"]["image"].as_str().unwrap().to_owned();
    let major = postgres.rsplit(':').next().unwrap().split('.').next().unwrap();
    assert!(last.contains(&format!("postgresql-client-{major}")), "{postgres}");
}

/// Answers one request, and says how the check of the service's health ended.
fn check(status: &'static str) -> bool {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head: Vec<String> =
            BufReader::new(&stream).lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
        assert_eq!(head, ["GET /health/ready HTTP/1.1", "Host:localhost", "Connection:close"]);
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").unwrap();
    });
    let services = services(COMPOSE);
    let test = services["dezky"]["healthcheck"]["test"].as_array().unwrap();
    let words: Vec<&str> = test.iter().map(|word| word.as_str().unwrap()).collect();
    assert_eq!(words[..3], ["CMD", "bash", "-c"]);
    let script = words[3].replace("$$", "$").replace("/4402", &format!("/{port}"));
    let ended = Command::new("bash").args(["-c", &script]).status().unwrap();
    server.join().unwrap();
    ended.success()
}

#[test]
fn the_check_of_health_tells_ready_from_not_ready() {
    assert!(check("200 OK"));
    assert!(!check("503 Service Unavailable"));
}

#[test]
fn the_unit_is_one_that_systemd_takes() {
    let unit = text("dezky.service");
    for line in
        ["NoNewPrivileges=yes", "ProtectSystem=strict", "LoadCredential=dezky.env:/etc/dezky/dezky.env"]
    {
        assert!(unit.lines().any(|own| own == line), "{line}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dezky.service");
    // It looks whether the program is there.
    let program = env!("CARGO_BIN_EXE_dezky");
    std::fs::write(&file, unit.replace("/usr/local/bin/dezky", program)).unwrap();
    let Ok(ended) = Command::new("systemd-analyze").arg("verify").arg(&file).output() else {
        eprintln!("skipped: systemd-analyze isn't installed");
        return;
    };
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success() && !said.contains("dezky.service"), "{said}");
}

#[test]
fn the_script_is_a_shells() {
    use std::os::unix::fs::PermissionsExt as _;
    let path = PathBuf::from(DEPLOY).join("up");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0o111);
    let ended = Command::new("sh").arg("-n").arg(&path).stderr(Stdio::inherit()).status().unwrap();
    assert!(ended.success());
}
