//! Puts the slices together. The only place that knows all of them.

mod acting;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use access::{Events, Surface};
use anyhow::anyhow;
use app_passwords::AppPasswords;
use axum::Router;
use customers::Customers;
use db::Db;
use domains::Domains;
use drift::Drift;
use i18n::{Language, Words};
use imports::Imports;
use invitations::Invitations;
use jobs::Schedule;
use kernel::Clock;
use mail::Mail;
use mail_clients::MailClients;
use mailer::Mailer;
use members::Members;
use memberships::Memberships;
use partner_staff::PartnerStaff;
use partners::Partners;
use people::People;
use platform::{Assembly, Deployment, Handles, Pace, Platform, Slice};
use probes::Probes;
use publishing::Publishing;
use reconcile::Reconciler;
use shared_mailboxes::SharedMailboxes;
use sign_in::SignIn;
use telemetry::Metrics;
use tenants::Tenants;
use tenants::storage::UsageSource;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web::{Web, WebSettings};

use crate::config::{Address, Config};
use crate::scrape::Scraper;
use crate::site::{self, Site};
use crate::upstreams::Calling;
use crate::{checks, purges, scrape, upstreams};
use acting::Acting;

/// How often it is looked for mails to send.
const SEND_EVERY: Duration = Duration::from_secs(2);

/// How patient the platform, its reconciler and its calls are.
pub struct Patience {
    pub pace: Pace,
    pub reconcile: reconcile::Settings,
    /// The longest an upstream's call may take; at most a third of the reconciler's lease.
    pub deadline: Duration,
}

impl Patience {
    /// For production, with this lease.
    pub fn steady(lease: Duration) -> Self {
        let reconcile = reconcile::Settings { lease, ..reconcile::Settings::default() };
        let deadline = Duration::from_secs(10).min(lease / 3);
        Self { pace: Pace::steady(lease, reconcile.backoff), reconcile, deadline }
    }
}

#[cfg(debug_assertions)]
impl Patience {
    /// With a point at which to die.
    pub fn until(mut self, fail_point: Option<reconcile::FailPoint>) -> Self {
        self.reconcile.fail_point = fail_point;
        self
    }
}

/// The sandbox's page, when the product runs in it.
#[derive(Default)]
pub struct Surroundings {
    /// The address of the page that lists the simulators; with it the gallery of components is served.
    pub sandbox_page: Option<String>,
}

/// The product, put together and not yet at work.
pub struct Product {
    pub platform: Platform,
    pub tenants: Tenants,
    pub partners: Partners,
    pub partner_staff: PartnerStaff,
    pub drift: Drift,
    config: Config,
    surroundings: Surroundings,
    sign_in: SignIn,
    acting: Acting,
    scraper: Scraper,
    site: Site,
}

/// The services of the slices.
struct Services {
    sign_in: SignIn,
    tenants: Tenants,
    partners: Partners,
    partner_staff: PartnerStaff,
    drift: Drift,
    slices: Vec<Slice>,
}

impl Product {
    /// Puts everything together over a migrated database.
    pub fn new(
        config: Config,
        patience: &Patience,
        surroundings: Surroundings,
        db: Db,
    ) -> anyhow::Result<Self> {
        let platform = platform_of(&config, patience, db)?;
        let Services { sign_in, tenants, partners, partner_staff, drift, slices } =
            services(&platform, &config, patience)?;
        let (db, clock) = (&platform.db, &platform.clock);
        let mut brought = platform::assemble(&platform, slices)?;
        brought.routes.push(crate::health::routes(db.clone()));
        if surroundings.sandbox_page.is_some() {
            brought.routes.extend(site::gallery());
        }
        let Assembly { routes, places, texts, jobs } = brought;
        let (mut looks, mut works): (Vec<_>, Vec<_>) =
            jobs.into_iter().partition(|schedule| schedule.name == drift::SCAN);
        looks.extend(purges::schedules(db, clock));
        looks.push(
            platform.probes.schedule(platform.pace.every(Duration::from_secs(5), Duration::from_secs(15))),
        );
        let metrics = &platform.metrics;
        let mailer = Mailer::new(db.clone(), clock.clone(), config.mail.clone()).counted(metrics.mails());
        works.extend(mailer.schedules(SEND_EVERY));
        let counted = |jobs: Vec<Schedule>| -> Vec<Schedule> {
            jobs.into_iter().map(|job| job.counted(metrics.runs())).collect()
        };
        let (looks, works) = (counted(looks), counted(works));
        let names = looks.iter().chain(&works).map(|job| job.name).collect();
        let scraper = Scraper::new(&platform, mailer, names);
        let (db, clock, reconciler) = (db.clone(), clock.clone(), platform.reconciler.clone());
        let acting = Acting { db, clock, reconciler, looks, works };
        let site = Site::new(routes, places, &texts)?;
        platform.reconciler.speak(Words::new(site.catalogues.clone(), Language::English));
        Ok(Self {
            platform,
            tenants,
            partners,
            partner_staff,
            drift,
            config,
            surroundings,
            sign_in,
            acting,
            scraper,
            site,
        })
    }

    /// The words of the command line.
    pub fn english(&self) -> Words {
        Words::new(self.site.catalogues.clone(), Language::English)
    }

    /// Every route.
    #[cfg(test)]
    pub fn table(&self) -> Vec<web::RouteInfo> {
        self.site.table()
    }

    /// What is served, and where.
    pub fn servers(&self) -> Vec<(SocketAddr, Router)> {
        let api = &self.config.api;
        let mut servers = vec![(api.listen, self.router(None, api))];
        for console in &self.config.consoles {
            let router = self.router(Some(console.surface), &console.address);
            servers.push((console.address.listen, router));
        }
        servers.extend(self.config.metrics.map(|listen| (listen, scrape::router(self.scraper.clone()))));
        servers
    }

    fn router(&self, surface: Option<Surface>, address: &Address) -> Router {
        let settings = WebSettings {
            surface,
            origin: address.origin.clone(),
            portal: portal_origin(&self.config),
            issuer_origin: self.config.authentik.issuer_origin.clone(),
            environment: self.config.environment.clone(),
            sandbox_page: self.surroundings.sandbox_page.clone(),
            product_name: self.config.platform_name.clone(),
            trust_forwarded: self.config.trust_forwarded,
            limits: self.config.limits.clone(),
            requests: self.platform.metrics.requests().clone(),
        };
        let web = Web::new(
            self.platform.db.clone(),
            self.platform.clock.clone(),
            self.site.catalogues.clone(),
            settings,
            self.site.places.clone(),
        );
        self.site.router(web, &self.sign_in)
    }

    /// Sets the reconciler alone to work, until `stop`.
    pub async fn start_reconciler(
        &self,
        tracker: &TaskTracker,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        Ok(self.platform.reconciler.start(tracker, stop).await?)
    }

    /// Makes the platform's own workspace and sets the background to work, until `stop`; of a restored database once it
    /// is released.
    pub async fn start(&self, tracker: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<()> {
        let made = self.tenants.ensure_platform_workspace().await;
        made.map_err(|error| {
            anyhow!("the platform's own workspace can't be created: {}", self.english().explain(&error))
        })?;
        self.acting.start(tracker, stop).await
    }
}

/// The handles, which know no slice yet.
fn platform_of(config: &Config, patience: &Patience, db: Db) -> anyhow::Result<Platform> {
    let (db, clock) = (db.sealed_with(config.keys.clone()), Clock::System);
    let metrics = Metrics::new(env!("CARGO_PKG_VERSION"));
    let settings = reconcile::Settings {
        destroys_an_hour: config.unordered_removals,
        steps: metrics.steps().clone(),
        ..patience.reconcile.clone()
    };
    let calling = Calling { deadline: patience.deadline, calls: metrics.calls().clone() };
    Ok(Platform::new(Handles {
        upstreams: upstreams::connect(config, Some(&db), &clock, calling)?,
        reconciler: Reconciler::new(db.clone(), clock.clone(), settings),
        probes: Probes::new(db.clone(), clock.clone()),
        events: Events::default(),
        pace: patience.pace.clone(),
        deployment: Deployment {
            portal: portal_origin(config),
            domains: config.platform_domains.clone().into(),
            allowances: config.allowances,
        },
        metrics,
        db,
        clock,
    }))
}

/// All slices, the lowest first (`cargo xtask tidy` holds the order): a new one is a line here.
fn services(p: &Platform, config: &Config, patience: &Patience) -> anyhow::Result<Services> {
    let dns = upstreams::dns(config, &p.clock, p.metrics.questions().clone())?;
    let sign_in = sign_in_of(p, config, patience)?;
    let reader = storage::Reader::new(p.upstreams.ocis.clone(), p.clock.clone());
    let usage: Arc<dyn UsageSource> = Arc::new(storage::UsageOf::new(p.db.clone(), reader.clone()));
    let tenants = Tenants::new(p, Some(usage.clone()), tenants_settings(config));
    let drift = Drift::new(p, &tenants);
    let domains = Domains::new(p, &tenants, dns.clone(), domains_settings(config));
    let publishing = Publishing::new(p, &domains, dns.clone(), config.dns.connect.clone());
    let documents = upstreams::client_documents(config, p.metrics.calls().clone())?;
    let mail_clients = MailClients::new(p, &domains, documents);
    let memberships = Memberships::new(p, memberships::Settings { beyond_seats: config.beyond_seats });
    let people = People::new(p, &memberships);
    let members = Members::new(p, &tenants, &memberships, &people);
    let invitations = Invitations::new(p, &tenants, &memberships, &people);
    let partners = Partners::new(p, &tenants);
    let partner_staff = PartnerStaff::new(p, &partners, &memberships, &people);
    let app_passwords = AppPasswords::new(p);
    let mail = Mail::new(p, &[shared_mailboxes::SECTION]);
    let slices = vec![
        checks::slice(p, config, &sign_in, &dns)?,
        sign_in::slice(&sign_in),
        provisioning::slice(&provisioning::Provisioning::new(p)),
        health::slice(),
        tenants::slice(&tenants),
        customers::slice(&Customers::new(p, &tenants)),
        flags::slice(&flags::Flags::new(p)),
        activity::slice(&activity::Activity::new(p, &tenants)),
        drift::slice(&drift),
        domains::slice(&domains),
        publishing::slice(&publishing),
        mail_clients::slice(&mail_clients),
        addresses::slice(p),
        memberships::slice(&memberships),
        people::slice(&people),
        members::slice(&members),
        invitations::slice(&invitations),
        imports::slice(&Imports::new(p, &memberships, &members, &invitations)),
        offboarding::slice(&offboarding::Offboardings::new(p, &memberships, &people, &members)),
        app_passwords::slice(&app_passwords),
        mail::slice(&mail),
        shared_mailboxes::slice(&SharedMailboxes::new(p, &mail)),
        storage::slice(&storage::Storages::new(p, reader)),
        groups::slice(&groups::Groups::new(p)),
        partners::slice(&partners),
        partner_staff::slice(&partner_staff),
        operations::slice(&operations::Operations::new(p, &tenants, &people)),
        home::slice(&home::Home::new(&people, &mail_clients, &app_passwords, usage, places_of(config))),
    ];
    Ok(Services { sign_in, tenants, partners, partner_staff, drift, slices })
}

fn sign_in_of(p: &Platform, config: &Config, patience: &Patience) -> anyhow::Result<SignIn> {
    let calling = Calling { deadline: patience.deadline, calls: p.metrics.calls().clone() };
    let settings = sign_in::Settings {
        directory: p.upstreams.authentik().cloned(),
        ..upstreams::sign_in(config, calling)?
    };
    Ok(SignIn::new(p, config.keys.clone(), settings))
}

fn tenants_settings(config: &Config) -> tenants::Settings {
    tenants::Settings {
        platform_slug: config.platform_slug.clone(),
        platform_name: config.platform_name.clone(),
        grace: config.grace,
    }
}

fn domains_settings(config: &Config) -> domains::Settings {
    domains::Settings {
        challenge: config.dns.challenge.clone(),
        links: vec![publishing::LINK, mail_clients::LINK],
    }
}

/// Where people open their mail and their files.
fn places_of(config: &Config) -> home::Settings {
    let text = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
    home::Settings { mail: text(&config.webmail), files: text(&config.files) }
}

fn portal_origin(config: &Config) -> Option<String> {
    let portal = config.consoles.iter().find(|console| console.surface == Surface::Portal);
    portal.map(|console| console.address.origin.clone())
}

#[cfg(test)]
mod tests;
