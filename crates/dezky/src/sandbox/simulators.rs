//! Simulated upstreams that know each other, and the settings with which the product uses them.

use std::time::Duration;

use anyhow::Context as _;
use kernel::Clock;
use secrecy::SecretString;
use serde_json::json;
use simulator::{Running, State as _};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;
use upstream_authentik::sim::{AppSetup, ServiceAccountSetup, Setup, Sim, UserSetup};
use upstream_ocis::sim::Userinfo;

use super::announce::{self, Addresses};
use super::home::Home;
use super::people::{ADMIN_GROUP, Example, PEOPLE, TRAINEES};
use super::ports::Ports;
use super::secrets::Secrets;
use super::{Alone, index, set_up};
use crate::config::Values;
use crate::stop;

const SERVICE_USER: &str = "svc-platform-api";
/// Where the simulated mail server is in the DNS.
const MAIL_ZONE: &str = "example.test";
const MAIL_HOST: &str = "mail.example.test";
pub const FILES: &str = "dezky-files";
/// The administrator of a simulated mail server that was just installed.
const MAIL_ADMINISTRATOR: &str = "admin@example.test";
/// What the file server calls its first account when nobody says otherwise.
const FIRST: &str = "admin";
/// What setting up gives: a server that was just installed has none of it.
const NOT_INSTALLED: [&str; 5] = [
    "AUTHENTIK_API_TOKEN",
    "AUTHENTIK_PORTAL_CLIENT_SECRET",
    "AUTHENTIK_OPERATOR_CLIENT_SECRET",
    "STALWART_API_KEY",
    "OCIS_SERVICE_PASSWORD",
];
/// Short, so that the silent refresh of sessions is seen at work.
const ACCESS_TOKENS: Duration = Duration::from_mins(10);

/// What is in the simulators when they start for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// All that the product needs, and people.
    SetUp,
    /// What is there after an installation: administrators.
    Empty,
}

/// The simulators, running. Dropping stops them; [`Sandbox::stop`] also writes their files.
pub struct Sandbox {
    pub authentik: Sim,
    stalwart: Running<upstream_stalwart::sim::World>,
    ocis: Running<upstream_ocis::sim::World>,
    pub dns: upstream_dns::sim::Simulator,
    mail: mailer::sim::Catcher,
    secrets: Secrets,
    contents: Contents,
    pub addresses: Addresses,
}

/// The listeners of the simulators.
pub struct Listeners {
    pub authentik: TcpListener,
    pub stalwart: TcpListener,
    pub ocis: TcpListener,
    pub dns: TcpListener,
    pub mail: TcpListener,
}

impl Sandbox {
    /// Starts the simulators; `addresses` says where everything is.
    pub async fn start(
        home: &Home,
        listeners: Listeners,
        addresses: Addresses,
        contents: Contents,
    ) -> anyhow::Result<Self> {
        let secrets = Secrets::of(home)?;
        let file = home.file("authentik.json");
        let setup = match contents {
            Contents::SetUp => authentik_setup(&secrets, &addresses),
            Contents::Empty => Setup::empty(secrets.authentik_api_token.clone().into()),
        };
        let authentik = upstream_authentik::sim::serve(listeners.authentik, Some(&file), setup).await?;
        if contents == Contents::SetUp {
            set_up::authentik(home, &addresses, secrets.authentik_api_token.clone().into()).await?;
        }
        let file = home.file("stalwart.json");
        let setup = match contents {
            Contents::SetUp => upstream_stalwart::sim::Setup::new(secrets.stalwart_api_key.clone().into()),
            Contents::Empty => {
                upstream_stalwart::sim::Setup::empty(secrets.stalwart_admin_password.clone().into())
            }
        };
        let stalwart = upstream_stalwart::sim::serve(listeners.stalwart, Some(&file), setup).await?;
        let file = home.file("ocis.json");
        let setup = ocis_setup(&authentik, &addresses, contents)?;
        let ocis = upstream_ocis::sim::serve(listeners.ocis, Some(&file), setup).await?;
        if contents == Contents::Empty {
            // As `PROXY_USER_OIDC_CLAIM` of an installation for Dezky says.
            let claim = json!({"claim": bootstrap::authentik::FILES_CLAIM});
            let made = ocis.store.write(|world| world.put("issuers", "external", &claim));
            made.map_err(|why| anyhow::anyhow!("the claim of the file server can't be set: {why}"))?;
        }
        let file = home.file("dns.json");
        let dns =
            upstream_dns::sim::serve(listeners.dns, Some(&file), upstream_dns::sim::Setup::default()).await?;
        // The simulated mail server calls itself that.
        let host = json!({"records": [{"name": MAIL_HOST, "type": "A", "data": "192.0.2.25"}]});
        let made = dns.http.store.write(|world| world.put("zones", MAIL_ZONE, &host));
        made.map_err(|why| anyhow::anyhow!("the zone of the mail server can't be created: {why}"))?;
        let file = home.file("mails.json");
        let mail = mailer::sim::serve(listeners.mail, Some(&file), mailer::sim::Setup::default()).await?;
        Ok(Self { authentik, stalwart, ocis, dns, mail, secrets, contents, addresses })
    }

    /// The settings with which `dezky serve` uses this sandbox; of an empty one, those with which it is set up.
    pub fn settings(&self) -> Values {
        let (at, secrets) = (&self.addresses, &self.secrets);
        let reach: Vec<String> = self.dns.reach().iter().map(|(ip, at)| format!("{ip}={at}")).collect();
        let socket = |origin: &str| origin.trim_start_matches("http://").to_owned();
        let settings = [
            ("PORTAL_URL", at.portal.clone()),
            ("OPERATOR_URL", at.operator.clone()),
            ("API_URL", at.api.clone()),
            ("PORTAL_LISTEN", socket(&at.portal)),
            ("OPERATOR_LISTEN", socket(&at.operator)),
            ("API_LISTEN", socket(&at.api)),
            ("AUTHENTIK_ISSUER", at.authentik.clone()),
            ("AUTHENTIK_API_URL", at.authentik.clone()),
            ("AUTHENTIK_API_TOKEN", secrets.authentik_api_token.clone()),
            ("AUTHENTIK_AUDIENCE", "dezky-portal,dezky-operator".to_owned()),
            ("AUTHENTIK_PORTAL_CLIENT_SECRET", secrets.portal_client_secret.clone()),
            ("AUTHENTIK_OPERATOR_CLIENT_SECRET", secrets.operator_client_secret.clone()),
            ("AUTHENTIK_ADMIN_GROUP", ADMIN_GROUP.to_owned()),
            ("STALWART_API_URL", at.stalwart.clone()),
            ("STALWART_API_KEY", secrets.stalwart_api_key.clone()),
            ("OCIS_API_URL", at.ocis.clone()),
            ("OCIS_CLIENT_ID", FILES.to_owned()),
            ("OCIS_SERVICE_USER", SERVICE_USER.to_owned()),
            ("OCIS_SERVICE_PASSWORD", secrets.ocis_service_password.clone()),
            ("DNS_RESOLVERS", self.dns.resolvers.map(|at| at.to_string()).join(",")),
            ("DNS_REACH", reach.join(",")),
            ("MAIL_CLIENT_CHECK_URL", at.stalwart.clone()),
            ("MAIL_URL", format!("smtp://{}", self.mail.smtp)),
            ("MAIL_FROM", "Dezky <no-reply@dezky.test>".to_owned()),
            ("ENCRYPTION_KEYS", secrets.encryption_key.clone()),
            ("ENVIRONMENT_NAME", "Sandbox".to_owned()),
            ("MIGRATE_AT_START", "true".to_owned()),
        ];
        let mut settings: Values = settings.map(|(name, value)| (name.to_owned(), value)).into();
        if self.contents == Contents::Empty {
            settings.retain(|name, _| !NOT_INSTALLED.contains(&name.as_str()));
            let administrators = [
                ("AUTHENTIK_ADMIN_TOKEN", secrets.authentik_api_token.clone()),
                ("STALWART_ADMIN_USER", MAIL_ADMINISTRATOR.to_owned()),
                ("STALWART_ADMIN_PASSWORD", secrets.stalwart_admin_password.clone()),
            ];
            settings.extend(administrators.map(|(name, value)| (name.to_owned(), value)));
        }
        settings
    }

    /// Stops the simulators and writes their files.
    pub fn stop(self) {
        self.authentik.stop();
        self.stalwart.stop();
        self.ocis.stop();
        self.dns.http.stop();
        self.mail.http.stop();
    }
}

fn authentik_setup(secrets: &Secrets, at: &Addresses) -> Setup {
    let console = |client: &str, secret: &str, origin: &str| {
        let redirect = format!("{origin}/sign-in/callback");
        let mut app = AppSetup::new(client, secret.into(), &redirect, &format!("{origin}/signed-out"));
        app.access_token_validity = ACCESS_TOKENS;
        app
    };
    let mut operator = console("dezky-operator", &secrets.operator_client_secret, &at.operator);
    operator.bound_groups = [ADMIN_GROUP, TRAINEES].map(str::to_owned).to_vec();
    let home = format!("{}/", at.ocis);
    let mut files = AppSetup::new(FILES, secrets.files_client_secret.clone().into(), &home, &home);
    let pages = ["oidc-callback.html", "oidc-silent-redirect.html"];
    files.redirect_uris.extend(pages.map(|page| format!("{home}{page}")));
    files.is_public = true;
    files.logout_notice_uri = Some(format!("{home}backchannel_logout"));
    // How passwords are recovered is set up as at a real server.
    let mut setup = Setup::empty(secrets.authentik_api_token.clone().into());
    setup.apps = vec![console("dezky-portal", &secrets.portal_client_secret, &at.portal), operator, files];
    let user = |person: &Example| UserSetup {
        username: person.email.to_owned(),
        email: person.email.to_owned(),
        name: person.name.to_owned(),
        password: SecretString::from(person.password),
        groups: person.groups.iter().map(|group| (*group).to_owned()).collect(),
    };
    setup.users = PEOPLE.iter().map(user).collect();
    setup.service_accounts = vec![ServiceAccountSetup {
        username: SERVICE_USER.to_owned(),
        app_password: secrets.ocis_service_password.clone().into(),
    }];
    setup
}

fn ocis_setup(
    authentik: &Sim,
    at: &Addresses,
    contents: Contents,
) -> anyhow::Result<upstream_ocis::sim::Setup> {
    let options = outbound::Options::default();
    let client = outbound::Client::new("Authentik", at.authentik.parse()?, options)?;
    let admin_user = match contents {
        // oCIS knows accounts by the claim `sub`, so that is the service account's user name there.
        Contents::SetUp => {
            authentik.user_uuid(SERVICE_USER).context("the simulated Authentik has no service account")?
        }
        Contents::Empty => FIRST.to_owned(),
    };
    Ok(upstream_ocis::sim::Setup {
        issuer: format!("{}/application/o/{FILES}/", at.authentik),
        userinfo: Some(Userinfo { client, path: "/application/o/userinfo/".to_owned() }),
        static_tokens: std::collections::BTreeMap::default(),
        admin_user,
        clock: Clock::System,
    })
}

/// `dezky sandbox`: the simulators alone.
pub async fn run(alone: &Alone) -> anyhow::Result<()> {
    let (start, contents) = (&alone.start, if alone.empty { Contents::Empty } else { Contents::SetUp });
    let stop = stop::on_signal()?;
    let tracker = TaskTracker::new();
    let home = Home::open(&start.data).await?;
    let ports = Ports::take(&home, start.port).await?;
    let addresses = Addresses::of(&ports)?;
    // The product itself will listen on the other three; until then they are free.
    drop((ports.portal, ports.operator, ports.api));
    let listeners = Listeners {
        authentik: ports.authentik,
        stalwart: ports.stalwart,
        ocis: ports.ocis,
        dns: ports.dns,
        mail: ports.mail,
    };
    let sandbox = Sandbox::start(&home, listeners, addresses, contents).await?;
    index::serve(ports.index, &sandbox.addresses, &tracker, &stop);
    announce::sandbox(start.json, &sandbox)?;
    stop.cancelled().await;
    stop::wait(&tracker).await;
    sandbox.stop();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[tokio::test]
    async fn its_settings_are_a_whole_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).await.unwrap();
        let ports = Ports::take(&home, 0).await.unwrap();
        let addresses = Addresses::of(&ports).unwrap();
        let listeners = Listeners {
            authentik: ports.authentik,
            stalwart: ports.stalwart,
            ocis: ports.ocis,
            dns: ports.dns,
            mail: ports.mail,
        };
        let sandbox = Sandbox::start(&home, listeners, addresses, Contents::SetUp).await.unwrap();
        let config = Config::read(&sandbox.settings()).unwrap();
        assert!(config.stalwart.is_ok() && config.ocis.is_ok() && config.authentik.api_token.is_ok());
        let upstreams =
            crate::upstreams::connect(&config, None, &Clock::System, Duration::from_secs(3)).unwrap();
        upstreams.authentik.unwrap().probe().await.unwrap();
        upstreams.stalwart.unwrap().probe().await.unwrap();
        assert!(upstreams.ocis.unwrap().probe().await.unwrap().is_admin);
    }
}
