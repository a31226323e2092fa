//! What is in `deploy/` keeps the rules that it states. No container is started.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::Value;

pub const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");
const SETTINGS: &str = include_str!("../../../../.env.example");
const COMPOSE: &str = "compose.yaml";
/// Those that go over it.
const VARIANTS: [&str; 5] = [
    "compose.own-ca.yaml",
    "compose.opencloud.yaml",
    "compose.ipv6.yaml",
    "compose.monitoring.yaml",
    "compose.first-start.yaml",
];
/// Where the settings of the stack are documented, and the secrets of its administrators.
const EXAMPLES: [&str; 2] = [".env.example", "administrators.env.example"];

/// All of them.
pub fn files() -> impl Iterator<Item = &'static str> {
    std::iter::once(COMPOSE).chain(VARIANTS)
}

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

pub fn services(name: &str) -> BTreeMap<String, Value> {
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
    let mut lasting = services.clone();
    // It runs once and is over.
    let backup = lasting.remove("backup").unwrap();
    assert_eq!(
        (&backup["restart"], &backup["profiles"]),
        (&serde_json::json!("no"), &serde_json::json!(["backup"]))
    );
    assert_eq!(backup["image"], services["dezky"]["image"]);
    let names: Vec<&str> = lasting.keys().map(String::as_str).collect();
    let wanted = ["authentik-server", "authentik-worker", "dezky", "ocis", "postgres", "stalwart", "traefik"];
    assert_eq!(names, wanted);
    for name in VARIANTS {
        for (service, over) in self::services(name) {
            let image = over["image"].as_str();
            assert!(image.is_none_or(is_pinned), "{name}: {image:?}");
            if !services.contains_key(&service) {
                lasting.insert(service, over);
            }
        }
    }
    assert_eq!(lasting.len(), wanted.len() + 2, "those of the monitoring are told apart");
    for (name, service) in &lasting {
        assert!(is_pinned(service["image"].as_str().unwrap()), "{name}: {}", service["image"]);
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        assert!(service["healthcheck"]["test"].is_array(), "{name}");
        assert_ne!(service["privileged"], true, "{name}");
    }
    let own = services["dezky"]["image"].as_str().unwrap();
    assert!(own.ends_with(&format!(":{}}}", env!("CARGO_PKG_VERSION"))), "{own} is this version");
    assert!(text("Containerfile").contains(&format!("--tag dezky:{}", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn traefik_alone_is_reached_from_outside_besides_mail() {
    for file in files() {
        // Without a network for it, every caller by IPv6 would look like Docker's gateway.
        let outside = if file == "compose.ipv6.yaml" { "[::]:" } else { "0.0.0.0:" };
        for (name, service) in services(file) {
            let ports: Vec<&str> =
                service["ports"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if name == "grafana" {
                assert_eq!(ports, ["127.0.0.1:3000:3000"]);
                continue;
            }
            let outer = |port: &&str| port.strip_prefix(outside)?.split(':').next().map(str::to_owned);
            let open: Vec<String> = ports.iter().filter_map(outer).collect();
            assert_eq!(open.len(), ports.len(), "{file}, {name}: {ports:?}");
            match name.as_str() {
                _ if open.is_empty() && file != COMPOSE => {}
                "traefik" => assert_eq!(open, ["80", "443"], "{file}"),
                // No HTTP among them.
                "stalwart" => assert_eq!(open, ["25", "465", "993", "995", "4190"], "{file}"),
                _ => assert!(open.is_empty(), "{file}, {name} publishes {open:?}"),
            }
        }
        assert!(!text(file).contains("docker.sock"), "{file}");
    }
    assert_eq!(services(COMPOSE)["postgres"]["networks"], serde_json::json!(["database"]));
    assert_eq!(yaml(COMPOSE)["networks"]["database"]["internal"], true);
    assert_eq!(yaml("compose.monitoring.yaml")["networks"]["metrics"]["internal"], true);
    assert_eq!(services("compose.monitoring.yaml")["prometheus"]["networks"], serde_json::json!(["metrics"]));
}

#[test]
fn by_ipv6_as_by_ipv4_traefik_alone_is_believed() {
    let over = yaml("compose.ipv6.yaml");
    let base = yaml(COMPOSE);
    let subnets = |file: &Value| -> Vec<String> {
        let all = file["networks"]["web"]["ipam"]["config"].as_array().unwrap().iter();
        all.map(|one| one["subnet"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(over["networks"]["web"]["enable_ipv6"], true);
    // A variant's list stands in place of the base's, so it has both.
    let (both, of_ipv4) = (subnets(&over), subnets(&base));
    assert_eq!((both.len(), &both[..1]), (2, &of_ipv4[..]));
    let address = over["services"]["traefik"]["networks"]["web"]["ipv6_address"].as_str().unwrap();
    let of_ipv4 = base["services"]["traefik"]["networks"]["web"]["ipv4_address"].as_str().unwrap();
    for server in ["authentik-server", "authentik-worker"] {
        let believed = &over["services"][server]["environment"]["AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS"];
        assert_eq!(*believed, format!("{of_ipv4}/32,{address}/128"), "{server}");
    }
    // `deploy/up` tells Stalwart the same, and knows the same usual values.
    let script = text("up");
    for given in [both[1].as_str(), address] {
        let (_, usual) = given.trim_end_matches('}').split_once(":-").unwrap();
        assert!(script.contains(&format!(":-{usual}}}")), "{usual}");
    }
}

/// Who is given a secret of the administrators: the files and their services.
fn given_to(name: &str) -> Vec<(&'static str, String)> {
    let is_given = |service: &Value| service.to_string().contains(&format!("${{{name}"));
    let each = files().flat_map(|file| {
        let given = services(file).into_iter().filter(|(_, service)| is_given(service));
        given.map(move |(service, _)| (file, service)).collect::<Vec<_>>()
    });
    each.collect()
}

#[test]
fn the_secrets_of_administrators_are_given_to_the_first_start_alone() {
    let example = text(EXAMPLES[1]);
    let secrets = documented(&example);
    assert_eq!(secrets.len(), 4);
    let authentik = ["authentik-server", "authentik-worker"];
    for name in secrets.keys() {
        let given = given_to(name);
        let wanted: &[&str] = match *name {
            "AUTHENTIK_BOOTSTRAP_PASSWORD" | "AUTHENTIK_BOOTSTRAP_TOKEN" => &authentik,
            "STALWART_RECOVERY_PASSWORD" => &["stalwart"],
            _ => &[],
        };
        let services: Vec<&str> = given.iter().map(|(_, service)| service.as_str()).collect();
        assert_eq!(services, wanted, "{name}");
        assert!(given.iter().all(|(file, _)| *file == "compose.first-start.yaml"), "{name}: {given:?}");
    }
    // Nor do they come into an image, or into the history.
    let root = Path::new(DEPLOY).parent().unwrap();
    for (file, line) in [
        (".dockerignore", "deploy/administrators.env*"),
        (".gitignore", "/deploy/administrators.env"),
        // Wherever somebody lets `dezky bootstrap` write its settings.
        (".gitignore", "*.env"),
        (".gitignore", "/.env"),
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        assert!(text.lines().any(|own| own == line), "{file}");
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
    let example = EXAMPLES.map(text).concat();
    let documented = documented(&example);
    let script = text("up");
    let files: Vec<String> = files().map(text).collect();
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
    for name in files() {
        if let Some(dezky) = services(name).get("dezky") {
            given.extend(dezky["environment"].as_object().into_iter().flat_map(|all| all.keys().cloned()));
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
    for name in files() {
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
    for name in [
        "traefik/routes.yaml",
        "traefik/own-ca.yaml",
        "ocis/csp.yaml",
        "monitoring/prometheus.yml",
        "monitoring/grafana-sources.yml",
        "monitoring/grafana-dashboards.yml",
    ] {
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

/// The lines of a unit that limit what its program may do.
fn limits(unit: &str) -> BTreeSet<&str> {
    let after = unit.split_once("\nNoNewPrivileges=yes\n").expect("it gains no rights").1;
    after.split("\n[Install]").next().unwrap().lines().filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_units_are_some_that_systemd_takes() {
    let names = ["dezky.service", "dezky-backup.service", "dezky-backup.timer"];
    let [service, backup, _] = names.map(text);
    for unit in [&service, &backup] {
        // A database in a file is found by both, though its path be relative.
        for line in [
            "User=dezky",
            "LoadCredential=dezky.env:/etc/dezky/dezky.env",
            "StateDirectory=dezky",
            "StateDirectoryMode=0700",
            "WorkingDirectory=%S/dezky",
        ] {
            assert!(unit.lines().any(|own| own == line), "{line}");
        }
    }
    assert!(limits(&service).contains("ProtectSystem=strict"));
    assert_eq!(limits(&backup), limits(&service), "a backup may do no more than the product");
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(DEPLOY).join("dezky-backup");
    for name in names {
        // It looks whether the programs are there.
        let unit = text(name).replace("=/usr/local/bin/dezky-backup ", &format!("={} ", script.display()));
        let unit = unit.replace("=/usr/local/bin/dezky ", &format!("={} ", env!("CARGO_BIN_EXE_dezky")));
        std::fs::write(folder.path().join(name), unit).unwrap();
    }
    let mut verify = Command::new("systemd-analyze");
    let Ok(ended) = verify.arg("verify").args(names.map(|name| folder.path().join(name))).output() else {
        eprintln!("skipped: systemd-analyze isn't installed");
        return;
    };
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success() && names.iter().all(|name| !said.contains(name)), "{said}");
}

#[test]
fn the_scripts_are_a_shells() {
    use std::os::unix::fs::PermissionsExt as _;
    for name in ["up", "dezky-backup", "servers-backup"] {
        let path = PathBuf::from(DEPLOY).join(name);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0o111, "{name}");
        let ended = Command::new("sh").arg("-n").arg(&path).stderr(Stdio::inherit()).status().unwrap();
        assert!(ended.success(), "{name}");
    }
}
